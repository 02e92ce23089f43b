import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { inject } from 'vitest'
import { bootPieces } from '../debian/fetch.ts'
import { type BuiltXenRelease, builtXen } from '../debian/xen-build.ts'
import { differences, type GuestExpectation } from './compare.ts'
import { type GivenHardware, xenDifferences } from './compare-xen.ts'
import { expectedDomains, type PlanJson } from './expectations.ts'
import { type GuestReport, haveReported, readReports } from './facts.ts'
import { type Machine, plainMachine } from './machine.ts'
import { BootFailure, bootMachine } from './serial.ts'
import { type BuiltSystem, bootSystem, buildSystem, type SystemSource } from './system.ts'
import type { BootMedium } from './uboot-env.ts'
import { debugKeys } from './xen-keys.ts'
import { isWholeAnswer } from './xen-report.ts'

/** Whose Xen a case boots. */
export interface XenChoice {
  readonly release: BuiltXenRelease
  readonly from: 'Debian' | 'source'
}

/** The files of a Xen, under the names that the manifests of cases use. */
export async function xenInputs({ release, from }: XenChoice): Promise<{ xen: string; 'xen.config': string }> {
  const pieces = await bootPieces(release === '4.17' ? 'bookworm' : 'trixie')
  if (from === 'Debian') return { xen: pieces.xen, 'xen.config': pieces.xenConfig }
  const failure = inject('unbuilt')[release]
  if (failure !== undefined) throw new Error(failure)
  const { xen, config } = await builtXen(release)
  return { xen, 'xen.config': config }
}

export const caseManifest = (name: string): string =>
  readFileSync(new URL(`cases/${name}.yaml`, import.meta.url), 'utf8')

/** A manifest with its inputs, and the machine that it is for. Its Xen needs `conswitch=ax`, or it takes no debug keys. */
export interface BootCase extends SystemSource {
  readonly name: string
  readonly machine?: Machine
  readonly medium?: BootMedium
  /** QEMU's arguments for devices beside those of the medium. */
  readonly devices?: readonly string[]
  /** Instead of `machine`, `medium` and `devices`: QEMU's arguments for another board. */
  readonly board?: (built: BuiltSystem) => readonly string[]
  /** What dom0 creates, or creates again: it reports as well. */
  readonly created?: (plan: PlanJson) => readonly GuestExpectation[]
  /** What Xen must say that guests have of the host's devices, by name. */
  readonly hardware?: Readonly<Record<string, GivenHardware>>
  /** What guests that try their links must say of them, by name. */
  readonly links?: Readonly<Record<string, readonly string[]>>
  /** Changes files of the medium when all is built: one that appears late, or a case that is wrong on purpose. */
  readonly beforeBoot?: (files: ReadonlyMap<string, string>, plan: PlanJson) => void
  readonly timeoutSeconds?: number
}

export interface CaseResult {
  readonly plan: PlanJson
  readonly lines: readonly string[]
  readonly reports: ReadonlyMap<string, GuestReport>
  /** One line each that names domain and value; the first may be that the boot failed. */
  readonly differences: readonly string[]
}

/**
 * Builds the system in `folder`, boots it until every domain has reported, asks Xen, and holds what they say against
 * `plan.json`. A boot that fails is no exception: what it said until then is compared all the same.
 */
export async function runCase(boot: BootCase, folder: string): Promise<CaseResult> {
  const built = await buildSystem(boot, folder)
  const { plan, files } = built
  boot.beforeBoot?.(files, plan)
  const created = boot.created?.(plan) ?? []
  const expected = [...expectedDomains(plan), ...created].map((guest) => {
    const links = boot.links?.[guest.name]
    const metadata = metadataOf(folder, plan, guest.name)
    return { ...guest, ...(links ? { links } : {}), ...(metadata === undefined ? {} : { metadata }) }
  })
  const names = expected.map(({ name }) => name)
  const { name, machine = plainMachine, medium = 'virtio', devices = [], timeoutSeconds = 300 } = boot
  const isDone = (lines: readonly string[]) => haveReported(names, lines)
  const how = { name, isDone, questions: debugKeys, isAnswered: isWholeAnswer, timeoutSeconds }
  const run = boot.board
    ? bootMachine({ ...how, arguments: boot.board(built) })
    : bootSystem({ ...how, machine, medium, files, devices }, folder)
  const { lines, failure } = await run.then(
    (log) => ({ lines: log.lines, failure: [] }),
    (error: unknown) => {
      if (error instanceof BootFailure) return { lines: error.lines, failure: [error.message] }
      throw error
    },
  )
  const reports = readReports(lines)
  // Domains that were replaced are gone by the time Xen is asked.
  const ofXen = created.length > 0 ? [] : xenDifferences(plan, lines, boot.hardware)
  return { plan, lines, reports, differences: [...failure, ...ofXen, ...differences(expected, reports)] }
}

/** SHA-256 of what a guest is told of its devices by the archive behind its ramdisk; `undefined`: it has none. */
function metadataOf(folder: string, { load, domains }: PlanJson, guest: string): string | undefined {
  const name = guest.replace(/^xl:/, '')
  const out = join(folder, 'system/out')
  const isTold =
    name === guest
      ? load.find(({ id }) => id === domains[name]?.ramdisk)?.behind !== undefined
      : readFileSync(join(out, 'domains', name, `${name}.cfg`), 'utf8').includes('ramdisk = "/var/lib/domforge/')
  if (!isTold) return undefined
  return createHash('sha256')
    .update(readFileSync(join(out, 'domains', name, 'virtio.json')))
    .digest('hex')
}
