import { DOMAIN_PANIC } from './effects.ts'
import { family } from './entry.ts'

export const krn = family(() => ({
  'KRN-001': {
    title: 'a kernel is an arm64 Image or a zImage, plain or compressed with gzip, or a uImage',
    severity: 'error',
    acceptable: 'no: never starts',
    effect: DOMAIN_PANIC,
    explain:
      "Xen does not know ELF files, FIT images, EFI zboot images, or any compression but gzip; from 4.18 on neither does it know a uImage that was gzipped as a whole. For Linux use arch/arm64/boot/Image or Image.gz; a distribution's vmlinuz may be an EFI zboot image, which must be unpacked first.",
    source: 'xen/arch/arm/kernel.c: kernel_image_probe',
  },
  'KRN-002': {
    title: 'an Image is at least as long as its header',
    severity: 'error',
    acceptable: 'no: never starts',
    effect: DOMAIN_PANIC,
    explain:
      'The header has 64 bytes. The file is probably truncated. (A zImage without all of its 48 bytes is not a zImage to Xen: KRN-001.)',
    source: 'xen/arch/arm/kernel.c: kernel_zimage64_probe, kernel_zimage32_probe',
  },
  'KRN-003': {
    title: 'a zImage is as long as its header says',
    severity: 'error',
    acceptable: 'no: never starts',
    effect: DOMAIN_PANIC,
    explain: 'The file is probably truncated.',
    source: 'xen/arch/arm/kernel.c: kernel_zimage32_probe',
  },
  'KRN-004': {
    title: "kernel, device tree and ramdisk fit the guest's first bank of RAM",
    severity: 'error',
    acceptable: 'no: never starts',
    effect: DOMAIN_PANIC,
    explain:
      'Xen rounds each of the three up to 2 MiB and needs all of them in the bank at 1 GiB, which has at most 3 GiB.',
    source: 'xen/arch/arm/kernel.c: place_dtb_initrd',
  },
  'KRN-005': {
    title: 'device tree and ramdisk fit into one of the places that Xen tries',
    severity: 'error',
    acceptable: 'no: never starts',
    effect: DOMAIN_PANIC,
    explain:
      'Xen tries 128 MiB past the start of RAM, the end of the bank, and the space below the kernel. Its comparisons do not accept an exact fit.',
    source: 'xen/arch/arm/kernel.c: find_dtb_initrd_placement',
  },
  'KRN-006': {
    title: "a 32-bit kernel fits the first 128 MiB of the guest's RAM",
    severity: 'error',
    acceptable: 'no: never starts',
    effect: DOMAIN_PANIC,
    explain: 'Position-independent kernels are put as high as possible below 128 MiB.',
    source: 'xen/arch/arm/kernel.c: kernel_zimage_place_in_bank',
  },
  'KRN-007': {
    title: "a kernel's load address is inside the guest's RAM",
    severity: 'error',
    acceptable: 'no: never starts',
    effect: DOMAIN_PANIC,
    explain: "A guest's RAM starts at 0x40000000. Build the uImage or zImage for an address there, or for none.",
    source: 'xen/arch/arm/kernel.c: kernel_zimage_load',
  },
  'KRN-008': {
    title: 'a uImage is as long as its header says',
    severity: 'error',
    acceptable: 'no: never starts',
    effect: DOMAIN_PANIC,
    explain: 'The file is probably truncated.',
    source: 'xen/arch/arm/kernel.c: kernel_uimage_probe',
  },
  'KRN-009': {
    title: 'a uImage is uncompressed, or from Xen 4.18 on compressed with gzip',
    severity: 'error',
    acceptable: 'yes',
    effect: 'Xen would panic at boot; Xen 4.17 starts the guest from the compressed bytes',
    explain: 'Xen 4.17 does not look at the compression of a uImage; later releases know uncompressed and gzip.',
    source: 'xen/arch/arm/kernel.c: kernel_uimage_probe',
  },
  'KRN-010': {
    title: 'a uImage without load address has no entry address either',
    severity: 'error',
    acceptable: 'no: never starts',
    effect: DOMAIN_PANIC,
    explain: 'Load address 0 means that the kernel runs anywhere; then Xen chooses the entry too.',
    source: 'xen/arch/arm/kernel.c: kernel_uimage_probe',
  },
  'KRN-011': {
    title: 'a uImage is for arm or arm64',
    severity: 'error',
    acceptable: 'no: never starts',
    effect: DOMAIN_PANIC,
    explain: 'Make it with mkimage -A arm64 (or arm).',
    source: 'xen/arch/arm/kernel.c: kernel_uimage_probe',
  },
  'KRN-012': {
    title: 'a uImage has neither load nor entry address, with Xen 4.17',
    severity: 'warning',
    acceptable: 'yes',
    effect: "Xen would put the kernel at the start of the guest's RAM instead",
    explain: 'Xen looks at the addresses from 4.18 on.',
    source: 'xen/arch/arm/kernel.c of 4.17: kernel_uimage_probe',
  },
  'KRN-013': {
    title: 'a compressed kernel can be decompressed, to the size that its last four bytes give',
    severity: 'error',
    acceptable: 'no: never starts',
    effect: DOMAIN_PANIC,
    explain:
      'Xen reads the size of the kernel from the last four bytes of the file, where gzip puts it. With padding, a signature or a second gzip file after the first, they are some other number: with zeros Xen finds no room, with a number that is too small it writes past the end. Then all of the stream must decompress, with the right checksum. domforge decompresses kernels of up to 256 MiB.',
    source: 'xen/common/device-tree/kernel.c: kernel_decompress, output_length; xen/common/gzip/inflate.c: gunzip',
  },
  'KRN-018': {
    title: 'a uImage that is not compressed holds an executable kernel',
    severity: 'error',
    acceptable: 'yes',
    effect: 'the guest would run the bytes of another format as instructions, without any message',
    explain:
      'Xen copies the content of a uImage and jumps to its first byte, whatever it is. A compressed kernel in an image of compression none, an ELF file or a FIT image starts and hangs.',
    source: 'xen/arch/arm/kernel.c: kernel_uimage_probe',
  },
  'KRN-019': {
    title: 'a Linux guest has a ramdisk, or root= among its boot arguments',
    severity: 'warning',
    acceptable: 'yes',
    effect: 'Linux would panic at the end of its boot: it has no root file system',
    explain:
      'domforge assumes that a guest is Linux where os says so, or where it has boot arguments. A kernel may have its root built in, as a ramdisk or as part of its own arguments: accept the finding then.',
    source: 'Linux init/do_mounts.c: prepare_namespace',
  },
  'KRN-020': {
    title: 'a ramdisk holds a file',
    severity: 'warning',
    acceptable: 'yes',
    effect: 'Linux would panic at the end of its boot: it has no root file system',
    explain:
      'The archive was read to its end, and has nothing but directories: usually the folder was empty when it was packed. With root= among the boot arguments Linux does without.',
    source: 'Linux init/initramfs.c: do_populate_rootfs; init/main.c: kernel_init_freeable',
  },
  'KRN-021': {
    title: 'a Linux kernel has memory besides its reservation for contiguous DMA (CMA)',
    severity: 'warning',
    acceptable: 'yes',
    effect:
      'the kernel would panic in its first second, "deadlocked on memory", unless its ramdisk happens to prevent the reservation',
    explain:
      'A kernel with CONFIG_DMA_CMA reserves CMA_SIZE_MBYTES (64 in Debian) in one range, which only movable pages may use. Whether a small guest has room for it depends on where ramdisk and device tree are, so it may boot ' +
      "when Xen starts it, and not when xl does. This is checked where kernel.config names the kernel's .config; cma= among the boot arguments sets another size, and cma=0 none.",
    source: 'Linux kernel/dma/contiguous.c: dma_contiguous_reserve',
  },
  'KRN-016': {
    title: 'a running kernel does not overlap its device tree and ramdisk',
    severity: 'error',
    acceptable: 'yes',
    effect: 'the guest would overwrite its own device tree or ramdisk and crash without any message',
    explain:
      "The image's header says how much room the kernel needs with its BSS; Xen looks only at the size of the file. With a few MiB more memory, Xen puts the two out of reach.",
    source: 'xen/arch/arm/kernel.c: place_dtb_initrd; Documentation/arch/arm64/booting.rst: image_size',
  },
  'KRN-015': {
    title: 'a 32-bit kernel has a CPU that can run it',
    severity: 'error',
    acceptable: 'no: never starts',
    effect: DOMAIN_PANIC,
    explain:
      "domforge looks up the compatible of the first CPU in a list of Arm's own cores that have the 32-bit state only for applications, or not at all.",
    source: 'xen/arch/arm/domain_build.c: construct_domain',
  },
}))
