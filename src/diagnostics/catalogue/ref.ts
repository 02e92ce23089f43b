import type { CatalogueEntry } from './entry.ts'

/** What the manifest refers to: names, and files on disk. */
export const ref = {
  'REF-010': {
    title: 'every file that the manifest names can be read',
    severity: 'error',
    explain:
      'Sizes and headers of images decide where files lie, so they are looked at when the build runs. Paths are relative to the folder of ' +
      'the manifest that says them.',
  },
  'REF-011': {
    title: 'every file that the manifest names is a regular file',
    severity: 'error',
    explain:
      'A folder, a pipe, a socket or a device has no size that can be planned with. Links are followed; what they lead to must be a file.',
  },
  'REF-012': {
    title: 'no file that the manifest names is empty',
    severity: 'error',
    effect: 'U-Boot loads nothing, and Xen stops at a module of size 0',
    explain: 'An empty image is nearly always the rest of a build step that failed.',
  },
  'REF-013': {
    title: "the platform's device tree is intact",
    severity: 'error',
    explain:
      'Everything about the board is read from this file: a blob (.dtb) or its source (.dts, after preprocessing). What cannot be read ' +
      'completely is refused, because half a tree describes another board.',
  },
  'REF-014': {
    title: "every line of Xen's .config is an option",
    severity: 'error',
    explain:
      'xen.config names the .config that Xen was built with: lines such as CONFIG_STATIC_MEMORY=y, "# CONFIG_UBSAN is not set", comments ' +
      'and blank lines. An option that the file lacks counts as off, so a file of another kind would turn everything off.',
  },
  'REF-015': {
    title: "what the platform's device tree says of memory and interrupts can be read",
    severity: 'error',
    effect: 'Xen reads the same nodes before anything else, and stops or starts with too little memory',
    explain:
      'reg of memory nodes and of the children of /reserved-memory is a list of addresses and sizes, as wide as #address-cells and ' +
      '#size-cells of the parent say, below 2^64; reg of the interrupt controller must be translatable to host addresses by the ranges of ' +
      'its buses.',
  },
  'REF-020': {
    title: 'different files have different paths on the boot medium',
    severity: 'error',
    effect: 'one file overwrites the other, and U-Boot loads the same bytes twice',
    explain:
      'On the boot medium a file has the path that the manifest writes. A path that is absolute or leaves its folder stands for the name ' +
      'of the file alone.',
  },
  'REF-021': {
    title: 'no file has the path of an output on the boot medium',
    severity: 'error',
    effect: 'one file overwrites the other on the boot medium',
    explain: 'boot.scr and xen.dtb lie at the top of the boot medium beside the files that the manifest names.',
  },
} as const satisfies Record<string, CatalogueEntry>
