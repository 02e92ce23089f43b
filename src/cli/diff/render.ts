/** Changes as people read them: first who reaches whom, then what guests see, then the rest. */

import { printable } from '../../diagnostics/render/columns.ts'
import type { Change } from '../../diff/changes.ts'
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
  `${paint(process.stdout, 'bold', title)}\n${table(changes.map(({ what, ...values }) => [`  ${printable(what)}`, textOf(values)]))}\n`

function textOf({ before, after }: Pick<Change, 'before' | 'after'>): string {
  if (before === undefined) return after === THERE ? 'is new' : `new: ${printable(after ?? '')}`
  if (after === undefined) return before === THERE ? 'is gone' : `gone; was ${printable(before)}`
  return `${printable(before)} -> ${printable(after)}`
}

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

const rowOf = ({ what, before, after }: Change): string => `| ${html(what)} | ${cell(before)} | ${cell(after)} |`

const cell = (value: string | undefined): string =>
  value === undefined ? '–' : value === THERE ? 'there' : `<code>${html(value)}</code>`

/** Nothing in it is Markdown: a pull request may come from a stranger. */
const html = (text: string): string =>
  printable(text).replace(/[^-\p{L}\p{N} .,:;()/=+%']/gu, (character) => `&#${character.codePointAt(0)};`)
