import { DOMAIN_PANIC, EARLY_PANIC, HOST_PANIC } from './effects.ts'
import type { CatalogueEntry } from './entry.ts'

/** Colouring of the last-level cache, from 4.20 on. */
export const llc = {
  'LLC-001': {
    title: 'a domain has colours where colouring is on',
    severity: 'error',
    effect: DOMAIN_PANIC,
    explain: 'xen.cache-coloring turns it on; LLC_COLORING has to be compiled in, which a stock build leaves out.',
    source: 'xen/common/device-tree/dom0less-bindings.c; xen/common/Kconfig: LLC_COLORING',
  },
  'LLC-002': {
    title: 'the size of the last-level cache is known',
    severity: 'error',
    effect: 'Xen would panic at boot where it cannot ask the hardware',
    explain:
      'With llc-size and llc-nr-ways Xen and domforge know how many colours there are. Without them Xen asks the hardware, which not every SoC answers.',
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
    explain: 'With one colour there is nothing to divide.',
    source: 'xen/common/llc-coloring.c: llc_coloring_init',
  },
  'LLC-006': {
    title: 'Xen uses all colours of the cache',
    severity: 'warning',
    effect: 'Xen would use as many as it is built for, and say so',
    explain: 'It holds 2 to the power of LLC_COLORS_ORDER, 128 by default.',
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
    effect: 'Xen would say so, and go on with its default colours',
    explain: 'Colours and ranges with commas between them.',
    source: 'xen/common/llc-coloring.c: parse_color_config',
  },
  'LLC-010': {
    title: 'colours of a domain can be read',
    severity: 'error',
    effect: DOMAIN_PANIC,
    explain: 'Colours and ranges with commas between them, without blanks.',
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
    explain: 'An empty list is no list of all: no page fits it.',
    source: 'xen/common/llc-coloring.c: domain_set_llc_colors_from_str',
  },
  'LLC-014': {
    title: "a domain's memory fits its colours",
    severity: 'error',
    effect: DOMAIN_PANIC,
    explain:
      "Each colour has an equal share of the RAM that is free when Xen builds domains, without what buddy-alloc-size keeps for Xen. A domain's page tables are of its colours too.",
    source: 'xen/common/page_alloc.c: alloc_color_heap_page',
  },
  'LLC-015': {
    title: 'Xen has room to move to its colours',
    severity: 'error',
    effect: EARLY_PANIC,
    explain:
      'To have colours itself, Xen moves to a piece of RAM as large as it is, times the number of colours: of each so many pages it uses those of its own colours. Nothing else may lie in that piece, neither a file nor what is reserved.',
    source: 'xen/arch/arm/llc-coloring.c: get_xen_paddr, xen_colored_map_size',
  },
  'LLC-017': {
    title: 'a compressed kernel is small enough to be unpacked where the cache is coloured',
    severity: 'error',
    effect: DOMAIN_PANIC,
    explain: 'Xen unpacks it into memory without colours, of which it keeps buddy-alloc-size, 64 MiB by default.',
    source: 'xen/arch/arm/kernel.c: kernel_decompress',
  },
  'LLC-018': {
    title: 'on Xen 4.20 a domain behind one with colours says its own',
    severity: 'error',
    effect: 'the domain would get the colours of the one before it',
    explain:
      'Xen 4.20 does not forget the last list when it goes on to the next domain. domforge writes all colours out where it knows how many there are.',
    source: 'stable-4.20 xen/arch/arm/dom0less-build.c: create_domUs',
  },
} as const satisfies Record<string, CatalogueEntry>
