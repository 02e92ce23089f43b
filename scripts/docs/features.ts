/** Features, and the tests that boot each of them. A test that boots a new one adds itself here. */
import type { Release } from '../../src/xen/releases.ts'

/** A row of `docs/releases.md`. */
export interface Feature {
  readonly what: string
  /** The first release of Xen that has it. */
  readonly since: Release
  /** Tests below `test/boot` that boot it in every run of CI, by release. */
  readonly booted: { readonly [R in Release]?: readonly string[] }
  /** Releases on which those tests passed by hand. */
  readonly byHand?: readonly Release[]
}

/** All features, in the order of the page. */
export const FEATURES: readonly Feature[] = [
  {
    what: 'guests that Xen starts, no dom0',
    since: '4.17',
    booted: { '4.17': ['two-guests', 'cases'], '4.20': ['cases'] },
  },
  {
    what: 'dom0 beside guests, guests of xl, a guest that xl creates again',
    since: '4.17',
    booted: { '4.20': ['dom0-and-two'] },
  },
  {
    what: 'the boot script’s media, commands and checks',
    since: '4.17',
    booted: { '4.17': ['boot-methods', 'boot-script'] },
  },
  {
    what: 'the board’s own tree, changed at boot',
    since: '4.17',
    booted: { '4.17': ['boot-methods', 'board-variants'] },
  },
  {
    what: 'a partial tree of the user’s',
    since: '4.17',
    booted: { '4.17': ['partial-tree'], '4.20': ['partial-tree'] },
  },
  {
    what: 'static memory, shared memory, event channels, virtio over them',
    since: '4.17',
    booted: { '4.17': ['static'] },
    byHand: ['4.20'],
  },
  { what: 'CPU pools', since: '4.17', booted: { '4.17': ['cases'] }, byHand: ['4.20'] },
  { what: 'colours of the cache', since: '4.20', booted: {}, byHand: ['4.20'] },
  { what: 'devices named by their path', since: '4.17', booted: { '4.17': ['passthrough'] } },
  {
    what: 'a device behind an SMMUv2 (QEMU has none: its registers are in RAM), and what Xen refuses in `iommus`',
    since: '4.17',
    booted: { '4.17': ['iommus'], '4.20': ['iommus'] },
  },
  {
    what: 'functions of a PCI bridge behind an SMMUv3, in a guest that is not mapped 1:1',
    since: '4.17',
    booted: {},
    byHand: ['4.17', '4.20'],
  },
  {
    what: 'such a device in a guest that comes back, a register of it written in between',
    since: '4.17',
    booted: { '4.17': ['lifetimes/passthrough-again'], '4.20': ['lifetimes/passthrough-again'] },
  },
  { what: 'clocks and power by the firmware (SCMI)', since: '4.21', booted: {} },
  { what: 'virtio-mmio', since: '4.17', booted: { '4.17': ['virtio', 'lifetimes/virtio-again'] }, byHand: ['4.20'] },
  {
    what: 'disks and networks by Xen’s own drivers, in both lives of a guest',
    since: '4.17',
    booted: { '4.17': ['pv'] },
  },
  {
    what: 'a disk that another guest serves, found by that guest’s name after it has come back',
    since: '4.17',
    booted: { '4.17': ['lifetimes/policies-4.17'], '4.20': ['lifetimes/policies-4.20'] },
  },
  { what: 'Argo', since: '4.17', booted: { '4.17': ['argo'] }, byHand: ['4.20'] },
  {
    what: 'lifetimes, with the supervisor',
    since: '4.17',
    booted: {
      '4.17': ['lifetimes/deaths-4.17', 'lifetimes/policies-4.17'],
      '4.20': ['lifetimes/deaths-4.20', 'lifetimes/policies-4.20'],
    },
  },
]
