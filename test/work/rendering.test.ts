/** Showing findings costs what is shown, however long a line is and however many findings there are. */
import { expect, it } from 'vitest'
import { atValue, type Diagnostic, inFile } from '../../src/diagnostics/diagnostic.ts'
import { nowhere } from '../../src/diagnostics/render/arrange.ts'
import { underline } from '../../src/diagnostics/render/columns.ts'
import { renderJson } from '../../src/diagnostics/render/json.ts'
import { renderText } from '../../src/diagnostics/render/text.ts'
import { documentOf } from '../source/stages.ts'
import { growth, IN_PROPORTION } from './growth.ts'

const finding = (at: Diagnostic['at'], severity: Diagnostic['severity'] = 'error', message = 'm'): Diagnostic => ({
  code: 'MAN-023',
  severity,
  at,
  message,
})

/** One line, with a finding at each of its values. */
function oneLine(count: number) {
  const names = Array.from({ length: count }, (_, index) => `d${index}`)
  const source = documentOf(JSON.stringify({ domains: Object.fromEntries(names.map((name) => [name, [1, 2, 3]])) }))
  return { source, findings: names.map((name) => finding(atValue(`/domains/${name}`))) }
}

it('of findings on one line, in proportion to their number', { timeout: 120_000 }, () => {
  const ratio = growth(1000, oneLine, ({ source, findings }) => {
    for (let round = 0; round < 5; round++) renderText(findings, source.locate, { colour: true })
  })
  expect(ratio).toBeLessThan(IN_PROPORTION)
})

it('underlines without looking at the whole line', () => {
  const ratio = growth(
    20_000,
    (length) => 'a'.repeat(length),
    (line) => {
      for (let place = 1; place <= 8; place++)
        for (let round = 0; round < 20; round++) underline(line, Math.floor((line.length * place) / 8), line.length + 1)
    },
  )
  expect(ratio).toBeLessThan(2)
})

it.each(['\u{1f600}', '\u0301', '\ud800', '\t', '漢'])('cuts a line of %j anywhere', (character) => {
  const line = character.repeat(3000)
  for (let column = 1; column <= line.length; column += 37) {
    const { line: text, carets } = underline(line, column, column + 1)
    expect(text.length).toBeLessThan(2000)
    expect(carets.trim()).toMatch(/^\^+$/)
    expect(text.replace(/^…/, '').replace(/…$/, '')).not.toContain('…')
    if (character === '\u{1f600}') expect(text).not.toMatch(/\p{Cs}|\\u\{d/u)
  }
})

const notes = Array.from({ length: 70 }, (_, index) => finding(inFile('a', { line: index + 1 }), 'note'))
const errors = (count: number) =>
  Array.from({ length: count }, (_, index) => finding(inFile('a', { line: 100 + index }), 'error', `e${index}`))

it('shows fifty findings and counts the rest', () => {
  const text = renderText(notes, nowhere, { colour: false })
  expect(text.trimEnd().split('\n')).toHaveLength(51)
  expect(text).toContain('20 more not shown (20 notes)')
})

it.each([1, 3, 49])('hides none of %i errors behind notes, and keeps the order', (count) => {
  const text = renderText([...notes, ...errors(count)], nowhere, { colour: false })
  expect(text.match(/ error /g)).toHaveLength(count)
  expect(text.match(/ note /g)).toHaveLength(50 - count)
  expect(text.indexOf(' note ')).toBeLessThan(text.indexOf(' error '))
  expect(text).toContain(`${20 + count} more not shown (${20 + count} notes)`)
})

it('says that there are more errors', () => {
  const text = renderText([...notes, ...errors(51)], nowhere, { colour: false })
  expect(text).toContain('71 more not shown (1 error, 70 notes)')
})

it('leaves nothing out for programs', () => {
  expect(JSON.parse(renderJson([...notes, ...errors(51)], nowhere)).diagnostics).toHaveLength(121)
})
