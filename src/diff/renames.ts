/**
 * Domains that have another name in the newer plan. A name says nothing of what a domain is: one that is gone and one that is new, of which
 * nearly everything else is the same, are one domain.
 */

import type { Fact } from './entries.ts'

/** New names by old ones. */
export type Renames = ReadonlyMap<string, string>

/** How much of what is said of either domain has to be said of both, where all would be 1. */
const ENOUGH = 0.8

/** More domains than any machine has: their plan is somebody's joke, and pairs take long. */
const MOST = 256

/** Each that fits one other best, and is itself what fits that one best. */
export function renamesBetween(older: readonly Fact[], newer: readonly Fact[]): Renames {
  const [were, are] = [domainsIn(older), domainsIn(newer)]
  if (Math.max(were.length, are.length) > MOST) return new Map()
  const gone = were.filter((name) => !are.includes(name)).map((name) => portraitOf(name, older))
  const come = are.filter((name) => !were.includes(name)).map((name) => portraitOf(name, newer))
  return new Map(
    gone.flatMap((one) => {
      const other = bestFor(one, come)
      return other && bestFor(other, gone) === one ? [[one.name, other.name] as const] : []
    }),
  )
}

const domainsIn = (facts: readonly Fact[]): readonly string[] => [
  ...new Set(facts.flatMap(({ path: [section, name = ''] }) => (section === 'domains' ? [name] : []))),
]

/** What a plan says of a domain, without its name and without where it was placed. */
interface Portrait {
  readonly name: string
  readonly facts: ReadonlySet<string>
}

/** Stands for the name: no domain is called so. */
const SELF = '@'

function portraitOf(name: string, facts: readonly Fact[]): Portrait {
  const anonymous = new Map([[name, SELF]])
  const said = facts.flatMap((fact) => {
    const { path, value } = withNames(fact, anonymous)
    const isAbout = value !== fact.value || path.some((part, index) => part !== fact.path[index])
    return isAbout ? [JSON.stringify([path, isPlace(path) ? '' : value])] : []
  })
  return { name, facts: new Set(said) }
}

/** `undefined`: none is near enough, or two are equally near. */
function bestFor(one: Portrait, others: readonly Portrait[]): Portrait | undefined {
  const near = others
    .map((other) => ({ other, likeness: likeness(one, other) }))
    .filter((candidate) => candidate.likeness >= ENOUGH)
    .toSorted((a, b) => b.likeness - a.likeness)
  const [first, second] = near
  return first?.likeness === second?.likeness ? undefined : first?.other
}

/** From 0 to 1. */
function likeness({ facts: ones }: Portrait, { facts: others }: Portrait): number {
  const common = [...ones].filter((fact) => others.has(fact)).length
  return common / (ones.size + others.size - common)
}

/** Where domforge or a lock that knows the old name puts something. */
const isPlace = fits([
  'domains/*/id',
  'domains/*/staticMem',
  'load/*/room',
  'regions/*/access/*/guest',
  'channels/*/ends/*/port',
])

/** Values that are names of domains: one, or several with commas between. */
const isNames = fits([
  'load/*/usedBy',
  'regions/*/initialisedBy',
  'virtio/*/frontend',
  'virtio/*/backend',
  'argo/*/ends',
  'domains/*/lifecycle/needs',
  'domains/*/lifecycle/dependents',
])

/** Values that are ids of files, or paths of files that domforge makes for a domain. */
const isFile = fits(['load/*/id', 'domains/*/kernel', 'domains/*/ramdisk', 'domains/*/partialTree'])
const isPathOfFile = fits(['load/*/path'])
const isMade = (id = ''): boolean => id.endsWith('/partial-tree')

/** What follows the last part may be anything; `*` is any one name. */
function fits(patterns: readonly string[]): (path: readonly string[]) => boolean {
  const all = patterns.map((pattern) => pattern.split('/'))
  return (path) =>
    all.some((parts) => parts.every((part, index) => (part === '*' ? index < path.length : part === path[index])))
}

/** As it would be if domains had their new names. */
export function withNames({ path, value }: Fact, names: Renames): Fact {
  const isPath = isFile(path) || (isPathOfFile(path) && isMade(path[1]))
  return {
    path: renamedPath(path, names),
    value: isNames(path) ? renamedList(value, names) : isPath ? renamedFile(value, names) : value,
  }
}

function renamedPath(path: readonly string[], names: Renames): readonly string[] {
  const [section, second = '', third, fourth = ''] = path
  const renamed = (name: string): string => names.get(name) ?? name
  if (section === 'load') return path.with(1, renamedFile(second, names))
  const isSecond = section === 'domains'
  const isFourth = path.length > 3 && ['reaches', 'access', 'ends'].includes(third ?? '')
  return path.map((part, index) =>
    index === 1 && isSecond ? renamed(second) : index === 3 && isFourth ? renamed(fourth) : part,
  )
}

const renamedList = (value: string, names: Renames): string =>
  value
    .split(', ')
    .map((name) => names.get(name) ?? name)
    .join(', ')

/** `domains/<name>/kernel` and the like. */
const renamedFile = (value: string, names: Renames): string =>
  value.replace(/^domains\/([^/]+)\//, (all, name: string) => (names.has(name) ? `domains/${names.get(name)}/` : all))
