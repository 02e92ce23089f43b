/**
 * What a virtio device type is, in the words of the specification (virtio 1.4, chapter "Device Types"): its number, its queues in the order
 * of their indices, its configuration structure and its feature bits.
 */

export interface DeviceType {
  /** As manifests say it, such as `net`. */
  readonly name: string
  /** The specification's device ID. */
  readonly id: number
  /** Where the type is specified, such as `virtio 1.4 §5.1`. */
  readonly source: string
  /** One line: what the device is for. */
  readonly summary: string
  /** In the order of their indices. */
  readonly queues: readonly QueueGroup[]
  /** Ascending by offset; bytes between fields are reserved, and zero. */
  readonly config: readonly ConfigField[]
  /** Bytes of the whole structure; a field of kind `tag` comes after them. */
  readonly configSize: number
  /** Ascending by bit; bits that concern queues and transports are in `transport-features.ts`. */
  readonly features: readonly Feature[]
  /** Smallest buffer that is of use to some of the queues; absent: any is. */
  readonly leastBuffer?: (given: Given) => LeastBuffer
  /** Why the device cannot work over shared memory alone; absent: it can. */
  readonly unsuitable?: Unsuitable
}

/** What a device was given that decides how large its messages are. */
export interface Given {
  readonly has: (feature: string) => boolean
  /** Of a field of the configuration; `undefined`: it is not written. */
  readonly integer: (field: string) => number | undefined
}

export interface LeastBuffer {
  /** Name of the queues, without number. */
  readonly queue: string
  readonly bytes: number
  /** What the buffer has to hold, such as `a sector`. */
  readonly holds: string
  /** How the manifest could do with less; absent: not at all. */
  readonly otherwise?: string
  /** In layouts whose messages may have several buffers as well. */
  readonly inEveryLayout?: boolean
}

/** What stands against a type whose two ends share nothing but a region and channels. */
export interface Unsuitable {
  /** `refused`: it makes no sense at all; `warning`: part of it does not work. */
  readonly verdict: 'refused' | 'warning'
  /** One line, no full stop. */
  readonly reason: string
  /** What to do instead. */
  readonly help: string
}

/**
 * Queues that come and go together, such as the two of a pair. A group that repeats has a number after each name, counted from `first`;
 * with one repetition the number may be left out.
 */
export interface QueueGroup {
  readonly queues: readonly QueueKind[]
  /** Feature without which the group is absent; with it the group is there. */
  readonly feature?: string
  /** Present: there may be several, numbered from `first` on. */
  readonly repeats?: Repeats
}

export interface Repeats {
  readonly first: number
  /** The field of the configuration that tells the driver how many there are, `besides` others of the kind; absent: none does. */
  readonly counted?: { readonly field: string; readonly besides: number }
}

export interface QueueKind {
  readonly name: string
  /** Who writes the buffers: `to-driver` the device (rx), `to-device` the driver (tx), `both` request and answer in one chain. */
  readonly flow: 'to-driver' | 'to-device' | 'both'
  /** In a queue with flow `both`: there are requests without an answer, and no request needs more than one descriptor. */
  readonly mayLackAnswers?: true
}

/** A member of the configuration structure. */
export interface ConfigField {
  /** In kebab case, such as `max-virtqueue-pairs`. */
  readonly name: string
  /** Bytes from the start of the structure. */
  readonly offset: number
  readonly type: FieldType
  /** The field means something with any one of these features; none: always. */
  readonly features: readonly string[]
  /** `driver`: the driver writes it at run time too; absent: only the device does. */
  readonly writer?: 'driver'
}

export type FieldType =
  /** Little-endian, unsigned. */
  | { readonly kind: 'integer'; readonly bytes: 1 | 2 | 4 | 8 }
  /** Six bytes, written `02:00:00:00:00:01`. */
  | { readonly kind: 'mac' }
  /** ASCII, filled up with zeros. */
  | { readonly kind: 'text'; readonly bytes: number }
  /** ASCII after its length in two bytes, as long as it is: the last field. */
  | { readonly kind: 'tag' }

export interface Feature {
  /** In kebab case, without the prefix: `VIRTIO_NET_F_GUEST_CSUM` is `guest-csum`. */
  readonly name: string
  /** 0 to 63: the layouts keep 64 bits. */
  readonly bit: number
  /** Features that have to be there too: all of them. */
  readonly needs?: readonly string[]
  /** Features of which at least one has to be there too. */
  readonly needsOneOf?: readonly string[]
}

export const u8: FieldType = { kind: 'integer', bytes: 1 }
export const le16: FieldType = { kind: 'integer', bytes: 2 }
export const le32: FieldType = { kind: 'integer', bytes: 4 }
export const le64: FieldType = { kind: 'integer', bytes: 8 }
export const mac: FieldType = { kind: 'mac' }
export const text = (bytes: number): FieldType => ({ kind: 'text', bytes })
export const tag: FieldType = { kind: 'tag' }
