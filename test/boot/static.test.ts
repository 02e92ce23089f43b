/**
 * The example with three guests that talk through static memory, and the example in C on its virtio device: what they see, write, read and hear, on
 * every Xen that can be built.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, inject, test } from 'vitest'
import { bootPieces } from '../debian/fetch.ts'
import { runCase, xenInputs } from './boot-case.ts'
import { completed, exchangePrograms, exchangeScript, MAC, MESSAGES, RESTARTS, secondDevice } from './exchanges.ts'
import { reportingInitramfs } from './initramfs.ts'
import { expectedLinks, linkEntries } from './links.ts'
import { boardTree, plainMachine } from './machine.ts'
import { buildSystem, inScratch } from './system.ts'

/** The kernel that binds static event channels: Linux 6.6 or newer. */
const linux = 'trixie'

const example = readFileSync(new URL('../../examples/three-static/three-static.yaml', import.meta.url), 'utf8')

/** The driver is told of its device in its own tree as well. */
const withTree = 'fusion'

const ownTree =
  '/dts-v1/;\n/ { #address-cells = <2>; #size-cells = <2>; passthrough { compatible = "simple-bus"; ranges; }; };\n'

/** The device's ramdisk is there only when all is built: its metadata lies behind the largest size that it may have. */
const awaited = 'sensor.cpio.gz'

const ramdiskOf = (name: string): string =>
  `${name}.cpio.gz` === awaited ? `{ file: ${awaited}, size: 4MiB }` : `${name}.cpio.gz`

/** The example for this Xen, with keys for its console, and a ramdisk for each guest. */
const changes = (release: string, guests: readonly string[]): string => `extends: base.yaml
xen: { release: "${release}", config: xen.config, bootargs: console=dtuart dtuart=serial0 bootscrub=0 conswitch=ax }
domains:
${guests.map((name) => `  ${name}: { ramdisk: ${ramdiskOf(name)}${name === withTree ? ', device-tree: own.dts' : ''} }\n`).join('')}${secondDevice}`

test.each(inject('xens'))(
  'three guests that talk through static memory, on Xen %s',
  { timeout: 900_000 + 1000 * RESTARTS },
  async (release) => {
    await inScratch(async (folder) => {
      const { image, busybox } = await bootPieces(linux)
      const names = ['sensor', 'fusion', 'logger']
      const common = {
        'base.yaml': Buffer.from(example),
        'board.dtb': await boardTree(plainMachine, folder),
        Image: image,
        'own.dts': Buffer.from(ownTree),
        ...(await xenInputs({ release, from: 'source' })),
      }
      const manifest = changes(release, names)
      const empty = Object.fromEntries(names.map((name) => [`${name}.cpio.gz`, reportingInitramfs(name, busybox)]))
      // Ids and ports do not depend on what lies in the ramdisks.
      const first = join(folder, 'first')
      const { plan } = await buildSystem({ manifest, inputs: { ...common, ...empty } }, first)
      const ramdisks = await Promise.all(
        names.map(async (name) => {
          const link = plan.virtio['samples-link']
          const role = link?.frontend === name ? 'driver' : link?.backend === name ? 'device' : undefined
          const header = join(first, 'system/out/domains', name, 'virtio.h')
          const programs = role ? await exchangePrograms(name, header) : []
          const entries = [...(await linkEntries(linux, plan, name, role ? exchangeScript(role) : '')), ...programs]
          return [`${name}.cpio.gz`, reportingInitramfs(name, busybox, entries)] as const
        }),
      )
      const links = Object.fromEntries(names.map((name) => [name, expectedLinks(plan, name)]))
      const { [awaited]: late, ...early } = Object.fromEntries(ramdisks)
      const beforeBoot = (files: ReadonlyMap<string, string>): void =>
        writeFileSync(files.get(awaited) ?? '', late ?? '')
      const inputs = { ...common, ...early }
      const timeoutSeconds = 300 + RESTARTS
      const boot = { name: `static-${release}`, manifest, inputs, links, beforeBoot, timeoutSeconds }
      const result = await runCase(boot, folder)
      expect(result.differences).toEqual([])
      expect(result.plan.channels).toEqual(plan.channels)
      const { sensor } = result.plan.domains
      expect(sensor?.staticMem?.[0]?.base.value).toBe(sensor?.ram[0]?.base.value)
      expect(result.reports.get('fusion')?.links).toHaveLength(5)
      const { regions } = result.plan
      const seen = regions['samples']?.access[withTree]?.guest
      const cellsOf = (text: string | undefined): string => (text ?? '').slice(2).padStart(16, '0')
      expect(result.reports.get(withTree)?.exchanges[0]).toBe(
        `tree: samples driver ${cellsOf(seen?.base.value)}${cellsOf(seen?.size.value)}`,
      )
      expectRestarts(result.reports.get('fusion')?.exchanges ?? [], result.reports.get('sensor')?.exchanges ?? [])
    })
  },
)

/** Of fewer kills not one need find an exchange half-way. */
const ENOUGH_TO_COUNT = 200

/** Every exchange was complete, and generations count the starts: each end was killed once and began anew, and the other saw it. */
function expectRestarts(driver: readonly string[], device: readonly string[]): void {
  const [first, again, survivor, ...none] = completed(driver)
  const [once, twice, afterwards, ...noMore] = completed(device)
  expect([none, noMore]).toEqual([[], []])
  expect(
    [...driver, ...device].filter((line) => /not what was sent|no peer|another|broken|no header|^storm/.test(line)),
  ).toEqual([])
  for (const end of [driver, device]) expectKills(end)
  expectCalm(driver, device)
  expect(driver).toContainEqual(expect.stringMatching(`^calm: configuration: ${MAC.replaceAll(':', '')}(00)*$`))
  if (!first || !again || !survivor || !once || !twice || !afterwards)
    throw new Error([...driver, ...device].join('\n'))
  for (const { sent, received } of [first, again, survivor, once, twice, afterwards])
    expect([sent, received]).toEqual([MESSAGES, MESSAGES])
  // The driver starts four times, the device three times.
  expect([again.generation, survivor.generation]).toEqual([first.generation + 2, first.generation + 3])
  expect([once.generation, twice.generation, afterwards.generation]).toEqual([first.peer, first.peer, first.peer + 2])
  expect([again.peer, survivor.peer]).toEqual([first.peer, first.peer + 2])
  expect([once.peer, twice.peer, afterwards.peer]).toEqual([first.generation, again.generation, survivor.generation])
  expect(device).toContain(`survivor: lost: peer generation ${first.generation + 1} became ${again.generation}`)
  expect(driver).toContain(`survivor: lost: peer generation ${first.peer + 1} became ${survivor.peer}`)
  expect(driver).toContain('first: notified: yes')
}

/** An end was killed as often as wanted, and not always before it had found the other: exchanges were lost half-way, others complete. */
function expectKills(end: readonly string[]): void {
  const told = end.flatMap((line) => /^killed: (\d+) times: (\d+) complete, (\d+) lost$/.exec(line)?.slice(1) ?? [])
  const [times, complete, lost] = told.map(Number)
  expect(times).toBe(RESTARTS)
  if (RESTARTS < ENOUGH_TO_COUNT) return
  expect(complete).toBeGreaterThan(RESTARTS / 50)
  expect(lost).toBeGreaterThan(RESTARTS / 50)
}

/** After all those kills both devices had complete exchanges between the last starts of both ends. */
function expectCalm(driver: readonly string[], device: readonly string[]): void {
  for (const name of ['SAMPLES_LINK', 'ETH']) {
    const [own, peer] = [driver, device].map((end) => calmStarts(end, name))
    expect(own).toHaveLength(2)
    expect(peer).toEqual(own?.toReversed())
  }
}

/** The starts of an end and of its peer in the last exchange of a device. */
const calmStarts = (end: readonly string[], name: string): readonly number[] =>
  end.flatMap((line) => line.match(`^calm: ${name} (\\d+) (\\d+)$`)?.slice(1) ?? []).map(Number)
