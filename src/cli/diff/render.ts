/** Changes as people read them: first who reaches whom, then what guests see, then the rest. */

import { printable } from '../../diagnostics/render/columns.ts'
import { type Change, isSize } from '../../diff/changes.ts'
import { formatSize } from '../../units/format.ts'
import type { Bytes } from '../../units/quantities.ts'
import { stdout } from '../output.ts'
import { paint, table } from '../terminal.ts'

interface Section {
  readonly title: string
  readonly changes: readonly Change[]
}

const sectionsOf = (changes: readonly Change[]): readonly Section[] =>
  [
    { title: 'Who reaches whom', changes: changes.filter(({ topic }) => topic === 'reach') },
    { title: 'Guests see this', changes: changes.filter(({ topic, isSeen }) => topic !== 'reach' && isSeen) },
    { title: 'Guests do not see this', changes: changes.filter(({ isSeen }) => !isSeen) },
  ].filter((section) => section.changes.length > 0)

export const diffText = (changes: readonly Change[]): string =>
  [...sectionsOf(changes).map(sectionText), `${sum(changes)}\n`].join('')

const sectionText = ({ title, changes }: Section): string =>
  `${paint(stdout, 'bold', title)}\n${table(changes.map((change) => [`  ${printable(change.what)}`, textOf(change)]))}\n`

function textOf(change: Change): string {
  const { before, after } = change
  if (before === undefined) return after === THERE ? 'is new' : `new: ${shown(change, after ?? '')}`
  if (after === undefined) return before === THERE ? 'is gone' : `gone; was ${shown(change, before)}`
  return `${shown(change, before)} -> ${shown(change, after)}`
}

const shown = (change: Change, value: string): string =>
  isSize(change) && /^(0x[0-9a-f]{1,16}|[0-9]{1,20})$/.test(value)
    ? formatSize(BigInt(value) as Bytes)
    : printable(value)

/** What stands for a thing that is new or gone as a whole. */
const THERE = 'there'

function sum(changes: readonly Change[]): string {
  const seen = changes.filter(({ isSeen }) => isSeen).length
  if (changes.length === 0) return 'no difference'
  return `${changes.length} ${changes.length === 1 ? 'difference' : 'differences'}, ${seen === 0 ? 'none' : seen} of which guests see`
}

/** For a comment in a review. */
export const diffMarkdown = (changes: readonly Change[]): string =>
  [...sectionsOf(changes).map(sectionMarkdown), `${sum(changes)}\n`].join('\n')

const sectionMarkdown = ({ title, changes }: Section): string =>
  [`### ${title}`, '', '| | before | after |', '|---|---|---|', ...changes.map(rowOf), ''].join('\n')

const rowOf = (change: Change): string =>
  `| ${html(change.what)} | ${cell(change, 'before')} | ${cell(change, 'after')} |`

function cell(change: Change, side: 'before' | 'after'): string {
  const { [side]: value, after } = change
  if (value === undefined) return side === 'before' ? '–' : 'gone'
  if (value === THERE) return value === after ? 'new' : 'there'
  return `<code>${html(shown(change, value))}</code>`
}

/** Nothing in it is Markdown, nor what GitHub makes a link of by itself: a pull request may come from a stranger. */
const html = (text: string): string =>
  printable(text)
    .replace(/[^-\p{L}\p{N} .,:;()/=+%']/gu, (character) => `&#${character.codePointAt(0)};`)
    .replace(/:(?=\/\/)|(?<=www)\./giu, (character) => `&#${character.codePointAt(0)};`)
