/** A changed tree, linted and booted: whether the two agree. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeDtb } from '../../../src/devicetree/write/write-dtb.ts'
import type { Machine } from '../machine.ts'
import { type BootOutcome, bootMutant, LONG, type Patience, SHORT } from './boot-mutant.ts'
import { inventsCpu, inventsRam, MAY_GO_ON, PUT_RIGHT_BY_U_BOOT, SILENCES } from './facts.ts'
import { lintMutant, saysStop, type Verdict } from './lint-mutant.ts'
import { mutantOf } from './mutate.ts'
import { Random } from './random.ts'
import { unlikeStated } from './stated.ts'
import type { GoodSystem } from './systems.ts'

/** In the order of the table; those with a false value are disagreements. */
export const KINDS = {
  'nothing found, boots as the tree says': true,
  'error says that Xen stops, Xen stops': true,
  'error says that something is lost, Xen goes on': true,
  'error says that something is lost, Xen stops': true,
  'warning, Xen goes on': true,
  'warning, and Xen is silent as it says': true,
  'error says that Xen stops, and by a known chance it goes on': true,
  'the tree has RAM that the machine has not, and Xen uses it': true,
  'the tree has a CPU that the machine has not, and Xen starts without it': true,
  'U-Boot would put it right, Xen stops without': true,
  'nothing found, Xen stops': false,
  'nothing found, something is lost': false,
  'warning alone, Xen stops': false,
  'error says that Xen stops, Xen goes on': false,
} as const

export type Kind = keyof typeof KINDS

export interface Judgement {
  readonly index: number
  readonly system: string
  readonly what: string
  readonly kind: Kind
  /** Codes of errors and warnings. */
  readonly codes: readonly string[]
  /** Xen's last word where it stopped, what is lost where something is. */
  readonly seen: readonly string[]
  readonly lines: readonly string[]
}

/** The changed tree, in the folder that `judge` is given. */
export const MUTANT = 'mutant.dtb'

/** The mutant of that number: its system, what is changed and what becomes of it depend on `seed` and `index` alone. */
export async function judge(
  systems: readonly GoodSystem[],
  seed: number,
  index: number,
  folder: string,
): Promise<Judgement> {
  const system = systems[index % systems.length]
  if (!system) throw new Error('there is no system to change')
  const { tree, what } = mutantOf(system.tree, new Random(seed, index))
  const blob = join(folder, MUTANT)
  const written = writeDtb(tree)
  if (!written.ok) throw new Error(`mutant ${index} (${what}) cannot be written`)
  writeFileSync(blob, written.value)
  const verdict = lintMutant(system, blob)
  const judged = async (patience: Patience) =>
    compare(verdict, await bootMutant(system, blob, verdict.view, patience, folder), system.machine)
  const first = await judged(SHORT)
  // A machine that is busy with other things makes Xen look silent.
  const sure = KINDS[first.kind] ? first : await judged(LONG)
  return { index, system: system.name, what, ...sure }
}

type Compared = Pick<Judgement, 'kind' | 'codes' | 'seen' | 'lines'>

function compare({ findings, view }: Verdict, outcome: BootOutcome, machine: Machine): Compared {
  const stopped = outcome.kind === 'stops'
  const lost = stopped || !view ? [] : unlikeStated(view, outcome.lines)
  const errors = findings.filter(({ severity }) => severity === 'error')
  const warned = findings.filter(({ severity }) => severity === 'warning')
  const kind = (): Kind => {
    const stops = errors.filter(saysStop)
    if (stopped && stops.length > 0) return 'error says that Xen stops, Xen stops'
    // What is lost can keep Xen from what would stop it.
    if (stops.length > 0 && stops.length === errors.length)
      return stops.every(({ code }) => MAY_GO_ON.has(code))
        ? 'error says that Xen stops, and by a known chance it goes on'
        : 'error says that Xen stops, Xen goes on'
    if (errors.length > 0)
      return stopped ? 'error says that something is lost, Xen stops' : 'error says that something is lost, Xen goes on'
    if (stopped && view && inventsRam(view, machine))
      return 'the tree has RAM that the machine has not, and Xen uses it'
    if (stopped && (view?.ram.length === 0 || warned.some(({ code }) => PUT_RIGHT_BY_U_BOOT.has(code))))
      return 'U-Boot would put it right, Xen stops without'
    if ((stopped || lost.length > 0) && view && inventsCpu(view, machine))
      return 'the tree has a CPU that the machine has not, and Xen starts without it'
    if (stopped && outcome.said === '' && warned.some(({ code }) => SILENCES.has(code)))
      return 'warning, and Xen is silent as it says'
    if (warned.length > 0) return stopped ? 'warning alone, Xen stops' : 'warning, Xen goes on'
    if (stopped) return 'nothing found, Xen stops'
    return lost.length > 0 || outcome.kind === 'partly'
      ? 'nothing found, something is lost'
      : 'nothing found, boots as the tree says'
  }
  const codes = [...new Set([...errors, ...warned].map(({ code }) => code))]
  return { kind: kind(), codes, seen: stopped ? [outcome.said] : lost, lines: outcome.lines }
}
