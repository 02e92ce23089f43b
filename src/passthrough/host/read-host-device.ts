/** A device of the host's tree as one that can be given away. */
import { type Reading, read } from '../../devicetree/readings/reading.ts'
import type { TreeIndex } from '../../devicetree/readings/tree-index.ts'
import type { HostDevice } from '../host-device.ts'
import { dmaOf } from './dma.ts'
import { placeNamed } from './find-place.ts'
import { deviceInterrupts } from './interrupts.ts'
import { pagesOf, spansOf } from './spans.ts'

/**
 * The device that `path` names: a full path, an alias, or a label. `gicPath` is the interrupt controller that Xen drives; without one no interrupt
 * arrives. No reading: there is no such node, or no CPU reaches registers of it.
 */
export function hostDevice(index: TreeIndex, gicPath: string | undefined, path: string): Reading<HostDevice> {
  const place = placeNamed(index, path)
  if (!place.ok) return place
  const spans = spansOf(place.value)
  if (!spans.ok) return spans
  const gic = gicPath === undefined ? undefined : index.at(gicPath)
  return read({
    place: place.value,
    ...(gic ? { gic } : {}),
    spans: spans.value,
    pages: pagesOf(spans.value),
    interrupts: deviceInterrupts(index, gic, place.value),
    dma: dmaOf(index, place.value),
  })
}
