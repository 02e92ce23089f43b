/** Systems whose domains are supervised, encoded. */
import type { Assembly } from '../../../src/assemble/assembly.ts'
import type { Artifact } from '../../../src/emit/artifact.ts'
import { encode } from '../../../src/emit/encode.ts'
import { booted, created, DOM0, RESETS } from '../../lifecycle/lives.ts'
import { type Bench, manifestOf } from '../checks/systems.ts'

/** A system and its output. */
export interface Lives {
  readonly assembly: Assembly
  readonly artifacts: readonly Artifact[]
}

/** The system of a manifest with these `domains`. Throws if it has errors. */
export function livesOf(bench: Bench, domains: readonly string[], end: readonly string[] = []): Lives {
  const { assembly, findings } = bench.outcomeOf(manifestOf({ domains, end }))
  if (!assembly) throw new Error(findings.all.map(({ message }) => message).join('; '))
  return { assembly, artifacts: encode(assembly).artifacts }
}

/** Dom0, a guest that may reset the machine, one that needs it and stays down, and one that is not supervised. */
export const MANAGED = [
  DOM0,
  booted(
    'one',
    '{ reboot-told-by: mark, watchdog: 5s, boot-limit: 1min, on-hang: reset-platform, may-reset-platform: why }',
  ),
  created('two', '{ after: [one], on-poweroff: stop, on-reboot: stop, on-crash: stop, on-hang: stop }'),
  booted('free', '').replace(', lifecycle: ', ''),
] as const

/** `MANAGED`, with at most three resets of the machine. */
export const managed = (bench: Bench): Lives => livesOf(bench, MANAGED, [RESETS])

/** A domain that only xl starts, without resets of the machine. */
export const createdAlone = (bench: Bench): Lives => livesOf(bench, [DOM0, created('two', '{ watchdog: 3s }')])

/** A guest with a lifecycle, and no dom0 to supervise it. */
export const withoutDom0 = (bench: Bench): Lives =>
  livesOf(bench, [booted('one', '{ watchdog: 3s }').replace('enabled', 'no-xenstore')])
