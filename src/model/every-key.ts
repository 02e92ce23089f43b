/**
 * Every key of the schema is read: one that the model has no field for does not compile. Fields of the model have the names of their keys,
 * so a key that is added to the schema alone leaves something in one of these lists. The last argument names keys that are read under another name.
 * A test holds the list against the objects that the schema describes.
 */
import type * as manifest from '../manifest/manifest.gen.ts'
import type * as lifecycle from './lifecycle/policy.ts'
import type * as partition from './partition.ts'
import type * as passthrough from './passthrough/device.ts'
import type * as pv from './pv-devices.ts'
import type * as model from './system-model.ts'
import type { WrittenFile } from './text.ts'
import type * as virtio from './virtio/device.ts'

/** Keys that the schema names, rather than those that the user chooses. */
type NamedKeys<Section> = keyof { [K in keyof Section as string extends K ? never : K]: Section[K] }

type Unread<Section, Model, Elsewhere = never> = Exclude<NamedKeys<Section>, keyof Model | Elsewhere>

/** Fails to compile for anything but `never`: the error names the key. */
type None<Key extends never> = Key

type Union<T> = T extends unknown ? keyof T : never

/** The form of a value that is a map, where it has others too. */
type MapForm<T> = Extract<T, object>

export type EveryKeyIsRead = [
  // What domains accept is read with what the system accepts.
  // `extends` is followed while the sources are read, `assert` becomes `assertions`.
  None<Unread<manifest.Manifest, model.SystemModel, 'api-version' | 'extends' | 'assert'>>,
  None<Unread<manifest.Assert, Record<'isolated' | 'only-reaches', unknown>>>,
  None<Unread<manifest.Platform, model.Platform>>,
  // Read as ranges.
  None<Unread<manifest.AddressRange | manifest.AddressRange1, Record<'start' | 'size', unknown>>>,
  None<Unread<manifest.Xen, model.Xen>>,
  None<Unread<manifest.Cpupool, partition.Cpupool>>,
  None<Unread<manifest.CacheColoring, partition.CacheColoring>>,
  None<Unread<manifest.Boot, model.Boot>>,
  None<Unread<manifest.Bitstream, model.Bitstream>>,
  None<Exclude<Union<manifest.LoadMethod>, Union<model.LoadMethod>>>,
  None<Exclude<Union<manifest.Domain>, Union<model.Domain> | 'accept'>>,
  None<Unread<manifest.Dom0, model.Dom0, 'accept'>>,
  None<Unread<manifest.Dom0LessDomain, model.Dom0lessDomain, 'accept'>>,
  None<Unread<manifest.XlDomain, model.XlDomain, 'accept'>>,
  // `size` is declared for the image.
  None<Unread<manifest.Kernel | manifest.Kernel1 | manifest.Kernel2, model.Kernel, 'size'>>,
  // The model has a path and a declared size instead, both made of these.
  None<Unread<MapForm<manifest.File | manifest.File1>, MapForm<WrittenFile>>>,
  None<
    Unread<
      MapForm<manifest.Colors | manifest.Colors1 | manifest.Colors2>,
      Extract<partition.ColorChoice, Record<'count', unknown>>
    >
  >,
  None<Unread<manifest.Passthrough, passthrough.Passthrough>>,
  // Read as one of its three forms.
  None<Unread<manifest.Quiesce, Record<'write' | 'hook' | 'reason', unknown>>>,
  // Of the forms of a value, the one that is a map.
  None<
    Unread<
      Extract<(manifest.ExtraProperties & manifest.ExtraProperties1)[string], Record<'bytes', unknown>>,
      Record<'bytes', unknown>
    >
  >,
  None<Unread<manifest.Lifecycle | manifest.Lifecycle1, lifecycle.Lifecycle>>,
  None<Unread<manifest.RestartAttempts, lifecycle.RestartAttempts>>,
  None<Unread<manifest.RestartBackoff, lifecycle.RestartBackoff>>,
  None<Unread<manifest.PlatformResets, lifecycle.PlatformResets>>,
  None<Unread<manifest.SharedMemory, partition.SharedMemory>>,
  // Xen has one mode: another is refused where the section is read.
  None<Unread<manifest.SharedMemoryAccess, partition.SharedMemoryAccess, 'mode'>>,
  None<Unread<manifest.EventChannel, partition.EventChannel>>,
  None<Unread<manifest.EventChannelEnd, partition.EventChannelEnd>>,
  None<Unread<manifest.ArgoLink, partition.ArgoLink>>,
  None<Unread<manifest.ArgoEnd, partition.ArgoEnd>>,
  None<Unread<manifest.PvDisk, pv.PvDisk>>,
  None<Unread<manifest.PvNetwork, pv.PvNetwork>>,
  // A device's `notify` is that of each of its queues which says none.
  None<Unread<manifest.StaticShmVirtio, virtio.StaticShmDevice, 'notify'>>,
  None<Unread<manifest.MmioVirtio, virtio.MmioDevice>>,
  // Each is a kind of program.
  None<Exclude<Union<manifest.VirtioDevice>, Union<virtio.VirtioDevice> | 'notify'>>,
  None<Unread<manifest.BackendProgram, Record<virtio.MmioProgram['kind'], unknown>>>,
  None<Unread<manifest.QemuProgram, Extract<virtio.MmioProgram, { kind: 'qemu' }>['options']>>,
  None<Unread<manifest.VhostDeviceProgram, Extract<virtio.MmioProgram, { kind: 'vhost-device' }>['options']>>,
  None<Unread<manifest.VirtioQueue, virtio.VirtioQueue>>,
  None<Unread<manifest.VirtioBuffers, virtio.VirtioBuffers>>,
]
