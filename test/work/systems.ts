/** Manifests with any number of one thing. Most go far beyond what Xen takes: findings about that are part of the work. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

const HEAD = `api-version: domforge/v1
name: many
platform: { device-tree: board.dtb }
xen: { release: "4.20", image: xen, bootargs: console=dtuart dtuart=serial0 bootscrub=0 }
boot: { load: { from: tftp } }
`

const each = (count: number, line: (index: number) => string): string =>
  Array.from({ length: count }, (_, i) => line(i)).join('')

const domain = (name: string, more = ''): string =>
  `  ${name}: { boot: dom0less, kernel: { image: Image }, memory: 4MiB${more} }\n`
const domains = (count: number, more = ''): string => `domains:\n${each(count, (i) => domain(`g${i}`, more))}`
const TWO = `domains:\n${domain('a')}${domain('b')}`
const DOM0 = '  c: { boot: dom0, kernel: { image: Image }, memory: 64MiB }\n'

/** `extra`: keys and values for xl. */
const createdByXl = (name: string, extra: string): string =>
  `  ${name}: { boot: xl, kernel: { image: Image }, memory: 64MiB, extra-xl: { ${extra} } }\n`
/** `count` items from number `first` on in each list of devices. */
function xlDevices(count: number, first: number): string {
  const items = (item: (index: number) => string): string => `[${each(count, (i) => `"${item(first + i)}", `)}]`
  return `irqs: ${items((i) => `${40 + i}`)}, iomem: ${items((i) => `${(0x5000 + i).toString(16)},1`)}, dtdev: ${items((i) => `/d${i}`)}, disk: ${items((i) => `vdev=xvd${i}, specification=virtio, target=/d`)}, virtio: ${items(() => 'type=virtio,device1a, transport=mmio')}`
}

/** Each gives a manifest; `folder` holds what it names. */
export const MANY: Readonly<Record<string, (count: number, folder: string) => string>> = {
  'domains that Xen starts': (count) => HEAD + domains(count),
  'domains that xl creates': (count) => `${HEAD}domains:\n${DOM0}${each(count, (i) => createdByXl(`g${i}`, ''))}`,
  'domains to which xl gives a device': (count) =>
    `${HEAD}domains:\n${DOM0}${each(count, (i) => createdByXl(`g${i}`, xlDevices(1, i)))}`,
  'devices that xl gives': (count) => `${HEAD}domains:\n${DOM0}${createdByXl('g', xlDevices(count, 0))}`,
  'domains with static memory': (count) => HEAD + domains(count, ', static-mem: auto'),
  'domains with a pinned CPU': (count) => HEAD + domains(count, ', hard-affinity: { "0": [cpu@0] }'),
  'domains without a place, of an unknown release': (count) =>
    HEAD.replace('"4.20"', '"4.2"') + domains(count, ', static-mem: auto').replaceAll('4MiB', '1GiB'),
  'domains on a board that is not said, of an unknown release': (count) =>
    HEAD.replace(/platform.*\n/, '').replace('"4.20"', '"4.2"') + domains(count, ', static-mem: auto'),
  'domains of no kind': (count) => `${HEAD}${domains(count)}`.replaceAll('boot: dom0less, ', ''),
  'domains without a kernel': (count) => `${HEAD}${domains(count)}`.replaceAll('kernel: { image: Image }, ', ''),
  'domains with an unknown key': (count) => HEAD + domains(count, ', memry: 1'),
  'regions between domains': (count) =>
    `${HEAD}${domains(count)}shared-memory:\n${each(count - 1, (i) => `  r${i}: { size: 4KiB, access: { g${i}: {}, g${i + 1}: {} } }\n`)}`,
  'channels between domains': (count) =>
    `${HEAD}${domains(count)}event-channels:\n${each(count - 1, (i) => `  c${i}: { ends: { g${i}: {}, g${i + 1}: {} } }\n`)}`,
  'channels of two domains': (count) =>
    `${HEAD}${TWO}event-channels:\n${each(count, (i) => `  c${i}: { ends: { a: {}, b: {} } }\n`)}`,
  'virtio devices': (count) =>
    `${HEAD}${TWO}shared-memory:\n  r: { size: 64MiB, access: { a: {}, b: {} } }\nvirtio:\n${each(
      count,
      (i) =>
        `  v${i}: { type: console, transport: static-shm, layout: static-vrings, frontend: a, backend: b, memory: r }\n`,
    )}`,
  modules: (count, folder) => {
    for (let i = 0; i < count; i++) writeFileSync(join(folder, `m${i}.cpio`), '070701')
    return `${HEAD}domains:\n${each(count, (i) => domain(`g${i}`, `, ramdisk: m${i}.cpio`))}`
  },
  'boot arguments': (count) => HEAD.replace('bootscrub=0', each(count, (i) => `x${i}=1 `).trim()) + TWO,
  "xl's keys": (count) =>
    `${HEAD}domains:\n${DOM0}  g: { boot: xl, kernel: { image: Image }, memory: 64MiB, extra-xl: { ${each(count, (i) => `k${i}: 1, `)} } }\n`,
  'isolated domains': (count) =>
    `${HEAD}${domains(count)}assert:\n  isolated:\n    all: [${each(count, (i) => `g${i}, `)}]\n`,
}
