/** The example with three guests that talk through static memory: what they see, write, read and hear, on every Xen that can be built. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { bootPieces } from '../debian/fetch.ts'
import { buildableXens } from '../debian/xen-build.ts'
import { runCase, xenInputs } from './boot-case.ts'
import { reportingInitramfs } from './initramfs.ts'
import { expectedLinks, linkEntries } from './links.ts'
import { boardTree, plainMachine } from './machine.ts'
import { buildSystem, inScratch } from './system.ts'

/** The kernel that binds static event channels: Linux 6.6 or newer. */
const linux = 'trixie'

const example = readFileSync(new URL('../../examples/three-static/three-static.yaml', import.meta.url), 'utf8')

/** The example for this Xen, with keys for its console, and a ramdisk for each guest. */
const changes = (release: string, guests: readonly string[]): string => `extends: base.yaml
xen: { release: "${release}", config: xen.config, bootargs: console=dtuart dtuart=serial0 bootscrub=0 conswitch=ax }
domains:
${guests.map((name) => `  ${name}: { ramdisk: ${name}.cpio.gz }\n`).join('')}`

test.each(await buildableXens())(
  'three guests that talk through static memory, on Xen %s',
  { timeout: 900_000 },
  async (release) => {
    await inScratch(async (folder) => {
      const { image, busybox } = await bootPieces(linux)
      const names = ['sensor', 'fusion', 'logger']
      const common = {
        'base.yaml': Buffer.from(example),
        'board.dtb': await boardTree(plainMachine, folder),
        Image: image,
        ...(await xenInputs({ release, from: 'source' })),
      }
      const manifest = changes(release, names)
      const empty = Object.fromEntries(names.map((name) => [`${name}.cpio.gz`, reportingInitramfs(name, busybox)]))
      // Ids and ports do not depend on what lies in the ramdisks.
      const { plan } = await buildSystem({ manifest, inputs: { ...common, ...empty } }, join(folder, 'first'))
      const ramdisks = await Promise.all(
        names.map(async (name) => {
          const entries = await linkEntries(linux, plan, name)
          return [`${name}.cpio.gz`, reportingInitramfs(name, busybox, entries)] as const
        }),
      )
      const links = Object.fromEntries(names.map((name) => [name, expectedLinks(plan, name)]))
      const inputs = { ...common, ...Object.fromEntries(ramdisks) }
      const result = await runCase({ name: `static-${release}`, manifest, inputs, links }, folder)
      expect(result.differences).toEqual([])
      expect(result.plan.channels).toEqual(plan.channels)
      const { sensor } = result.plan.domains
      expect(sensor?.staticMem?.[0]?.base.value).toBe(sensor?.ram[0]?.base.value)
      expect(result.reports.get('fusion')?.links).toHaveLength(4)
    })
  },
)
