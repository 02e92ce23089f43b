/** Colouring of the last-level cache (docs/misc/cache-coloring.rst; since 4.20). */
import type { Release } from './releases.ts'

/**
 * Whether a boot-time domain without `llc-colors` gets the colours of the last domain before it that has some, rather than all (stable-4.20
 * arch/arm/dom0less-build.c: create_domUs keeps `llc_colors_str` from one domain to the next).
 */
export const withoutColorsInherits = (release: Release): boolean => release === '4.20'
