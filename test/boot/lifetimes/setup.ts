/** Before the boots of guests that end and come back: what they need, of which the other boots have prepared most. */
import type { TestProject } from 'vitest/node'
import { dom0Pieces } from '../../debian/dom0-pieces.ts'
import { driverKernel } from '../../debian/driver-modules.ts'
import { bootPieces } from '../../debian/fetch.ts'
import { dash, watchdogModules } from '../../debian/package-file.ts'
import { builtXen } from '../../debian/xen-build.ts'
import { type Fixture, report } from '../fixture.ts'
import { backendProgram } from '../serving-dom0.ts'

const OF_RELEASE = (['bookworm', 'trixie'] as const).flatMap((debian): readonly Fixture[] => [
  [`boot pieces of ${debian}`, () => bootPieces(debian)],
  [`dom0 pieces of ${debian}`, () => dom0Pieces(debian)],
  [`the watchdog of ${debian}`, () => watchdogModules(debian)],
])

const OTHERS: readonly Fixture[] = [
  ['dash of bookworm', () => dash('bookworm')],
  ['the cloud kernel with drivers', () => driverKernel('cloud')],
  ['the program behind virtio devices', backendProgram],
]

/** A test that needs what cannot be had fails by asking for it. */
export default async function setup(project: TestProject): Promise<void> {
  const xen = report(['Xen 4.17 from source', () => builtXen('4.17')])
  await Promise.all([...OF_RELEASE, ...OTHERS].map(report))
  const failure = await xen
  project.provide('unbuilt', failure === undefined ? {} : { '4.17': failure })
}
