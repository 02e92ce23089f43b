/**
 * The ramdisk of an earlier boot, which is still in `/chosen` of trees that were dumped on a running board. Xen would take it for dom0's, before the one of the
 * manifest, or refuse what else is to be there (bootfdt.c: process_chosen_node).
 */
import { removeProperty } from '../devicetree/edit.ts'
import { childNamed, type DtNode, type DtProperty, propertyNamed } from '../devicetree/model.ts'
import { type Bytes, bytes } from '../units/quantities.ts'
import type { TreeEdit } from './assembly.ts'

const NAMES = ['linux,initrd-start', 'linux,initrd-end'] as const

/** Properties about such a ramdisk; most trees have none. */
export function leftOverRamdisk(root: DtNode): readonly DtProperty[] {
  const chosen = childNamed(root, 'chosen')
  return NAMES.flatMap((name) => (chosen && propertyNamed(chosen, name)) ?? [])
}

/** `/chosen` without these. */
export const withoutRamdisk = (chosen: DtNode): DtNode =>
  NAMES.some((name) => propertyNamed(chosen, name)) ? NAMES.reduce(removeProperty, chosen) : chosen

/**
 * Edits that remove them. `isFoundAtBoot`: U-Boot has the tree already, and what is in it is not known. Then each property is first set, since removing one
 * that does not exist fails.
 */
export function removeRamdisk(root: DtNode, isFoundAtBoot: boolean): readonly TreeEdit[] {
  const path = '/chosen'
  if (!isFoundAtBoot) return leftOverRamdisk(root).map(({ name }) => ({ kind: 'fdt-rm', path, property: name }))
  return NAMES.flatMap((property): readonly TreeEdit[] => [
    { kind: 'fdt-set', path, property, value: { kind: 'cells', cells: [0n] } },
    { kind: 'fdt-rm', path, property },
  ])
}

/** Room that these edits need in a tree that is found at boot: two properties of one cell, and their names. */
export const REMOVAL_ROOM: Bytes = bytes(2 * (3 * 4 + 4) + NAMES.join(' ').length + 2)
