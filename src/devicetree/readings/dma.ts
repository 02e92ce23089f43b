/** Direct memory access, as a device's node shows it. */
import { type DtNode, hasProperty } from '../model.ts'

/** Whether the tree says that the device reads or writes memory by itself. Without these properties it may do so all the same. */
export const doesDma = (node: DtNode): boolean =>
  ['iommus', 'dma-coherent', 'dma-ranges'].some((name) => hasProperty(node, name))
