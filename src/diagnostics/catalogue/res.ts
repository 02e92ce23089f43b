import { family } from './entry.ts'

/** Resources of the machine: what does not fit. */
export const res = family(() => ({
  'RES-001': {
    title: 'every file that U-Boot loads has room in the load window',
    severity: 'error',
    acceptable: 'no: no right output',
    explain:
      "Xen, the device tree and each domain's kernel and ramdisk are in RAM together when Xen starts. They may overlap neither each other " +
      'nor what firmware and U-Boot own; each starts at a multiple of 2 MiB and fits into one free range. Smaller files, fewer different ' +
      'files, or a wider boot.load-window make room. Domains that Xen starts at boot share an uncompressed kernel or a ramdisk that they ' +
      'have in common.',
  },
  'RES-002': {
    title: 'the load window contains free RAM',
    severity: 'error',
    acceptable: 'no: no right output',
    explain:
      'Files are placed in RAM as the device tree lists it, except what is reserved there and, unless boot.load-window says otherwise, ' +
      'except the 128 MiB below each place to which U-Boot may have relocated itself. On a board with little RAM nothing may be left: ' +
      'then set boot.load-window to the part that is known to be free.',
  },
  'RES-003': {
    title: 'the device tree lists the RAM of the board',
    severity: 'error',
    acceptable: 'no: no right output',
    explain:
      'Addresses are chosen at build time, so RAM must be known then: /memory nodes at the root with device_type = "memory" and a reg of ' +
      'some size. About half of the trees that come with the kernel leave this to the firmware: then platform.memory says what the firmware will ' +
      'fill in. U-Boot shows it with bdinfo, Linux in /proc/iomem; the tree that runs on the board has it too, in Linux under ' +
      '/sys/firmware/fdt.',
  },
  'RES-004': {
    title: 'what platform.reserved reserves is RAM',
    severity: 'warning',
    acceptable: 'yes',
    explain:
      'platform.reserved keeps files and domains away from memory that something else uses but that the device tree does not reserve. ' +
      'A range without any RAM in it has no effect: usually a digit of its address is missing.',
  },
  'RES-005': {
    title: 'what platform.memory names is RAM',
    severity: 'error',
    acceptable: 'no: no right output',
    effect: 'files or domains would be placed where there is no memory',
    explain:
      'Where the device tree lists RAM, platform.memory says which parts of it may be used; each range is entirely RAM of the tree. To ' +
      'correct what the tree itself says about RAM, correct its /memory node, or apply an overlay to it.',
  },
  'RES-006': {
    title: 'ranges of platform.memory do not overlap',
    severity: 'error',
    acceptable: 'no: no right output',
    explain:
      'Each part of RAM is named once. If two ranges overlap, usually a size has a digit too many or an address a digit too few.',
  },
  'RES-007': {
    title: 'what platform.memory names fits into the cells of the tree',
    severity: 'error',
    acceptable: 'no: no right output',
    explain:
      'Where the device tree lists no RAM, platform.memory is written into its /memory node, whose addresses and sizes have as many ' +
      'cells of 32 bits as the root says in #address-cells and #size-cells: one cell reaches up to 4 GiB.',
    source: 'Devicetree Specification 0.4, 2.3.5',
  },
  'RES-008': {
    title: 'memory at fixed addresses fits on the host',
    severity: 'error',
    acceptable: 'no: no right output',
    explain:
      "Static memory of domains, regions of shared memory and Xen's static heap are placed in free RAM. domforge takes the highest " +
      'free range, below 4 GiB if it fits there; RAM of a domain may be split, a region is contiguous. The report shows ' +
      'what is where.',
  },
  'RES-009': {
    title: 'a region fits into the guest-physical address space',
    severity: 'error',
    acceptable: 'no: no right output',
    explain:
      "Xen gives a guest's RAM, interrupt controller and console fixed addresses. Regions go into the gaps between them, of which the largest " +
      'below 4 GiB has 191 MiB and the one above 4 GiB has 4 GiB; or after the RAM, where Xen leaves that free.',
    source: 'xen/include/public/arch-arm.h: GUEST_*',
  },
  'RES-010': {
    title: 'enough colours of the cache are free',
    severity: 'error',
    acceptable: 'no: no right output',
    explain:
      'A count asks for free colours. There are as many as pages fit in one way of the last-level cache: llc-size divided by ' +
      'llc-nr-ways and 4 KiB. Colours that Xen, dom0 and domains name themselves are in use; Xen has colour 0 unless it is told otherwise.',
    source: 'xen/common/llc-coloring.c: llc_coloring_init',
  },
  'RES-011': {
    title: 'a domain has a free port for each of its event channels',
    severity: 'error',
    acceptable: 'no: no right output',
    explain:
      'A domain that Xen builds has 1023 ports. domforge assigns those from 8 on: the first ones are left for Xen, which uses some itself.',
    source: 'xen/common/device-tree/dom0less-bindings.c: max_evtchn_port',
  },
  'RES-012': {
    title: 'memory at fixed addresses is not used by firmware',
    severity: 'error',
    acceptable: 'no: no right output',
    effect:
      'the guest or Xen would fault at its first access, or overwrite the firmware and crash the machine without any message',
    explain:
      'Secure firmware such as TF-A stays in RAM after it has started the operating system. On some SoCs the device tree says nothing about it; domforge ' +
      "then assumes the range in the firmware's source, and the report shows it. With platform.firmware: none nothing is assumed.",
  },
  'RES-013': {
    title: 'a file that is in memory already is in free RAM, where it can be used',
    severity: 'error',
    acceptable: 'no: no right output',
    effect:
      'the file would be overwritten, would overwrite something else, or would be moved or refused by U-Boot or Xen',
    explain:
      "Addresses of 'load: { from: memory }' are taken as they are. Each file must be in RAM entirely, with the room that it needs later: Xen's image_size, " +
      "2 MiB for the device tree. It may overlap no other file, no memory of domains, nothing that is reserved. Xen's image must be where booti leaves it, the tree at " +
      'a multiple of 8 bytes.',
    source: 'U-Boot arch/arm/lib/image.c: booti_setup; xen/arch/arm/include/asm/config.h: MIN_FDT_ALIGN',
  },
  'RES-014': {
    title: 'each address of a load method is for one file',
    severity: 'error',
    acceptable: 'no: no right output',
    explain:
      'Addresses are keyed by the path of the file, as the report and plan.json give it. A compressed kernel of several domains is in memory once for each of them, since ' +
      "Xen can decompress a copy only once: each domain then needs a 'load' of its own to give its address.",
  },
  'RES-015': {
    title: 'the size of a file that is in memory already is known when the system is built',
    severity: 'error',
    acceptable: 'no: no right output',
    effect: 'Xen would use the declared size, and the guest would get whatever follows the file',
    explain:
      'U-Boot sets the variable filesize when it loads a file, and the script writes it into the tree if the file was missing when the tree was made. For a file that is in memory ' +
      'already it is not set.',
  },
  'RES-016': {
    title: 'a file that is in memory already is clear of U-Boot itself',
    severity: 'warning',
    acceptable: 'yes',
    effect: 'U-Boot may have overwritten the file before the script runs',
    explain:
      'U-Boot relocates itself to the top of the lowest or of the highest bank of RAM, or below 4 GiB, with its heap and stack below that. Which of these is not ' +
      'known when the system is built. With boot.load-window nothing is assumed.',
    source: 'U-Boot common/board_f.c: setup_dest_addr',
  },
  'RES-017': {
    title: 'a guest has room for the registers of its devices',
    severity: 'error',
    acceptable: 'no: no right output',
    effect: 'the device could not be given',
    explain:
      'A device is at its host address. If the guest has something else there, or would have when xl creates it again, the device goes to the first free range of 0x10000000 to 0x1fffffff, of 0x4100000 to 0xfffffff, or of 4 to 8 GiB.',
  },
}))
