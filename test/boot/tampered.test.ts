/** The comparison sees what it is for: trees that were changed behind the plan's back fail it, by domain and value. */
import { readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { cells, property, text } from '../../src/devicetree/build.ts'
import { replaceNodeAt, setProperty } from '../../src/devicetree/edit.ts'
import type { DtNode, DtValue } from '../../src/devicetree/model.ts'
import { readDtb } from '../../src/devicetree/read/read-dtb.ts'
import { writeDtb } from '../../src/devicetree/write/write-dtb.ts'
import { bootPieces } from '../debian/fetch.ts'
import { ok } from '../devicetree/expect-ok.ts'
import { caseManifest, runCase, type XenChoice, xenInputs } from './boot-case.ts'
import type { PlanJson } from './expectations.ts'
import { reportingInitramfs } from './initramfs.ts'
import { boardTree, plainMachine } from './machine.ts'
import { inScratch } from './system.ts'

const choice: XenChoice = { release: '4.17', from: 'Debian' }
const wide = (value: bigint): [bigint, bigint] => [value >> 32n, value & 0xffff_ffffn]

function changed(root: DtNode, path: string, change: (node: DtNode) => DtNode): DtNode {
  const tree = replaceNodeAt(root, path, change)
  if (!tree) throw new Error(`no ${path}`)
  return tree
}

const set = (root: DtNode, path: string, name: string, value: DtValue): DtNode =>
  changed(root, path, (node) => setProperty(node, property(name, value)))

/** Where the plan has the logger's ramdisk. */
function ramdiskOf(plan: PlanJson): { address: bigint; size: bigint } {
  const file = plan.load.find(({ id }) => id === plan.domains['logger']?.ramdisk)
  if (!file) throw new Error('the plan has no ramdisk of the logger')
  return { address: BigInt(file.address.value), size: BigInt(file.size.value) }
}

function setRamdisk(root: DtNode, plan: PlanJson, address: bigint, size: bigint): DtNode {
  const path = `/chosen/logger/module@${ramdiskOf(plan).address.toString(16)}`
  return set(root, path, 'reg', [cells([...wide(address), ...wide(size)])])
}

interface Tampering {
  readonly name: string
  readonly change: (root: DtNode, plan: PlanJson) => DtNode
  /** A difference that has to be among those found. */
  readonly difference: (plan: PlanJson) => string
}

const hex = (value: bigint): string => `"0x${value.toString(16)}"`

const tamperings: readonly Tampering[] = [
  {
    name: 'a module moved by a page',
    change: (root, plan) => {
      const { address, size } = ramdiskOf(plan)
      return setRamdisk(root, plan, address + 0x1000n, size)
    },
    difference: (plan) => {
      const { address } = ramdiskOf(plan)
      return `logger: address of the ramdisk planned ${hex(address)}, loaded by Xen ${hex(address + 0x1000n)}`
    },
  },
  {
    name: 'a size that is off by one',
    change: (root, plan) => {
      const { address, size } = ramdiskOf(plan)
      return setRamdisk(root, plan, address, size - 1n)
    },
    difference: (plan) => {
      const { size } = ramdiskOf(plan)
      return `logger: size of the ramdisk planned ${hex(size)}, loaded by Xen ${hex(size - 1n)}`
    },
  },
  {
    name: 'two domains swapped',
    change: (root) => changed(root, '/chosen', (node) => ({ ...node, children: node.children.toReversed() })),
    difference: () => 'control: domain id planned 1, reported 2',
  },
  {
    name: 'one argument changed',
    change: (root, plan) => {
      const kernel = plan.load.find(({ id }) => id === plan.domains['control']?.kernel)
      const path = `/chosen/control/module@${BigInt(kernel?.address.value ?? 0).toString(16)}`
      return set(root, path, 'bootargs', [text('console=ttyAMA0 quite')])
    },
    difference: () => 'control: command line planned "console=ttyAMA0 quiet", reported "console=ttyAMA0 quite"',
  },
  {
    name: "one guest's memory halved",
    change: (root) => set(root, '/chosen/control', 'memory', [cells([0n, 80n << 10n])]),
    difference: () => 'control: RAM planned "[0x40000000..0x4a000000)", reported "[0x40000000..0x45000000)"',
  },
]

test.each(tamperings)('$name', async ({ name, change, difference }) => {
  const { image, busybox } = await bootPieces('bookworm')
  await inScratch(async (folder) => {
    const inputs = {
      'board.dtb': await boardTree(plainMachine, folder),
      Image: image,
      ...(await xenInputs(choice)),
      'control.cpio.gz': reportingInitramfs('control', busybox),
      'logger.cpio.gz': reportingInitramfs('logger', busybox),
      'base.yaml': Buffer.from(caseManifest('two-small')),
    }
    const beforeBoot = (files: ReadonlyMap<string, string>, plan: PlanJson): void => {
      const file = files.get('xen.dtb') ?? ''
      const blob = readFileSync(file)
      const tree = ok(readDtb(blob))
      const other = ok(writeDtb({ ...tree, root: change(tree.root, plan) }))
      expect(other).toHaveLength(blob.length)
      expect(blob.equals(other)).toBe(false)
      writeFileSync(file, other)
    }
    const manifest = `extends: base.yaml\nxen: { release: "${choice.release}" }\n`
    const boot = { name: `tampered-${name.replaceAll(/\W+/g, '-')}`, manifest, inputs, beforeBoot, timeoutSeconds: 150 }
    const { differences, plan } = await runCase(boot, folder)
    expect(differences).toContain(difference(plan))
  })
})
