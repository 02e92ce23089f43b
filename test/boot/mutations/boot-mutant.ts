/** Boots a changed tree, until its guests have said what they have to say and Xen has answered its keys, or it is clear that they will not. */
import type { XenView } from '../../../src/checks/xen/view.ts'
import { BootFailure, bootMachine } from '../serial.ts'
import { debugKeys } from '../xen-keys.ts'
import { directArguments } from './direct.ts'
import { hasFocus, talking } from './stated.ts'
import type { GoodSystem } from './systems.ts'

export type BootOutcome =
  /** All that were waited for are up, and Xen has answered. */
  | { readonly kind: 'boots'; readonly lines: readonly string[] }
  /** Xen has built everything, and somebody who was waited for says nothing. */
  | { readonly kind: 'partly'; readonly lines: readonly string[] }
  /** `said` is Xen's last word; empty: nothing at all was printed. */
  | { readonly kind: 'stops'; readonly said: string; readonly lines: readonly string[] }

export interface Patience {
  /** Of the machine's own time, without a line. */
  readonly silenceMilliseconds: number
  /** From Xen's last word of its own to the first of the last guest. */
  readonly guestMilliseconds: number
  /** For everything. */
  readonly seconds: number
}

/** A boot takes 0.7 s on an idle machine. */
export const SHORT: Patience = { silenceMilliseconds: 1500, guestMilliseconds: 3000, seconds: 60 }
export const LONG: Patience = { silenceMilliseconds: 15_000, guestMilliseconds: 30_000, seconds: 240 }

const PANIC = /Reboot in five seconds|Manual reset required/
const BUILT = /Freed \d+kB init memory/

export async function bootMutant(
  system: GoodSystem,
  blob: string,
  view: XenView | undefined,
  patience: Patience,
  folder: string,
): Promise<BootOutcome> {
  const { machine, xen, treeAddress, modules, release, name } = system
  const boot = { machine, xen, tree: { address: treeAddress, file: blob }, others: modules }
  const expected = view ? talking(view) : []
  // What dom0 writes has no mark, nor what the first guest does, where Xen does not keep the input for itself.
  const unmarked = hasFocus(view) ? [0] : [0, 1]
  const up = new Set<number>()
  let built: number | undefined
  const isDone = (lines: readonly string[]): boolean => {
    const line = lines.at(-1) ?? ''
    if (BUILT.test(line)) built = performance.now()
    const [, id] = /^(?:\(XEN\) DOM(\d+): )?up$/.exec(line) ?? []
    if (/up$/.test(line)) for (const one of id === undefined ? unmarked : [Number(id)]) up.add(one)
    if (built === undefined) return false
    return expected.every((one) => up.has(one)) || performance.now() - built > patience.guestMilliseconds
  }
  const limits = {
    failures: [PANIC],
    lingerMilliseconds: 0,
    silence: { after: /./, milliseconds: patience.silenceMilliseconds },
    timeoutSeconds: patience.seconds,
    // Keys go to a guest where Xen is not told otherwise.
    questions: hasFocus(view) ? debugKeys : [],
  }
  const log = `mutation-${release}-${name}`
  const run = bootMachine({
    name: log,
    arguments: directArguments(boot, folder),
    isDone,
    ...limits,
  })
  const lines = await run.then(
    (done) => done.lines,
    (error: unknown) => {
      if (error instanceof BootFailure) return error.lines
      throw error
    },
  )
  const said = panicOf(lines)
  if (said !== undefined || built === undefined) return { kind: 'stops', said: said ?? lastOf(lines), lines }
  return { kind: expected.every((one) => up.has(one)) ? 'boots' : 'partly', lines }
}

function panicOf(lines: readonly string[]): string | undefined {
  const at = lines.findIndex((line) => /Panic on CPU/.test(line))
  return at < 0
    ? undefined
    : lines
        .slice(at + 1, at + 3)
        .map(own)
        .filter((line) => !/^\**$/.test(line))
        .join(' ')
}

const own = (line: string): string => line.replace('(XEN) ', '').trim()

/** Without the firmware's mark. */
const lastOf = (lines: readonly string[]): string => own(lines.filter((line) => line.startsWith('(XEN)')).at(-1) ?? '')
