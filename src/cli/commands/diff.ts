import { type Change, changesBetween } from '../../diff/changes.ts'
import { diffMarkdown, diffText } from '../diff/render.ts'
import { type Side, sideOf } from '../diff/side.ts'
import { EXIT } from '../exit-status.ts'
import { stdout } from '../output.ts'
import type { Invocation } from '../parse.ts'

/** `domforge diff`: the changes on stdout; findings in a manifest on stderr. With errors in one of the two nothing is compared. */
export function diff(invocation: Invocation): number {
  const sides = ['before', 'after'].map((name) => sideOf(invocation.arguments[name] ?? '', invocation))
  const [before, after] = sides.map((side) => ('plan' in side ? side.plan : undefined))
  if (!before || !after) return worst(sides)
  const changes = changesBetween(before, after)
  stdout.write(rendered(String(invocation.options['format']), changes))
  return invocation.options['exit-code'] === true && changes.some(({ isSeen }) => isSeen) ? EXIT.differs : EXIT.ok
}

/** A side that could not be read counts more than one with errors. */
const worst = (sides: readonly Side[]): number =>
  Math.max(...sides.map((side) => ('status' in side ? side.status : EXIT.ok)))

function rendered(format: string, changes: readonly Change[]): string {
  if (format === 'markdown') return diffMarkdown(changes)
  return format === 'json' ? documentOf(changes) : diffText(changes)
}

/** Described by `schemas/diff.schema.json`. */
const documentOf = (changes: readonly Change[]): string =>
  `${JSON.stringify(
    {
      version: 1,
      same: changes.length === 0,
      guestsSee: changes.some(({ isSeen }) => isSeen),
      changes: changes.map(({ topic, path, what, before, after, isSeen }) => ({
        topic,
        path,
        what,
        before,
        after,
        guestsSee: isSeen,
      })),
    },
    null,
    2,
  )}\n`
