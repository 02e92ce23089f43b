/**
 * The ramdisk of an earlier boot, which trees that were dumped on a running board still name in `/chosen`. Xen would take it for dom0's, before the one that
 * dom0 is given, or keep the range from whatever else should lie there (bootfdt.c: process_chosen_node).
 */
import { removeProperty } from '../devicetree/edit.ts'
import { childNamed, type DtNode, type DtProperty, propertyNamed } from '../devicetree/model.ts'
import { type Bytes, bytes } from '../units/quantities.ts'
import type { TreeEdit } from './assembly.ts'

const NAMES = ['linux,initrd-start', 'linux,initrd-end'] as const

/** What the tree below `root` says of such a ramdisk; nothing in most trees. */
export function leftOverRamdisk(root: DtNode): readonly DtProperty[] {
  const chosen = childNamed(root, 'chosen')
  return NAMES.flatMap((name) => (chosen && propertyNamed(chosen, name)) ?? [])
}

/** A board's `/chosen` without it. */
export const withoutRamdisk = (chosen: DtNode): DtNode =>
  NAMES.some((name) => propertyNamed(chosen, name)) ? NAMES.reduce(removeProperty, chosen) : chosen

/**
 * The same by U-Boot's commands. What the tree has that U-Boot has already is known only at boot: there each property is made first, since removing one that
 * is not there fails.
 */
export function removeRamdisk(root: DtNode, isFoundAtBoot: boolean): readonly TreeEdit[] {
  const path = '/chosen'
  if (!isFoundAtBoot) return leftOverRamdisk(root).map(({ name }) => ({ kind: 'fdt-rm', path, property: name }))
  return NAMES.flatMap((property): readonly TreeEdit[] => [
    { kind: 'fdt-set', path, property, value: { kind: 'cells', cells: [0n] } },
    { kind: 'fdt-rm', path, property },
  ])
}

/** Room that the commands for a tree found at boot take, while they run: two properties of one cell, and their names. */
export const REMOVAL_ROOM: Bytes = bytes(2 * (3 * 4 + 4) + NAMES.join(' ').length + 2)
