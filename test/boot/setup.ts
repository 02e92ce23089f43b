/**
 * Before any boot: what boots need is fetched and built, all at once, since downloads leave the processors to the compiler. What cannot be
 * had is said here by name, and fails the tests that need it.
 */
import type { TestProject } from 'vitest/node'
import { boardTrees } from '../debian/boards.ts'
import { dom0Pieces } from '../debian/dom0-pieces.ts'
import { driverKernel } from '../debian/driver-modules.ts'
import { bootPieces } from '../debian/fetch.ts'
import { hotplugScripts } from '../debian/hotplug-scripts.ts'
import { dash, watchdogModules } from '../debian/package-file.ts'
import { SourceNotInArchive } from '../debian/source-search.ts'
import { waiverFor } from '../debian/waivers.ts'
import { type BuiltXenRelease, builtXen, builtXens } from '../debian/xen-build.ts'
import { type Fixture, messages, report } from './fixture.ts'
import { backendProgram } from './serving-dom0.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Why a release of Xen could not be built: its tests fail with that, and do not ask the archive again. */
    readonly unbuilt: Readonly<Record<string, string>>
    /** Releases of Xen from source that are booted: all, but for what a waiver covers. */
    readonly xens: readonly BuiltXenRelease[]
  }
}

const DEBIANS = ['bookworm', 'trixie'] as const

const FLAVOURS = ['cloud', 'full'] as const

const OTHERS: readonly Fixture[] = [
  ...DEBIANS.map((debian): Fixture => [`boot pieces of ${debian}`, () => bootPieces(debian)]),
  ...DEBIANS.map((debian): Fixture => [`dom0 pieces of ${debian}`, () => dom0Pieces(debian)]),
  ...FLAVOURS.map((flavour): Fixture => [`the ${flavour} kernel with drivers`, () => driverKernel(flavour)]),
  ...DEBIANS.map((debian): Fixture => [`dash of ${debian}`, () => dash(debian)]),
  ...DEBIANS.map((debian): Fixture => [`the watchdog of ${debian}`, () => watchdogModules(debian)]),
  ["xl's scripts of bookworm", () => hotplugScripts('bookworm')],
  ['the program behind virtio devices', backendProgram],
  ['board trees of bookworm', () => boardTrees('bookworm')],
]

export default async function setup(project: TestProject): Promise<void> {
  const unbuilt: Record<string, string> = {}
  const bootable: BuiltXenRelease[] = []
  const xens = builtXens.map(async (release) => {
    const name = `Xen ${release} from source`
    const build = async (): Promise<void> => {
      const isBooted = await builtXen(release).then(
        () => true,
        (error: unknown) => !isWaived(name, error),
      )
      if (isBooted) bootable.push(release)
    }
    const failure = await report([name, build])
    if (failure === undefined) return
    unbuilt[release] = failure
    bootable.push(release)
  })
  await Promise.all([...xens, ...OTHERS.map(report)])
  project.provide('unbuilt', unbuilt)
  project.provide('xens', bootable.toSorted())
}

/** Says what is done without, for scripts/test-results.mjs to find; throws what no waiver covers. */
function isWaived(what: string, error: unknown): true {
  const waiver = error instanceof SourceNotInArchive ? waiverFor(error.missing, new Date()) : undefined
  if (!waiver) throw error
  process.stdout.write(`NOT BOOTED: ${what} (waived until ${waiver.until}): ${messages(error)}\n`)
  return true
}
