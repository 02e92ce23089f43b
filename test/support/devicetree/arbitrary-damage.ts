/** Blobs that were sound, and are damaged. */
import fc from 'fast-check'
import { writeDtb } from '../../../src/devicetree/write/write-dtb.ts'
import { ok } from '../../devicetree/expect-ok.ts'
import { place } from '../hostile/place.ts'
import { deviceTree } from './arbitrary-tree.ts'
import { machine } from './machine.ts'

/** One step of damage, at a place given as a fraction of the blob. */
type Damage = (blob: Buffer) => Buffer
const TOKENS = [0, 1, 2, 3, 4, 9, 0xffffffff, 0x7fffffff, 0x80000000, 8, 0x100000]
const damage: fc.Arbitrary<Damage> = fc.oneof(
  fc.tuple(place, fc.nat({ max: 255 })).map(([at, byte]) => (blob: Buffer) => {
    blob[Math.floor(at * blob.length)] = byte
    return blob
  }),
  fc.tuple(place, fc.constantFrom(...TOKENS)).map(([at, word]) => (blob: Buffer) => {
    if (blob.length >= 4) blob.writeUInt32BE(word, Math.floor((at * (blob.length - 3)) / 4) * 4)
    return blob
  }),
  fc.tuple(fc.nat({ max: 9 }), fc.constantFrom(...TOKENS)).map(([index, word]) => (blob: Buffer) => {
    if (blob.length >= 40) blob.writeUInt32BE(word, 4 * index)
    return blob
  }),
  place.map((at) => (blob: Buffer) => blob.subarray(0, Math.floor(at * blob.length))),
  fc.tuple(place, place, place).map(([from, to, at]) => (blob: Buffer) => {
    const aligned = [from, to, at].map((fraction) => Math.floor((fraction * blob.length) / 4) * 4)
    const [start = 0, end = 0, target = 0] = aligned
    blob.copy(blob, target, start, end)
    return blob
  }),
)

const soundBlob = fc.oneof(
  fc.constant(ok(writeDtb(machine))),
  deviceTree.map((tree) => ok(writeDtb(tree))),
)

/** A blob after one to four steps of damage; some are still trees. */
export const damagedBlob: fc.Arbitrary<Buffer> = fc
  .tuple(soundBlob, fc.array(damage, { minLength: 1, maxLength: 4 }))
  .map(([sound, damages]) => damages.reduce<Buffer>((before, step) => step(before), Buffer.from(sound)))
