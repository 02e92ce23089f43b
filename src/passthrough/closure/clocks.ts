/** Clocks: a guest has no clock controller, so each becomes one of a fixed rate, which the tree or the manifest must know. */
import { cells, phandleOf, property } from '../../devicetree/build.ts'
import { type Cell, type DtNode, propertyNamed } from '../../devicetree/model.ts'
import { type PhandleArguments, specifiersOf } from '../../devicetree/readings/phandle-list.ts'
import type { Place, TreeIndex } from '../../devicetree/readings/tree-index.ts'
import { cellsOf, stringList } from '../../devicetree/readings/values.ts'
import type { Choice, Obstacle, Wishes } from '../closure.ts'
import type { Circumstances, Dependency, Outcome } from './dependency.ts'
import { clockLabel, fixedClock, fixedRate } from './fixed-clock.ts'
import { labelOf } from './label.ts'

const CELLS = '#clock-cells'

/** Consumers' side of Linux Documentation/devicetree/bindings/clock/clock-bindings.txt, which is part of dt-schema today. */
export const clocks: Dependency = (node, place, circumstances) => {
  const own = propertyNamed(node, 'clocks') ? clocksOf(node, place, circumstances) : {}
  return { ...own, remove: [...ASSIGNED, ...(own.remove ?? [])] }
}

/** What the host's clock controller is to be set to, which the guest does not have. */
const ASSIGNED = ['assigned-clocks', 'assigned-clock-parents', 'assigned-clock-rates', 'assigned-clock-rates-u64']

/** A clock of the device as the guest has it. */
type Fate =
  | { readonly kind: 'kept'; readonly cells: readonly Cell[] }
  | { readonly kind: 'fixed'; readonly rate: bigint; readonly by: 'manifest' | 'tree' }
  | { readonly kind: 'unknown'; readonly asked?: bigint }

interface Clock extends PhandleArguments {
  /** By `clock-names`, else its index: what the manifest calls it. */
  readonly key: string
  readonly fate: Fate
}

function clocksOf(node: DtNode, place: Place, circumstances: Circumstances): Partial<Outcome> {
  const names = stringList(propertyNamed(node, 'clock-names')) ?? []
  const entries = specifiersOf(circumstances.index, node, 'clocks', CELLS)
  const known = entries.map((entry): Clock => {
    const key = names[entry.index] || String(entry.index)
    return { ...entry, key, fate: fateOf(entry, key, node, circumstances) }
  })
  const choices = known.flatMap((clock) => choiceOf(clock))
  const unknown = known.filter(({ fate }) => fate.kind === 'unknown')
  if (unknown.length > 0)
    return { remove: ['clocks', 'clock-names'], choices, obstacles: [obstacleOf(unknown, known, place)] }
  const rates = known.flatMap(({ fate }) => (fate.kind === 'fixed' ? [fate.rate] : []))
  return {
    set:
      known.length > 0
        ? [
            property(
              'clocks',
              withHoles(known).map((entry) => cells(entry)),
            ),
          ]
        : [],
    beside: [...new Set(rates)].map(fixedClock),
    choices,
  }
}

function fateOf(entry: PhandleArguments, key: string, node: DtNode, circumstances: Circumstances): Fate {
  const { index, wishes, kept } = circumstances
  const wished = wishedRate(wishes, key, entry.index)
  if (wished !== undefined) return { kind: 'fixed', rate: wished, by: 'manifest' }
  if (kept.has(entry.provider))
    return { kind: 'kept', cells: [phandleOf({ label: labelOf(entry.provider) }), ...entry.cells.map(BigInt)] }
  const rate = fixedRate(index, entry.provider)
  if (rate !== undefined) return { kind: 'fixed', rate, by: 'tree' }
  const asked = assignedRate(index, node, entry) ?? assignedRate(index, entry.provider.node, entry)
  return asked === undefined ? { kind: 'unknown' } : { kind: 'unknown', asked }
}

const wishedRate = ({ clocks: rates }: Wishes, key: string, index: number): bigint | undefined =>
  rates.get(key) ?? rates.get(String(index))

/** What `assigned-clock-rates` of a node asks for; 0 there asks for nothing. */
function assignedRate(index: TreeIndex, node: DtNode, { provider, cells: own }: PhandleArguments): bigint | undefined {
  const rates = cellsOf(propertyNamed(node, 'assigned-clock-rates')) ?? []
  const same = specifiersOf(index, node, 'assigned-clocks', CELLS).find(
    (entry) => entry.provider === provider && entry.cells.join() === own.join(),
  )
  const rate = same && rates[same.index]
  return rate ? BigInt(rate) : undefined
}

function choiceOf({ key, provider, fate }: Clock): readonly Choice[] {
  if (fate.kind !== 'fixed') return []
  const what =
    fate.by === 'manifest'
      ? `clock ${key} is ${fate.rate} Hz for the guest, as the manifest says; it must run when the guest starts`
      : `clock ${key} is ${fate.rate} Hz, by the host's tree`
  return [
    {
      dependency: 'clocks',
      name: key,
      fate: fate.by === 'tree' ? 'copied' : 'replaced',
      provider: provider.path,
      what,
      weight: 'note',
    },
  ]
}

/** Entries keep their numbers, so that `clock-names` and drivers find them. */
function withHoles(known: readonly Clock[]): readonly (readonly Cell[])[] {
  const list: (readonly Cell[])[] = []
  for (const { index, fate } of known) {
    while (list.length < index) list.push([0n])
    if (fate.kind === 'fixed') list.push([phandleOf({ label: clockLabel(fate.rate) })])
    else if (fate.kind === 'kept') list.push(fate.cells)
  }
  return list
}

function obstacleOf(unknown: readonly Clock[], known: readonly Clock[], place: Place): Obstacle {
  const providers = [...new Set(unknown.map(({ provider }) => provider))]
  const list = providers.map((own) => `${keysOf(unknown, own)} of ${own.path}`).join('; ')
  const keys = known.flatMap(({ key, fate }) =>
    fate.kind === 'unknown'
      ? [`${key}: ${fate.asked ?? 'HZ'}`]
      : fate.kind === 'fixed' && fate.by === 'manifest'
        ? [`${key}: ${fate.rate}`]
        : [],
  )
  const asked = unknown.some(({ fate }) => fate.kind === 'unknown' && fate.asked !== undefined)
  const count = unknown.length === 1 ? 'the rate of a clock' : `the rates of ${unknown.length} clocks`
  return {
    code: 'DEV-001',
    message: `${place.path}: ${count} cannot be told from the tree: ${list}`,
    help: `write 'clocks: { ${keys.join(', ')} }' with what the board runs them at (clk_summary in Linux's debugfs)${asked ? '; the numbers are what assigned-clock-rates asks for' : ''}`,
  }
}

const keysOf = (all: readonly Clock[], provider: Place): string =>
  all.flatMap((clock) => (clock.provider === provider ? [clock.key] : [])).join(', ')
