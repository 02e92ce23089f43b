/** The domains of a first manifest. */
import { type FirstSizes, inManifest } from './sizes.ts'

/** `dom0`: dom0 and a guest that Xen starts beside it; `static`: two guests without dom0, all memory at fixed places. */
export type Template = 'dom0' | 'static'

/** The section `domains`, and what goes with it; `passthrough` is what the first guest may be given of the board, as one line. */
export const domainLines = (template: Template, sizes: FirstSizes, passthrough: string): readonly string[] =>
  template === 'dom0' ? withDom0(sizes, passthrough) : withoutDom0(sizes, passthrough)

const kernel = ({ kernel: size }: FirstSizes, console: string): string =>
  `    kernel: { image: Image, size: ${inManifest(size)}, bootargs: console=${console} }`

const ramdisk = ({ ramdisk: size }: FirstSizes, name: string): string =>
  `    ramdisk: { file: ${name}.cpio.gz, size: ${inManifest(size)} }`

const withDom0 = (sizes: FirstSizes, passthrough: string): readonly string[] => [
  'domains:',
  '  dom0: # has every device of the board that no other domain is given',
  '    boot: dom0',
  kernel(sizes, 'hvc0'),
  ramdisk(sizes, 'dom0'),
  `    memory: ${inManifest(sizes.dom0)}`,
  '    vcpus: 1',
  '  guest: # Xen starts it beside dom0',
  '    boot: dom0less # or xl: dom0 starts it',
  kernel(sizes, 'ttyAMA0'),
  ramdisk(sizes, 'guest'),
  `    memory: ${inManifest(sizes.guest)}`,
  '    vcpus: 1',
  '    # enhanced: enabled # for disks and networks that dom0 serves',
  passthrough,
]

const withoutDom0 = (sizes: FirstSizes, passthrough: string): readonly string[] => [
  'domains:',
  ...fixedGuest(sizes, 'control'),
  passthrough,
  ...fixedGuest(sizes, 'logger'),
  '',
  '# What they share; without it they are isolated.',
  'shared-memory:',
  '  log: { size: 64KiB, access: { control: {}, logger: {} }, initialised-by: control }',
  'event-channels:',
  '  log-kick: { ends: { control: {}, logger: {} } }',
]

const fixedGuest = (sizes: FirstSizes, name: string): readonly string[] => [
  `  ${name}:`,
  '    boot: dom0less',
  kernel(sizes, 'ttyAMA0'),
  ramdisk(sizes, name),
  `    memory: ${inManifest(sizes.guest)}`,
  '    vcpus: 1',
  '    static-mem: auto # a place that stays the same from build to build; needs CONFIG_STATIC_MEMORY',
  '    # direct-map: true # the guest sees the addresses of the host: for devices with DMA and without an IOMMU',
  '    enhanced: no-xenstore',
]
