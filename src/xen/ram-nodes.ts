/**
 * Which nodes Xen's early scan takes for RAM (bootfdt.c: early_scan_node); with EFI it uses the firmware's map instead. Up to 4.19 the name alone
 * decides, at any depth and whatever `device_type` is; later the node must be a proper one (device_tree_is_memory_node, which no point release of
 * 4.17 to 4.19 has).
 */
import { isAtLeast, type Release } from './releases.ts'

/** Whether `release` takes every node that `isCalledMemory` for RAM. */
export const takesNameForRam = (release: Release): boolean => !isAtLeast(release, '4.20')

/** Whether a node's name is `memory` or `memory@…`; `memory-controller@…` is not (device_tree_node_matches). */
export const isCalledMemory = (name: string): boolean => name === 'memory' || name.startsWith('memory@')
