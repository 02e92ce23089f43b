/** Texts that nest deeply: where they are refused, and what is no nesting. */
import { spawnSync } from 'node:child_process'
import { buildSync } from 'esbuild'
import { describe, expect, it } from 'vitest'
import { tooDeepAt } from '../../src/source/depth.ts'
import { cpuTimer } from '../support/cpu-time.ts'
import { readText } from './stages.ts'

const lines = (count: number, line: (index: number) => string): string =>
  Array.from({ length: count }, (_, i) => line(i)).join('\n')
const indented = (count: number): string => lines(count, (i) => `${' '.repeat(i)}a:`)

describe('the depth of a text', () => {
  it.each([
    ['brackets', '['.repeat(100), '['.repeat(101), 100],
    ['braces', `a: ${'{a: '.repeat(99)}`, `a: ${'{a: '.repeat(100)}`, 3 + 4 * 99],
    ['dashes', '- '.repeat(100), '- '.repeat(101), 200],
    ['indentation', indented(100), indented(101), indented(100).length + 1 + 100],
    [
      'indentation and brackets',
      `${indented(53)}\n${' '.repeat(53)}${'['.repeat(47)}`,
      `${indented(53)}\n${' '.repeat(53)}${'['.repeat(48)}`,
      indented(53).length + 1 + 53 + 47,
    ],
    ['dashes and brackets', `${'- '.repeat(50)}${'['.repeat(50)}`, `${'- '.repeat(50)}${'['.repeat(51)}`, 150],
  ])('counts %s', (_, most, more, at) => {
    expect(tooDeepAt(most)).toBeUndefined()
    expect(tooDeepAt(more)).toBe(at)
  })

  it('counts what lies around a block scalar', () => {
    const before = indented(60)
    const text = `${' '.repeat(60)}b: |\n${' '.repeat(70)}text\n`
    const after = lines(60, (i) => `${' '.repeat(60 + i)}c:`)
    expect(tooDeepAt(`${before}\n${text}${after}`)).toBeGreaterThan(before.length + text.length)
    expect(tooDeepAt(`${before}\n${text.replace('text', '')}${after}`)).toBeGreaterThan(before.length)
  })

  it.each([
    ['strings', lines(3, (i) => `a${i}: "${'['.repeat(200)}"\nb${i}: '${'{'.repeat(200)}'`)],
    ['plain text', `a: it's ${'['.repeat(200)}\n`],
    ['comments', lines(200, (i) => `${' '.repeat(i)}# [[[`)],
    ['block scalars', `a: |\n${lines(200, (i) => `${' '.repeat(i + 1)}- [ {`)}\n`],
    ['what has ended', `${lines(300, () => 'a: { b: [1] }')}\n${lines(300, () => '- - a: 1')}`],
  ])('does not count %s', (_, text) => {
    expect(tooDeepAt(text)).toBeUndefined()
  })

  it('is found in linear time, and said with its line', () => {
    const elapsed = cpuTimer()
    expect(tooDeepAt(lines(20_000, () => 'a: [ { b: 1 } ]'))).toBeUndefined()
    expect(elapsed()).toBeLessThan(2000)
    expect(readText(`a: 1\nb:\n  ${'- '.repeat(20_000)}\n`).brief).toEqual([`MAN-009 3:${3 + 2 * 99}`])
  })
})

describe('several texts in one process', () => {
  it('are refused each, and do not end the process', () => {
    const { outputFiles } = buildSync({
      stdin: {
        contents: `
          import { readText } from './stages.ts'
          for (const text of ['- '.repeat(20_000), '- '.repeat(20_000), '['.repeat(20_000)])
            console.log(readText(text).brief.join())`,
        resolveDir: import.meta.dirname,
      },
      bundle: true,
      platform: 'node',
      write: false,
    })
    const { status, stdout } = spawnSync(process.execPath, ['-'], {
      input: outputFiles[0]?.text ?? '',
      encoding: 'utf8',
    })
    expect({ status, stdout }).toEqual({ status: 0, stdout: 'MAN-009 1:201\nMAN-009 1:201\nMAN-009 1:101\n' })
  })
})
