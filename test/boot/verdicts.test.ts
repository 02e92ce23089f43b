/**
 * Same tree, same verdict: trees that break one rule each, or only just obey it, given to a real Xen. Where the rules see an error Xen
 * must panic, and where they see none the guest must come up. Rules of Xen's first look at the tree are left out: it stops there before
 * its console works, and a boot would have to wait for nothing.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { assemble } from '../../src/assemble/assemble.ts'
import { bootContextOf } from '../../src/checks/xen/assembly-context.ts'
import type { BootContext } from '../../src/checks/xen/boot-context.ts'
import { checkXen } from '../../src/checks/xen/check-xen.ts'
import { cells, property, text } from '../../src/devicetree/build.ts'
import type { DeviceTree, DtNode, DtValue } from '../../src/devicetree/model.ts'
import { readDtb } from '../../src/devicetree/read/read-dtb.ts'
import { writeDtb } from '../../src/devicetree/write/write-dtb.ts'
import type { Code } from '../../src/diagnostics/catalogue/index.ts'
import { Findings } from '../../src/diagnostics/findings.ts'
import { collectFacts } from '../../src/facts/collect.ts'
import { planSystem } from '../../src/plan/system.ts'
import { type Bytes, bytes } from '../../src/units/quantities.ts'
import { bootPieces } from '../debian/fetch.ts'
import { readManifest } from '../source/stages.ts'
import { cpioArchive, folder as directory, program } from './cpio.ts'
import { boardTree, plainMachine } from './machine.ts'
import { type BuiltSystem, bootSystem, buildSystem } from './system.ts'

/** Longer than what any case adds to the tree. */
const PADDING = 4096

/** What Xen prints of a guest, and when it gives up. */
const GUEST_RUNS = /DOM1:/
const PANIC = /Panic on CPU/

const init = `#!/bin/busybox sh
/bin/busybox mkdir -p /dev
/bin/busybox mount -t devtmpfs devtmpfs /dev
exec </dev/console >/dev/console 2>&1
while :; do echo up; /bin/busybox sleep 1; done
`

const manifest = `api-version: domforge/v1
name: verdicts
platform: { device-tree: board.dtb }
xen: { release: "4.17", image: xen, bootargs: console=dtuart dtuart=serial0 bootscrub=0 }
boot: { load: { from: tftp } }
domains:
  guest: { boot: dom0less, kernel: { image: Image, bootargs: console=ttyAMA0 quiet maxcpus=1 }, ramdisk: ramdisk, memory: 128MiB }
`

/** The node at `path` changed by `change`, everything else as it is; a name without unit address means the first of that name. */
function changed(node: DtNode, path: readonly string[], change: (node: DtNode) => DtNode): DtNode {
  const [name, ...rest] = path
  if (name === undefined) return change(node)
  const at = node.children.findIndex((child) => child.name.split('@')[0] === name)
  return {
    ...node,
    children: node.children.map((child, index) => (index === at ? changed(child, rest, change) : child)),
  }
}

const set =
  (path: string, name: string, value: DtValue) =>
  (root: DtNode): DtNode =>
    changed(root, path.split('/').slice(1), (node) => ({
      ...node,
      properties: [...node.properties.filter((other) => other.name !== name), property(name, value)],
    }))

const drop =
  (path: string, name: string) =>
  (root: DtNode): DtNode =>
    changed(root, path.split('/').slice(1), (node) => ({
      ...node,
      properties: node.properties.filter((other) => other.name !== name),
    }))

const GUEST = '/chosen/guest'
const KERNEL = `${GUEST}/module`
const kib = (size: number): DtValue => [cells([0n, BigInt(size)])]

interface Case {
  readonly name: string
  readonly change: (root: DtNode) => DtNode
  /** Absent: no error, and Xen starts the guest. */
  readonly code?: Code
}

/** Memory in KiB that the placement of kernel, tree and ramdisk just needs: found by the rules, judged by Xen. */
const smallest = { fits: 0, tooSmall: 0 }

const CASES: readonly Case[] = [
  { name: 'nothing wrong', change: (root) => root },
  { name: 'no vCPU', change: set(GUEST, 'cpus', [cells([0n])]), code: 'DOM-002' },
  { name: '129 vCPUs', change: set(GUEST, 'cpus', [cells([129n])]), code: 'DOM-003' },
  { name: 'no word on vCPUs', change: drop(GUEST, 'cpus'), code: 'DOM-001' },
  { name: 'memory in one cell', change: set(GUEST, 'memory', [cells([0x20000n])]), code: 'DOM-005' },
  { name: 'no memory', change: set(GUEST, 'memory', kib(0)), code: 'DOM-006' },
  { name: 'more memory than the board has', change: set(GUEST, 'memory', kib(0x200000)), code: 'DOM-009' },
  { name: '961 SPIs', change: set(GUEST, 'nr_spis', [cells([961n])]), code: 'DOM-020' },
  { name: '960 SPIs', change: set(GUEST, 'nr_spis', [cells([960n])]) },
  { name: 'xenstore without dom0', change: set(GUEST, 'xen,enhanced', [text('enabled')]), code: 'DOM-042' },
  { name: 'no xenstore', change: set(GUEST, 'xen,enhanced', [text('no-xenstore')]) },
  { name: 'direct-map without static memory', change: set(GUEST, 'direct-map', []), code: 'DOM-012' },
  {
    name: '1023 characters of arguments',
    change: set(KERNEL, 'bootargs', [text(`console=ttyAMA0 maxcpus=1 quiet ${'a'.repeat(1023 - 32)}`)]),
  },
  {
    name: 'a kernel that is empty',
    change: (root) => set(KERNEL, 'reg', [cells([0n, 0x4800_0000n, 0n, 0n])])(root),
    code: 'MOD-014',
  },
  {
    name: 'a little too little memory',
    change: (root) => set(GUEST, 'memory', kib(smallest.tooSmall))(root),
    code: 'KRN-005',
  },
  { name: 'just enough memory', change: (root) => set(GUEST, 'memory', kib(smallest.fits))(root) },
]

const scratch = mkdtempSync(join(tmpdir(), 'domforge-verdicts-'))
afterAll(() => rmSync(scratch, { recursive: true }))

let system: BuiltSystem
let context: BootContext
let original: DeviceTree

beforeAll(async () => {
  const { image, xen, busybox } = await bootPieces('bookworm')
  const archive = cpioArchive([directory('bin'), program('bin/busybox', readFileSync(busybox)), program('init', init)])
  const board = padded(readTree(await boardTree(plainMachine, scratch)), PADDING, 0)
  const inputs = { 'board.dtb': encoded(board), xen, Image: image, ramdisk: gzipSync(archive) }
  system = await buildSystem({ manifest, inputs }, scratch)
  original = readTree(system.files.get('xen.dtb') ?? '')
  context = contextOf(join(scratch, 'system/system.yaml'))
  findLimit()
})

function readTree(file: string): DeviceTree {
  const read = readDtb(readFileSync(file))
  if (!read.ok) throw new Error(`${file} cannot be read`)
  return read.value
}

function encoded(tree: DeviceTree): Uint8Array {
  const written = writeDtb(tree)
  if (!written.ok) throw new Error('the tree cannot be written')
  return written.value
}

/** The tree with `size` bytes that nobody reads, and a name of 8 and `more` characters: values count in fours, names by one. */
const padded = (tree: DeviceTree, size: number, more: number): DeviceTree => ({
  ...tree,
  root: changed(tree.root, [], (root) => ({
    ...root,
    properties: [
      ...root.properties.filter(({ name }) => !name.startsWith('padding-')),
      property(`padding-${'x'.repeat(more)}`, [{ kind: 'bytes', data: new Uint8Array(size) }]),
    ],
  })),
})

/** The changed tree as long as the original: the boot script refuses a file of another size. */
function encodedLikeOriginal(root: DtNode): Uint8Array {
  const { length } = encoded(original)
  const surplus = encoded(padded({ ...original, root }, PADDING, 0)).length - length
  const more = (4 - (surplus & 3)) & 3
  const blob = encoded(padded({ ...original, root }, PADDING - surplus - more, more))
  expect(blob.length).toBe(length)
  return blob
}

/** What Xen will find, as the tool sees it. */
function contextOf(file: string): BootContext {
  const { model } = readManifest(file)
  const { report } = new Findings()
  const facts = model && collectFacts(model, report)
  const plan = facts && planSystem(model, facts, report)
  if (!plan) throw new Error('the system cannot be planned')
  return bootContextOf(assemble(plan))
}

function errorsOf(root: DtNode, treeSize: Bytes = bytes(0)): readonly Code[] {
  const findings = new Findings()
  const tree = { ...original, root }
  checkXen({ ...context, tree, treeSize }, findings.report)
  return findings.all.filter(({ severity }) => severity === 'error').map(({ code }) => code)
}

/** Looks for the least memory that the rules let pass, in steps of 2 MiB. */
function findLimit(): void {
  const step = 2048
  for (let size = step; ; size += step) {
    if (errorsOf(set(GUEST, 'memory', kib(size))(original.root)).length > 0) smallest.tooSmall = size
    else {
      smallest.fits = size
      return
    }
  }
}

describe('verdicts', () => {
  test.each(CASES)('$name', async ({ name, change, code }) => {
    const root = change(original.root)
    const blob = encodedLikeOriginal(root)
    const errors = errorsOf(root, bytes(blob.length))
    if (code) expect(errors).toContain(code)
    else expect(errors).toEqual([])

    const file = join(scratch, 'verdict.dtb')
    writeFileSync(file, blob)
    const files = new Map([...system.files, ['xen.dtb', file]])
    const sees = (what: RegExp) => (lines: readonly string[]) => lines.some((line) => what.test(line))
    const boot = { machine: plainMachine, medium: 'tftp', files, name: `verdict-${name.replaceAll(' ', '-')}` } as const
    const [expected, wrong] = code ? [PANIC, GUEST_RUNS] : [GUEST_RUNS, PANIC]
    await bootSystem({ ...boot, isDone: sees(expected), failures: [wrong, /^BOOT-SCRIPT-RETURNED/] }, scratch)
  })
})
