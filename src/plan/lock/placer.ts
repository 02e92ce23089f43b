/**
 * The one rule by which everything that domforge chooses gets its value: given, else kept, else free. What the manifest gives stays, whatever else is
 * there; then whatever an earlier build chose (the lock) stays, as long as it is still free; the rest gets the best of what is left, in order.
 * Pure: what could not be had is returned, for the caller to report.
 */
import type { Lock } from '../../facts/lock.ts'
import type { Planned } from '../provenance.ts'

/** What the rule must know about one kind of value. `Space` is what is still free; it is never changed in place. */
export interface Placer<Item, Value, Space> {
  /** Entry of the lock; `undefined`: no guest sees the value, so it is not kept. */
  readonly key: (item: Item) => string | undefined
  /** What the manifest says; `undefined`: it leaves the value open. */
  readonly given: (item: Item) => Planned<Value> | undefined
  /**
   * Ways to keep `text`, which the lock has for `item`, the best first: every item is tried in the first way before any is in the second. `undefined`:
   * not in this way, or not any more.
   */
  readonly kept: readonly ((item: Item, text: string, space: Space) => Value | undefined)[]
  /** The best that is free; `undefined`: nothing is. */
  readonly choose: (item: Item, space: Space) => Planned<Value> | undefined
  readonly without: (space: Space, value: Value, item: Item) => Space
  /** As the lock says it: equal texts are equal values. */
  readonly text: (value: Value) => string
}

/** The items that have a value, and those that have none. */
export interface Placement<Item, Value, Space> {
  readonly places: ReadonlyMap<Item, Planned<Value>>
  /** In order, with what was free when their turn came. */
  readonly unplaced: readonly { readonly item: Item; readonly space: Space }[]
  /** Items that the lock knows and that could not be kept, in order. */
  readonly moved: readonly { readonly item: Item; readonly before: string; readonly now: Value }[]
}

/**
 * A value for each of `items`. One that the lock has and that would have been chosen without it is called chosen, so that a build says the same
 * before and after there is a lock file; where that holds of all, the lock changes nothing.
 */
export function place<Item, Value, Space>(
  items: readonly Item[],
  space: Space,
  placer: Placer<Item, Value, Space>,
  lock: Lock,
): Placement<Item, Value, Space> {
  const lockedText = (item: Item): string | undefined => {
    const key = placer.key(item)
    return key === undefined ? undefined : lock.entries.get(key)
  }
  const fresh = run(items, space, placer, () => undefined)
  const isAsLocked = (item: Item): boolean => {
    const text = lockedText(item)
    const found = fresh.places.get(item)
    return text === undefined || placer.given(item) !== undefined || (found && placer.text(found.value)) === text
  }
  if (items.every(isAsLocked)) return fresh
  const locked = run(items, space, placer, lockedText)
  return {
    ...locked,
    places: new Map(
      [...locked.places].map(([item, found]) => [item, unlessFresh(found, fresh.places.get(item), placer)]),
    ),
  }
}

const unlessFresh = <Value>(
  found: Planned<Value>,
  fresh: Planned<Value> | undefined,
  { text }: Pick<Placer<never, Value, never>, 'text'>,
): Planned<Value> => (found.by === 'lock' && fresh && text(found.value) === text(fresh.value) ? fresh : found)

function run<Item, Value, Space>(
  items: readonly Item[],
  start: Space,
  { key, given, kept, choose, without }: Placer<Item, Value, Space>,
  lockedText: (item: Item) => string | undefined,
): Placement<Item, Value, Space> {
  const places = new Map<Item, Planned<Value>>()
  const unplaced: { item: Item; space: Space }[] = []
  const moved: { item: Item; before: string; now: Value }[] = []
  let space = start
  const take = (item: Item, found: Planned<Value>): void => {
    places.set(item, found)
    space = without(space, found.value, item)
  }
  for (const item of items) {
    const found = given(item)
    if (found) take(item, found)
  }
  for (const keep of kept)
    for (const item of items) {
      const text = places.has(item) ? undefined : lockedText(item)
      const value = text === undefined ? undefined : keep(item, text, space)
      if (value !== undefined) take(item, { value, by: 'lock', at: key(item) ?? '' })
    }
  for (const item of items) {
    if (places.has(item)) continue
    const found = choose(item, space)
    const before = lockedText(item)
    if (!found) unplaced.push({ item, space })
    else if (before !== undefined) moved.push({ item, before, now: found.value })
    if (found) take(item, found)
  }
  return { places, unplaced, moved }
}
