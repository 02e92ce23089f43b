import { DOMAIN_PANIC, EARLY_PANIC, HOST_PANIC } from './effects.ts'
import type { CatalogueEntry } from './entry.ts'

/** Colouring of the last-level cache, from 4.20 on. */
export const llc = {
  'LLC-001': {
    title: 'a domain has colours only if colouring is on',
    severity: 'error',
    effect: DOMAIN_PANIC,
    explain: 'xen.cache-coloring turns it on; LLC_COLORING has to be compiled in, which a stock build does not have.',
    source: 'xen/common/device-tree/dom0less-bindings.c; xen/common/Kconfig: LLC_COLORING',
  },
  'LLC-002': {
    title: 'the size of the last-level cache is known',
    severity: 'error',
    effect: 'Xen would panic at boot where it cannot ask the hardware',
    explain:
      'With llc-size and llc-nr-ways Xen and domforge know how many colours there are. Without them Xen asks the hardware, which not every SoC supports.',
    source: 'xen/common/llc-coloring.c: llc_coloring_init',
  },
  'LLC-003': {
    title: 'one way of the cache has whole pages',
    severity: 'error',
    effect: HOST_PANIC,
    explain: 'Colours are counted in pages of 4 KiB.',
    source: 'xen/common/llc-coloring.c: llc_coloring_init',
  },
  'LLC-004': {
    title: 'the cache has a power of two of colours',
    severity: 'error',
    effect: HOST_PANIC,
    explain: 'Colours are bits of an address.',
    source: 'xen/common/llc-coloring.c: llc_coloring_init',
  },
  'LLC-005': {
    title: 'the cache has at least two colours',
    severity: 'error',
    effect: HOST_PANIC,
    explain: 'With one colour there is nothing to partition.',
    source: 'xen/common/llc-coloring.c: llc_coloring_init',
  },
  'LLC-006': {
    title: 'Xen uses all colours of the cache',
    severity: 'warning',
    effect: 'Xen would use as many as it is built for, and print a message',
    explain: 'It supports 2 to the power of LLC_COLORS_ORDER, 128 by default.',
    source: 'xen/common/llc-coloring.c: llc_coloring_init; xen/common/Kconfig: LLC_COLORS_ORDER',
  },
  'LLC-007': {
    title: 'Xen has colours that the cache has',
    severity: 'error',
    effect: HOST_PANIC,
    explain: 'xen-llc-colors lists them, from 0.',
    source: 'xen/common/llc-coloring.c: llc_coloring_init',
  },
  'LLC-008': {
    title: 'dom0 has colours that the cache has',
    severity: 'error',
    effect: DOMAIN_PANIC,
    explain: 'dom0-llc-colors lists them, from 0.',
    source: 'xen/common/llc-coloring.c: dom0_set_llc_colors',
  },
  'LLC-009': {
    title: 'lists of colours among the arguments can be read',
    severity: 'error',
    effect: 'Xen would print a message, and continue with its default colours',
    explain: 'Colours and ranges are separated by commas.',
    source: 'xen/common/llc-coloring.c: parse_color_config',
  },
  'LLC-010': {
    title: 'colours of a domain can be read',
    severity: 'error',
    effect: DOMAIN_PANIC,
    explain: 'Colours and ranges are separated by commas, without spaces.',
    source: 'xen/common/llc-coloring.c: parse_color_config',
  },
  'LLC-011': {
    title: 'a domain has colours that the cache has',
    severity: 'error',
    effect: DOMAIN_PANIC,
    explain: 'They are counted from 0.',
    source: 'xen/common/llc-coloring.c: check_colors',
  },
  'LLC-012': {
    title: 'a domain lists at most as many colours as there are',
    severity: 'error',
    effect: DOMAIN_PANIC,
    explain: 'A colour that is listed twice counts twice.',
    source: 'xen/common/llc-coloring.c: parse_color_config',
  },
  'LLC-013': {
    title: 'a domain has at least one colour',
    severity: 'error',
    effect: DOMAIN_PANIC,
    explain: 'An empty list does not mean all: no page matches it.',
    source: 'xen/common/llc-coloring.c: domain_set_llc_colors_from_str',
  },
  'LLC-014': {
    title: "a domain's memory fits its colours",
    severity: 'error',
    effect: DOMAIN_PANIC,
    explain:
      "Each colour has an equal share of the RAM that is free when Xen builds domains, minus what buddy-alloc-size reserves for Xen. A domain's page tables have its colours too.",
    source: 'xen/common/page_alloc.c: alloc_color_heap_page',
  },
  'LLC-015': {
    title: 'Xen has room to move to its colours',
    severity: 'error',
    effect: EARLY_PANIC,
    explain:
      'To have colours itself, Xen moves to a contiguous range of RAM of its own size times the number of colours, of which it uses the pages of its own colours. Nothing else may be in that range, neither a file nor reserved memory.',
    source: 'xen/arch/arm/llc-coloring.c: get_xen_paddr, xen_colored_map_size',
  },
  'LLC-017': {
    title: 'with cache colouring, a compressed kernel is small enough to be decompressed',
    severity: 'error',
    effect: DOMAIN_PANIC,
    explain: 'Xen decompresses it into uncoloured memory, of which it reserves buddy-alloc-size, 64 MiB by default.',
    source: 'xen/arch/arm/kernel.c: kernel_decompress',
  },
  'LLC-018': {
    title: 'on Xen 4.20 a domain after one with colours has colours of its own',
    severity: 'error',
    effect: 'the domain would get the colours of the one before it',
    explain:
      'Xen 4.20 does not reset the list for the next domain. domforge writes out all colours if it knows how many there are.',
    source: 'stable-4.20 xen/arch/arm/dom0less-build.c: create_domUs',
  },
} as const satisfies Record<string, CatalogueEntry>
