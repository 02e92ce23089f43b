/**
 * Which nodes Xen's early scan takes for RAM where it reads it from the tree (bootfdt.c: early_scan_node; with EFI it has the firmware's map). Up to
 * 4.19 the name alone decides, at any depth and without a look at `device_type`; later the node must be a proper one (device_tree_is_memory_node,
 * which no point release of 4.17 to 4.19 has).
 */
import { isAtLeast, type Release } from './releases.ts'

/** Whether `release` takes any node for RAM that is called so. */
export const takesNameForRam = (release: Release): boolean => !isAtLeast(release, '4.20')

/** `memory` or `memory@…`, but not `memory-controller@…` (device_tree_node_matches). */
export const isCalledMemory = (name: string): boolean => name === 'memory' || name.startsWith('memory@')
