/** What is different between two plans. */
import { entityAt, isOfLifecycle, TOPICS, type Topic } from './classify.ts'
import { type Entry, entryOf, type Fact, factsOf } from './entries.ts'
import { type Renames, renamesBetween, withNames } from './renames.ts'

export interface Change {
  readonly topic: Topic
  /** Names from the top of `plan.json`. */
  readonly path: readonly string[]
  readonly what: string
  /** Absent: it was not there. */
  readonly before?: string
  /** Absent: it is gone. */
  readonly after?: string
  readonly isSeen: boolean
}

/** Whether the values are sizes in bytes. */
export const isSize = ({ path }: Pick<Change, 'path'>): boolean =>
  path[0] === 'domains' && path[2] === 'memory' && path.length === 3

/**
 * By topic, within one in the order of the documents (the newer one first). Of a thing that is new or gone only that, and whom it reaches;
 * of a domain with another name that, and what else is different.
 */
export function changesBetween(older: object, newer: object): readonly Change[] {
  const isKnown = ({ path: [section = ''] }: Fact): boolean =>
    !LATER_SECTIONS.includes(section) || (section in older && section in newer)
  const [olderFacts, newerFacts] = [factsOf(older).filter(isKnown), factsOf(newer).filter(isKnown)]
  const renames = renamesBetween(olderFacts, newerFacts)
  const [before, after] = [byPath(olderFacts.map((fact) => withNames(fact, renames))), byPath(newerFacts)]
  const [were, are] = [entitiesIn(before), entitiesIn(after)]
  const isPlain = ({ path, topic }: Entry): boolean => {
    const entity = entityAt(path)
    return topic === 'reach' || entity === undefined || (were.has(entity) && are.has(entity))
  }
  const changes = [...new Set([...after.keys(), ...before.keys()])].flatMap((key) =>
    changeOf(before.get(key), after.get(key), isPlain),
  )
  const all = [...namings(renames), ...comings(were, are), ...changes]
  return all.toSorted((a, b) => TOPICS.indexOf(a.topic) - TOPICS.indexOf(b.topic))
}

/** Members that all plans have but those of earlier versions, of which it cannot be said whether they differ. */
const LATER_SECTIONS = ['xenBootargs', 'boot']

const byPath = (facts: readonly Fact[]): ReadonlyMap<string, Entry> =>
  new Map(facts.map((fact) => [JSON.stringify(fact.path), entryOf(fact)]))

/** xl, xenstore and the supervisor in dom0 call a domain by its name. */
const namings = (renames: Renames): Change[] =>
  [...renames].map(([before, after]) => ({
    topic: 'domains',
    path: ['domains', after],
    what: `name of ${after}`,
    before,
    after,
    isSeen: true,
  }))

/** Each with one of its entries. */
const entitiesIn = (entries: ReadonlyMap<string, Entry>): ReadonlyMap<string, Entry> =>
  new Map(
    [...entries.values()].toReversed().flatMap((entry) => {
      const entity = entityAt(entry.path)
      return entity === undefined ? [] : [[entity, entry] as const]
    }),
  )

function changeOf(before: Entry | undefined, after: Entry | undefined, isPlain: (entry: Entry) => boolean): Change[] {
  const entry = after ?? before
  if (!entry || before?.value === after?.value || !isPlain(entry)) return []
  const { topic, path, what, isSeen } = entry
  return [{ topic, path, what, isSeen, ...valuesOf(before?.value, after?.value) }]
}

const valuesOf = (before: string | undefined, after: string | undefined) => ({
  ...(before === undefined ? {} : { before }),
  ...(after === undefined ? {} : { after }),
})

type Entities = ReadonlyMap<string, Entry>

/** Things that only one of the plans has. */
function comings(were: Entities, are: Entities): Change[] {
  return [...new Map([...are, ...were])].flatMap(([entity, { path, topic }]) => {
    const [was, is] = [were.has(entity), are.has(entity)]
    if (was && is) return []
    const [owner, isPart] = [entityAt(path.slice(0, 2)) ?? '', isOfLifecycle(path)]
    if (isPart && !(were.has(owner) && are.has(owner))) return []
    const about = topic === 'reach' ? 'domains' : topicOf(path)
    return [
      {
        topic: about,
        path: path.slice(0, isPart ? 3 : 2),
        what: entity,
        isSeen: about !== 'files' && !isPart,
        ...valuesOf(was ? 'there' : undefined, is ? 'there' : undefined),
      },
    ]
  })
}

const SECTIONS: Readonly<Record<string, Topic>> = {
  domains: 'domains',
  regions: 'memory',
  channels: 'ports',
  argo: 'ports',
  virtio: 'devices',
  load: 'files',
}

const topicOf = ([section = '']: readonly string[]): Topic => SECTIONS[section] ?? 'host'
