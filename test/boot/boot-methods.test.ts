/** One system, put into memory and started in every way that QEMU's U-Boot has: the guests come up as planned each time. */
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { childNamed, type DtNode } from '../../src/devicetree/model.ts'
import { parseDts } from '../../src/devicetree/parse/parse-dts.ts'
import { type BootPieces, bootPieces } from '../debian/fetch.ts'
import { ok } from '../devicetree/expect-ok.ts'
import { differences } from './compare.ts'
import { expectedDomains } from './expectations.ts'
import { haveReported, readReports } from './facts.ts'
import { reportingInitramfs } from './initramfs.ts'
import { boardTree, plainMachine } from './machine.ts'
import { bootSystem, buildSystem, inScratch } from './system.ts'
import { type BootMedium, scriptReturned } from './uboot-env.ts'

const run = promisify(execFile)

/** Makes lines of the script longer than what can be typed (CONFIG_SYS_CBSIZE: 512 characters here). */
const padding = 'x'.repeat(800)

/** The board's console by its path: not every tree has the alias for it. */
const manifestWith = ({ boot, image = 'xen', first = '', inMemory, kernel = 'Image', overlay }: Method): string => `
api-version: domforge/v1
name: methods
platform: { device-tree: board.dtb, reserved: { firmware: { start: 0x7000_0000, size: 1MiB } }${overlay ? ', overlays: [mark.dtso]' : ''} }
xen: { release: "4.17", image: ${image}, bootargs: console=dtuart dtuart=/pl011@9000000 bootscrub=0 }
boot: ${boot}
domains:
  zebra:
    boot: dom0less
    kernel: { image: Image, bootargs: "console=ttyAMA0 quiet pad=${padding} note=\\"it's \\\\ $here; & <1>\\"" }
    ramdisk: zebra.cpio.gz
    memory: 128MiB
    ${inMemory ? `load: { from: memory, addresses: ${JSON.stringify(inMemory)} }` : first}
  ant: { boot: dom0less, kernel: { image: ${kernel}, bootargs: console=ttyAMA0 quiet }, ramdisk: ant.cpio.gz, memory: 128MiB }
`

interface Method {
  readonly name: string
  readonly boot: string
  readonly medium: BootMedium
  /** Xen's. */
  readonly image?: string
  /** More of the first domain. */
  readonly first?: string
  /** Files of the first domain that QEMU puts into memory, with their places; the medium does not have them. */
  readonly inMemory?: Readonly<Record<string, string>>
  /** The second domain's. */
  readonly kernel?: string
  /** With one that marks the clock. */
  readonly overlay?: true
  /** A line of U-Boot's. */
  readonly prints?: string
}

/** The user's lines know where tree and Xen lie, and their `fdt` works on that tree. */
const ownBoot = JSON.stringify(`setenv my_fdt \${host_fdt_addr}
fdt get value model / model
echo the board is \${model}
booti \${host_kernel_addr} - \${my_fdt}`)

const methods: readonly Method[] = [
  {
    name: 'tree changed at boot, virtio and memory, booti',
    boot: '{ load: { from: virtio }, device-tree: commands }',
    medium: 'virtio',
    inMemory: { Image: '0x58000000', 'zebra.cpio.gz': '0x5c000000' },
    kernel: 'Image.gz',
  },
  {
    name: "U-Boot's own tree changed at boot, any command, bootefi",
    boot: "{ load: { from: command, command: 'fatload virtio 0:1' }, device-tree: commands, tree-from: fdtcontroladdr, command: bootefi }",
    medium: 'virtio',
    first: 'load: { from: virtio }',
    kernel: 'uImage',
  },
  { name: 'scsi, bootm', boot: '{ load: { from: scsi }, command: bootm }', medium: 'scsi', image: 'xen.ub' },
  {
    name: 'usb, the boot command of the user',
    boot: `{ load: { from: usb, device: "0:1" }, command: none, extra-commands: ${ownBoot} }`,
    prints: 'the board is linux,dummy-virt',
    medium: 'usb',
  },
]

const mark = `/dts-v1/;
/plugin/;
/ { fragment@0 { target-path = "/pl031@9010000"; __overlay__ { mark; }; }; };
`

/** What a tree says that was dumped on a running board: Xen must not see it. */
const staleRamdisk = [
  ['linux,initrd-start', '48000000'],
  ['linux,initrd-end', '49000000'],
] as const

/** Everything that some method wants. `xen.ub` is told to run 256 MiB behind the start of RAM. */
async function inputs(
  folder: string,
  { image, xen, busybox }: BootPieces,
  { kernel, image: xenImage, overlay: hasOverlay }: Method,
) {
  const uImage = join(folder, 'uImage')
  const xenUb = join(folder, 'xen.ub')
  if (kernel === 'uImage') await mkimage(image, uImage, '0')
  if (xenImage === 'xen.ub') await mkimage(xen, xenUb, '0x50000000')
  const board = await boardTree(plainMachine, folder)
  for (const [name, value] of staleRamdisk) await run('fdtput', ['-t', 'x', board, '/chosen', name, value])
  return {
    'board.dtb': board,
    Image: image,
    'zebra.cpio.gz': reportingInitramfs('zebra', busybox),
    'ant.cpio.gz': reportingInitramfs('ant', busybox),
    ...(xenImage === 'xen.ub' ? { 'xen.ub': xenUb } : { xen }),
    ...(hasOverlay ? { 'mark.dtso': Buffer.from(mark) } : {}),
    ...(kernel === 'uImage' ? { uImage } : {}),
    ...(kernel === 'Image.gz' ? { 'Image.gz': gzipSync(readFileSync(image), { level: 1 }) } : {}),
  }
}

const mkimage = (image: string, to: string, address: string) =>
  run('mkimage', [
    '-A',
    'arm64',
    '-O',
    'linux',
    '-T',
    'kernel',
    '-C',
    'none',
    '-a',
    address,
    '-e',
    address,
    '-d',
    image,
    to,
  ])

test.each(methods)('$name', async (method) => {
  const pieces = await bootPieces('bookworm')
  await inScratch(async (folder) => {
    const manifest = manifestWith(method)
    const source = { manifest, inputs: await inputs(folder, pieces, method) }
    const { plan, files } = await buildSystem(source, folder)
    const guests = expectedDomains(plan)
    expect(guests.map((guest) => [guest.name, guest.domainId])).toEqual([
      ['zebra', 1],
      ['ant', 2],
    ])
    const { medium, inMemory = {} } = method
    const devices = Object.entries(inMemory).flatMap(([path, address]) => [
      '-device',
      `loader,file=${files.get(path)},addr=${address},force-raw=on`,
    ])
    const onMedium = new Map([...files].filter(([path]) => !(path in inMemory)))
    const isDone = (lines: readonly string[]) => haveReported(['zebra', 'ant'], lines)
    const name = `method-${method.name.replaceAll(/[^a-z]+/gi, '-')}`
    const log = await bootSystem({ name, machine: plainMachine, medium, files: onMedium, devices, isDone }, folder)
    expect(differences(guests, readReports(log.lines)), `the serial log: ${log.file}`).toEqual([])
    if (method.prints !== undefined) expect(log.lines).toContain(method.prints)
  })
})

/** `fdt print` of what Xen would be given, as source. Strings come without escapes: what is printed here has none. */
async function printedTree(pieces: BootPieces, boot: string): Promise<DtNode> {
  return inScratch(async (folder) => {
    const method = { name: 'print', boot, medium: 'virtio' } as const
    const manifest = manifestWith(method).replace(/ note=[^}]*/, '" ')
    const { files } = await buildSystem({ manifest, inputs: await inputs(folder, pieces, method) }, folder)
    const afterwards = `fdt addr \${host_fdt_addr}; fdt print /`
    const isDone = (lines: readonly string[]) => lines.at(-1) === scriptReturned
    const name = `print-${boot.replaceAll(/[^a-z]+/g, '-')}`
    const failures = [/Xen version/, /^domforge:/]
    const { lines } = await bootSystem(
      { name, machine: plainMachine, medium: 'virtio', files, isDone, afterwards, failures },
      folder,
    )
    const source = `/dts-v1/;\n${lines.slice(lines.lastIndexOf('/ {'), lines.lastIndexOf(scriptReturned)).join('\n')}`
    return ok(parseDts(source, { file: name })).root
  })
}

/** Order of properties means nothing, that of nodes does. */
const sorted = ({ name, properties, children }: DtNode): object => ({
  name,
  properties: properties
    .map((property) => `${property.name} ${JSON.stringify(property.value, withoutOrigins)}`)
    .toSorted(),
  children: children.map(sorted),
})

const withoutOrigins = (key: string, value: unknown): unknown =>
  key === 'origin' ? undefined : typeof value === 'bigint' ? `${value}` : value

/** Debian's U-Boot for this board has no `fdt apply`; of others a broken overlay would not get further. */
test('an overlay that U-Boot cannot apply keeps Xen from being started', async () => {
  const pieces = await bootPieces('bookworm')
  const boot = '{ load: { from: virtio }, device-tree: commands, tree-from: fdtcontroladdr }'
  const method: Method = { name: 'overlay', boot, medium: 'virtio', overlay: true }
  const { lines } = await inScratch(async (folder) => {
    const { files } = await buildSystem(
      { manifest: manifestWith(method), inputs: await inputs(folder, pieces, method) },
      folder,
    )
    const isDone = (all: readonly string[]) => all.at(-1) === scriptReturned
    const failures = [/Xen version/]
    return bootSystem({ name: 'overlay', machine: plainMachine, medium: 'virtio', files, isDone, failures }, folder)
  })
  expect(lines.filter((line) => line.startsWith('domforge:'))).toEqual([
    'domforge: cannot change the device tree (apply overlays/mark.dtbo): see the messages above',
  ])
})

test('both kinds of tree say the same to Xen', async () => {
  const pieces = await bootPieces('bookworm')
  const merged = await printedTree(pieces, '{ load: { from: virtio }, command: none }')
  const changed = await printedTree(pieces, '{ load: { from: virtio }, command: none, device-tree: commands }')
  for (const name of ['chosen', 'reserved-memory']) {
    const [a, b] = [childNamed(merged, name), childNamed(changed, name)]
    expect(a && sorted(a)).toBeTruthy()
    expect(b && sorted(b)).toEqual(a && sorted(a))
  }
  expect(childNamed(changed, 'chosen')?.children.map((child) => child.name)).toEqual(['zebra', 'ant'])
  const properties = childNamed(changed, 'chosen')?.properties.map(({ name }) => name)
  expect(properties).toContain('rng-seed')
  for (const [name] of staleRamdisk) expect(properties).not.toContain(name)
  const others = (root: DtNode) =>
    root.children.filter((child) => !['chosen', 'reserved-memory'].includes(child.name)).map(sorted)
  expect(others(changed)).toEqual(others(merged))
})
