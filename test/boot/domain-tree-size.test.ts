/** The device tree that a real Xen makes for a domain has the size that the rule DOM-050 computes, to the byte and to the limit. */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { type DomainTreeShape, domainTreeSize } from '../../src/checks/xen/domain-tree-size.ts'
import { domainTreeBuffer } from '../../src/xen/boot-limits.ts'
import { bootPieces } from '../debian/fetch.ts'
import { cpioArchive, folder as directory, program } from './cpio.ts'
import { boardTree, plainMachine } from './machine.ts'
import { bootSystem, buildSystem, inScratch } from './system.ts'

const init = `#!/bin/busybox sh
/bin/busybox mkdir -p /proc /sys /dev
/bin/busybox mount -t proc proc /proc
/bin/busybox mount -t sysfs sysfs /sys
/bin/busybox mount -t devtmpfs devtmpfs /dev
exec </dev/console >/dev/console 2>&1
while :; do
  echo "TREE $(/bin/busybox cat /proc/device-tree/chosen/bootargs) $(/bin/busybox stat -c %s /sys/firmware/fdt)"
  /bin/busybox sleep 1
done
`

const ramdisk = (busybox: string): Uint8Array =>
  gzipSync(cpioArchive([directory('bin'), program('bin/busybox', readFileSync(busybox)), program('init', init)]), {
    level: 1,
  })

const bootArguments = (name: string): string => `console=ttyAMA0 quiet maxcpus=1 name=${name}`

const shape = (name: string, vcpus: number): DomainTreeShape => ({
  release: '4.17',
  vcpus,
  cpuCompatible: 'arm,cortex-a57 '.length,
  cpuClock: false,
  timerClock: false,
  gic: 'v3',
  arm64: true,
  bootargs: bootArguments(name).length,
  ramdisk: true,
  memoryRanges: 1,
  shared: [],
  vpl011: true,
  hypervisor: name === 'large',
  extendedRegions: 2,
})

/** As many vCPUs as the rule allows. */
function most(): number {
  let vcpus = 1
  while (domainTreeSize(shape('large', vcpus + 1)) <= domainTreeBuffer('4.17')) vcpus++
  return vcpus
}

const manifest = `api-version: domforge/v1
name: tree-sizes
platform: { device-tree: board.dtb }
xen: { release: "4.17", image: xen, bootargs: console=dtuart dtuart=serial0 bootscrub=0 }
boot: { load: { from: tftp } }
domains:
  small: { boot: dom0less, kernel: { image: Image, bootargs: ${bootArguments('small')} }, ramdisk: ramdisk, memory: 128MiB, vcpus: 2 }
  large: { boot: dom0less, kernel: { image: Image, bootargs: ${bootArguments('large')} }, ramdisk: ramdisk, memory: 256MiB, vcpus: ${most()}, enhanced: no-xenstore }
`

/** Sizes that guests reported, by name. */
function sizes(lines: readonly string[]): ReadonlyMap<string, number> {
  const found = new Map<string, number>()
  for (const line of lines) {
    const [, name, size] = /TREE .*name=(\w+)\W* (\d+)$/.exec(line) ?? []
    if (name !== undefined) found.set(name, Number(size))
  }
  return found
}

test('a guest finds a tree of the computed size; with one more vCPU Xen panics', async () => {
  const { image, xen, busybox } = await bootPieces('bookworm')
  await inScratch(async (folder) => {
    const inputs = { 'board.dtb': await boardTree(plainMachine, folder), xen, Image: image, ramdisk: ramdisk(busybox) }
    const { files } = await buildSystem({ manifest, inputs }, folder)
    const boot = { machine: plainMachine, medium: 'tftp', files } as const
    const isDone = (lines: readonly string[]) => sizes(lines).size === 2
    const log = await bootSystem({ ...boot, name: 'tree-sizes', isDone }, folder)
    expect(sizes(log.lines).get('small')).toBe(Number(domainTreeSize(shape('small', 2))))
    expect(sizes(log.lines).get('large')).toBe(Number(domainTreeSize(shape('large', most()))))

    execFileSync('fdtput', ['-t', 'i', files.get('xen.dtb') ?? '', '/chosen/large', 'cpus', String(most() + 1)])
    const panics = (lines: readonly string[]) => lines.some((line) => line.includes('Could not set up domain large'))
    await bootSystem({ ...boot, name: 'tree-too-large', isDone: panics, failures: [/TREE .*name=large/] }, folder)
  })
})
