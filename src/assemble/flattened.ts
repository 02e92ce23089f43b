/** Trees as blobs, encoded once, however many stages need them or their sizes. */
import type { DeviceTree } from '../devicetree/model.ts'
import type { DtResult } from '../devicetree/problem.ts'
import { writeDtb } from '../devicetree/write/write-dtb.ts'

const blobs = new WeakMap<DeviceTree, DtResult<Uint8Array>>()

/** The blob of a tree, or why it cannot be encoded. */
export function flattened(tree: DeviceTree): DtResult<Uint8Array> {
  const known = blobs.get(tree)
  if (known) return known
  const blob = writeDtb(tree)
  blobs.set(tree, blob)
  return blob
}
