import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type Dom0Pieces, dom0Pieces } from '../debian/dom0-pieces.ts'
import { bootPieces } from '../debian/fetch.ts'
import { runCase } from './boot-case.ts'
import { type Dom0Content, dom0Initramfs } from './dom0-initramfs.ts'
import { expectedCreated, type PlanJson } from './expectations.ts'
import type { GuestReport } from './facts.ts'
import { reportingInitramfs } from './initramfs.ts'
import { boardTree, plainMachine } from './machine.ts'
import { buildSystem, inScratch, type SystemSource } from './system.ts'

const base = readFileSync(new URL('../../examples/dom0-and-two/dom0-and-two.yaml', import.meta.url))

/** The example, with Xen's debug keys on the serial line. */
const manifest = 'extends: base.yaml\nxen: { bootargs: console=dtuart dtuart=serial0 bootscrub=0 conswitch=ax }\n'

async function inputs(folder: string, pieces: Dom0Pieces, content: Dom0Content): Promise<SystemSource['inputs']> {
  const { xen, busybox } = await bootPieces('trixie')
  return {
    'base.yaml': base,
    'board.dtb': await boardTree(plainMachine, folder),
    xen,
    Image: pieces.image,
    'dom0.cpio.gz': dom0Initramfs(busybox, pieces, content),
    'camera.cpio.gz': reportingInitramfs('camera', busybox),
    'viewer.cpio.gz': reportingInitramfs('viewer', busybox),
  }
}

interface ListedDomain {
  readonly domid: number
  readonly config: {
    readonly c_info: { readonly name: string }
    readonly b_info: { readonly max_memkb: number; readonly max_vcpus?: number }
  }
}

/** `id name KiB`, of every domain that xl lists. */
const listed = ({ tools }: GuestReport): string[] =>
  (JSON.parse(tools.list) as ListedDomain[]).map(
    ({ domid, config }) => `${domid} ${config.c_info.name} ${config.b_info.max_memkb}`,
  )

const kib = (plan: PlanJson, name: string): number => Number(BigInt(plan.domains[name]?.memory.value ?? 0) >> 10n)

function dom0Of(reports: ReadonlyMap<string, GuestReport>): GuestReport {
  const report = reports.get('dom0')
  if (!report) throw new Error('dom0 does not report')
  return report
}

test('dom0 and a guest beside it come up as planned, and the tools of dom0 know both', {
  timeout: 600_000,
}, async () => {
  const pieces = await dom0Pieces('trixie')
  await inScratch(async (folder) => {
    const given = await inputs(folder, pieces, { files: {}, create: [] })
    const { differences, plan, reports } = await runCase({ name: 'dom0-and-two', manifest, inputs: given }, folder)
    expect(differences).toEqual([])
    const dom0 = dom0Of(reports)
    expect(dom0.tools.names).toEqual(['0 Domain-0', '1 dom0less-1'])
    expect(listed(dom0)).toEqual([`0 Domain-0 ${kib(plan, 'dom0')}`, `1 dom0less-1 ${kib(plan, 'camera')}`])
  })
})

/** What dom0 needs to create the guests, under the names that their generated configurations use. */
async function guestsInDom0(folder: string, pieces: Dom0Pieces): Promise<Dom0Content> {
  const first = join(folder, 'first')
  const given = await inputs(folder, pieces, { files: {}, create: [] })
  const { plan } = await buildSystem({ manifest, inputs: given }, first)
  const again = `must xl destroy ${plan.domains['camera']?.id?.value ?? 0}; must xl create /etc/guests/camera.cfg`
  const configuration = (name: string) => readFileSync(join(first, 'system/out/domains', name, `${name}.cfg`))
  const input = (name: string) => readFileSync(join(first, 'system', name))
  return {
    files: {
      'boot/guests/Image': input('Image'),
      'boot/guests/camera.cpio.gz': input('camera.cpio.gz'),
      'boot/guests/viewer.cpio.gz': input('viewer.cpio.gz'),
      'etc/guests/camera.cfg': configuration('camera'),
      'etc/guests/viewer.cfg': configuration('viewer'),
    },
    create: [{ name: 'viewer' }, { name: 'camera', by: again }],
  }
}

test('dom0 creates one guest and replaces the other from generated configurations', { timeout: 600_000 }, async () => {
  const pieces = await dom0Pieces('trixie')
  await inScratch(async (folder) => {
    const given = await inputs(folder, pieces, await guestsInDom0(folder, pieces))
    const created = (plan: PlanJson) => ['viewer', 'camera'].map((name) => expectedCreated(plan, name))
    const name = 'dom0-and-two-created'
    const result = await runCase({ name, manifest, inputs: given, created, timeoutSeconds: 280 }, folder)
    expect(result.differences).toEqual([])
    const { plan } = result
    const dom0 = dom0Of(result.reports)
    expect(dom0.tools.names).toEqual(['0 Domain-0', '2 viewer', '3 camera'])
    expect(listed(dom0)).toEqual([
      `0 Domain-0 ${kib(plan, 'dom0')}`,
      `2 viewer ${kib(plan, 'viewer')}`,
      `3 camera ${kib(plan, 'camera')}`,
    ])
  })
})
