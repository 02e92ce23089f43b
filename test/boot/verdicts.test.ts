/**
 * Same tree, same verdict: trees that break one rule each, or only just obey it, given to a real Xen. Where the rules see an error Xen
 * must panic, and where they see none the guest must come up. Rules of Xen's first look at the tree are left out: it stops there before
 * its console works, and a boot would have to wait for nothing.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { cells, text } from '../../src/devicetree/build.ts'
import type { DtValue } from '../../src/devicetree/model.ts'
import { bootPieces } from '../debian/fetch.ts'
import { talkingRamdisk } from './talking-ramdisk.ts'
import { drop, set, VerdictBench, type VerdictCase } from './verdict-bench.ts'

const manifest = `api-version: domforge/v1
name: verdicts
platform: { device-tree: board.dtb }
xen: { release: "4.17", image: xen, bootargs: console=dtuart dtuart=serial0 bootscrub=0 }
boot: { load: { from: tftp } }
domains:
  guest: { boot: dom0less, kernel: { image: Image, bootargs: console=ttyAMA0 quiet maxcpus=1 }, ramdisk: ramdisk, memory: 128MiB }
`

const GUEST = '/chosen/guest'
const KERNEL = `${GUEST}/module`
const kib = (size: number): DtValue => [cells([0n, BigInt(size)])]

/** Memory in KiB that the placement of kernel, tree and ramdisk just needs: found by the rules, judged by Xen. */
const smallest = { fits: 0, tooSmall: 0 }

const CASES: readonly VerdictCase[] = [
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

let bench: VerdictBench

beforeAll(async () => {
  const { image, xen, busybox } = await bootPieces('bookworm')
  bench = await VerdictBench.of({ manifest, inputs: { xen, Image: image, ramdisk: talkingRamdisk(busybox) } }, scratch)
  findLimit()
})

/** Looks for the least memory that the rules let pass, in steps of 2 MiB. */
function findLimit(): void {
  const step = 2048
  for (let size = step; ; size += step) {
    if (bench.errorsOf(set(GUEST, 'memory', kib(size))(bench.original.root)).length > 0) smallest.tooSmall = size
    else {
      smallest.fits = size
      return
    }
  }
}

describe('verdicts', () => {
  test.each(CASES)('$name', (verdict) => bench.judge(verdict, 'basic'))
})
