import { family } from './entry.ts'

/** What the manifest refers to: names, and files on disk. */
export const ref = family(() => ({
  'REF-001': {
    title: 'at most one domain is dom0',
    severity: 'error',
    acceptable: 'no: no right output',
    explain:
      "dom0 is the domain that Xen builds from the host's device tree, with every device that no other domain has. There is one dom0, or none.",
    source: 'xen/arch/arm/setup.c',
  },
  'REF-002': {
    title: 'a domain that dom0 creates needs a dom0',
    severity: 'error',
    acceptable: 'no: no right output',
    effect: 'nothing would ever create the domain: xl runs in dom0',
    explain:
      "'boot: xl' writes a configuration for xl, which runs in dom0. Without dom0 every domain is 'boot: dom0less', built by Xen at boot.",
    source: 'docs/man/xl.cfg.5',
  },
  'REF-003': {
    title: 'xen.bootargs has no option that a key of the manifest sets',
    severity: 'error',
    acceptable: 'no: no right output',
    effect: 'Xen takes the last of two equal options, so one of the two values is silently ignored',
    explain:
      "domforge writes dom0_mem, dom0_max_vcpus and dom0=sve= from 'memory', 'vcpus' and 'sve' of the domain with 'boot: dom0', and the options of cache colouring from 'xen.cache-coloring'. Remove them from 'xen.bootargs'.",
    source: 'docs/misc/xen-command-line.pandoc',
  },
  'REF-004': {
    title: 'names of domains do not differ only in case',
    severity: 'warning',
    acceptable: 'yes',
    effect: 'on file systems that ignore case the files of one domain overwrite those of the other',
    explain:
      'Each domain has a folder of its name in the output folder. Node names and xl tell upper and lower case apart.',
  },
  'REF-005': {
    title: "only dom0 is called 'Domain-0'",
    severity: 'error',
    acceptable: 'no: no right output',
    effect: 'xl refuses to create a domain whose name is taken',
    explain: "To xl, dom0 is the domain 'Domain-0', whatever the manifest calls it.",
    source: 'tools/libs/light/libxl_create.c',
  },
  'REF-006': {
    title: 'extra-properties has no property that domforge writes itself',
    severity: 'error',
    acceptable: 'no: no right output',
    effect: 'the domain would get another value than its key in the manifest says',
    explain:
      'extra-properties is for properties that no key of the manifest sets, such as those of a vendor fork of Xen. For what has a key, use ' +
      "the key; 'compatible' and the cell counts are fixed by what is in the node.",
  },
  'REF-007': {
    title: 'nodes of a tree that firmware hands over are not enabled at build time',
    severity: 'error',
    acceptable: 'no: no right output',
    effect:
      'the nodes are not enabled in the tree in memory, so Xen would start with another tree than the one that was checked',
    explain:
      'platform.enable changes the file platform.device-tree. With boot.tree-from U-Boot uses a tree in memory instead, which that does not ' +
      'change: platform.overlays are applied to it at boot. Without boot.tree-from the changed file is loaded, in both modes of boot.device-tree. ' +
      '(platform.memory may stay: what it leaves out is added as reserved, and U-Boot fills in the RAM itself.)',
  },
  'REF-008': {
    title: "boot.tree-from is given only with 'boot.device-tree: commands'",
    severity: 'error',
    acceptable: 'no: no right output',
    effect: 'the key would have no effect: a merged tree is loaded from the medium',
    explain:
      "boot.tree-from names the variable of U-Boot that holds the address of the board's own tree. Only 'boot.device-tree: commands' uses that tree.",
  },
  'REF-010': {
    title: 'every file that the manifest names can be read',
    severity: 'error',
    acceptable: 'no: no right output',
    explain:
      'Sizes and headers of images decide where files go, so they are read when the build runs. Paths are relative to the folder of ' +
      'the manifest that names them. File names are case-sensitive.',
  },
  'REF-011': {
    title: 'every file that the manifest names is a regular file',
    severity: 'error',
    acceptable: 'no: no right output',
    explain:
      'A folder, a pipe, a socket or a device has no size to plan with. Links are followed; what they lead to must be a file.',
  },
  'REF-012': {
    title: 'no file that the manifest names is empty',
    severity: 'error',
    acceptable: 'no: no right output',
    effect: 'U-Boot loads nothing, and Xen stops at a module of size 0',
    explain: 'An empty image is nearly always left by a failed build step.',
  },
  'REF-013': {
    title: "the platform's device tree is intact",
    severity: 'error',
    acceptable: 'no: no right output',
    explain:
      'Everything about the board is read from this file: a blob (.dtb) or its source (.dts, after preprocessing). A file that cannot be read ' +
      'completely is refused, because half a tree describes another board.',
  },
  'REF-014': {
    title: "every line of Xen's .config is an option",
    severity: 'error',
    acceptable: 'no: no right output',
    explain:
      'xen.config names the .config that Xen was built with: lines such as CONFIG_STATIC_MEMORY=y, "# CONFIG_UBSAN is not set", comments ' +
      'and blank lines. An option that is not in the file counts as off, so a file of another kind would turn everything off.',
  },
  'REF-015': {
    title: "what the platform's device tree says about memory and interrupts can be read",
    severity: 'error',
    acceptable: 'no: no right output',
    effect: 'Xen reads the same nodes before anything else, and stops or starts with too little memory',
    explain:
      'reg of memory nodes and of the children of /reserved-memory is a list of addresses and sizes, as wide as #address-cells and ' +
      '#size-cells of the parent say, below 2^64; reg of the interrupt controller must be translatable to host addresses by the ranges of ' +
      'its buses.',
  },
  'REF-016': {
    title: "Xen's image is what boot.command starts",
    severity: 'error',
    acceptable: 'no: no right output',
    effect: 'U-Boot refuses it, or starts it where it cannot run',
    explain:
      "U-Boot's booti starts files with the header of an arm64 Image, which Xen's own binary has: the file xen of the build folder, not " +
      'xen-syms (ELF) or xen.gz. A compressed one would need a buffer whose address U-Boot takes from its environment, outside ' +
      'the plan. bootefi starts the same file if Xen was built with its EFI stub (CONFIG_ARM_EFI). bootm starts a uImage that mkimage made ' +
      'from it: of a Linux kernel for arm64, not compressed, loaded to a multiple of 2 MiB and entered at its first byte; that range is ' +
      'kept free.',
    source:
      'U-Boot arch/arm/lib/image.c: booti_setup; boot/bootm.c: bootm_load_os; lib/efi_loader/efi_image_loader.c: efi_check_pe',
  },
  'REF-017': {
    title: 'boot.bitstream is a bitstream',
    severity: 'error',
    acceptable: 'no: no right output',
    effect: 'the FPGA would be loaded with something else, and not work',
    explain:
      "A file with Xilinx's header (.bit) is loaded with `fpga loadb`, any other as raw configuration data with `fpga load`. A file with the header of " +
      'another format is neither.',
    source: 'U-Boot drivers/fpga/xilinx.c: fpga_loadbitstream',
  },
  'REF-018': {
    title: 'every overlay is intact and fits the tree',
    severity: 'error',
    acceptable: 'no: no right output',
    explain:
      'Overlays are applied one after another when the system is built. Each is a blob (.dtbo) or a source with /plugin/, and finds the ' +
      'labels and paths that it names in the tree as earlier overlays left it. A blob has labels only if it was compiled with dtc -@. ' +
      'The same holds for those of a partial tree of a domain.',
  },
  'REF-019': {
    title: 'every node that platform.enable names exists',
    severity: 'error',
    acceptable: 'no: no right output',
    explain:
      'Nodes are named by their full path with unit addresses (/soc/serial@ff010000), or by an alias (serial0), in the tree ' +
      'with all its overlays.',
  },
  'REF-020': {
    title: 'different files have different paths on the boot medium',
    severity: 'error',
    acceptable: 'no: no right output',
    effect: 'one file overwrites the other, and U-Boot loads the same bytes twice',
    explain:
      'On the boot medium a file has the path that the manifest writes. A path that is absolute or leaves its folder is reduced to the name ' +
      'of the file, which may then be that of another file, or of a folder that contains others.',
  },
  'REF-021': {
    title: 'no file has the path of an output on the boot medium',
    severity: 'error',
    acceptable: 'no: no right output',
    effect: 'one file overwrites the other on the boot medium',
    explain: 'boot.scr and xen.dtb are at the top of the boot medium beside the files that the manifest names.',
  },
  'REF-026': {
    title: 'a partial device tree is intact',
    severity: 'error',
    acceptable: 'no: no right output',
    explain:
      'What a domain gets of a partial tree, and which devices of the host, is read from this file: a blob (.dtb) or its source (.dts, after ' +
      'preprocessing), which domforge compiles. In a list it comes first, followed by its overlays.',
  },
  'REF-028': {
    title: 'up to Xen 4.19 only RAM is called memory',
    severity: 'warning',
    acceptable: 'yes',
    effect: 'in the tree that Xen and dom0 get, these nodes have other names',
    explain:
      'Up to 4.19 Xen takes every node called memory, or memory@ and an address, for RAM, wherever it is: also a child of /reserved-memory or the ' +
      'memory of a device. Where domforge writes the tree it names such nodes memory-region instead, which has no meaning; one that ' +
      'something names by its path stays, and is checked as Xen would read it (FDT-028).',
    source: 'xen/arch/arm/bootfdt.c of 4.17 to 4.19: early_scan_node, device_tree_node_matches',
  },
  'REF-022': {
    title: 'hard-affinity and cpupools name CPUs of the board',
    severity: 'error',
    acceptable: 'no: no right output',
    effect: 'a virtual CPU, or a whole domain, would run somewhere else',
    explain:
      'A CPU is named like its node in /cpus of the device tree, with its unit address: cpu@1. It becomes its number in ' +
      'Xen: the boot CPU is 0, the others follow in the order of the tree.',
    source: 'xen/arch/arm/smpboot.c: dt_smp_init_cpus',
  },
  'REF-023': {
    title: 'a file with a declared size may appear later',
    severity: 'note',
    acceptable: 'yes',
    explain:
      "Room for the declared size is reserved. The file's contents are checked once it exists: its format, and whether a kernel fits the memory " +
      'of its domain. The boot script refuses a file that is larger than declared, and writes the real size into the device tree.',
  },
  'REF-024': {
    title: 'a file fits its declared size',
    severity: 'error',
    acceptable: 'no: no right output',
    effect: 'the file would overwrite what comes after it',
    explain:
      'Addresses were computed from the declared size, so that they are the same before and after the file exists. For Xen itself, the memory ' +
      'that its header asks for counts, which is more than the file; and it must be an image that runs anywhere, as Xen does since 4.17.',
    source: 'Documentation/arch/arm64/booting.rst: image_size, flags',
  },
  'REF-025': {
    title: 'a file has one declared size',
    severity: 'error',
    acceptable: 'no: no right output',
    explain:
      'A file that several domains use is in memory once, or has the same room in each place. Declare its size in one place, or the same ' +
      'everywhere.',
  },
  'REF-009': {
    title: 'a name refers to something that the manifest declares',
    severity: 'error',
    acceptable: 'no: no right output',
    explain:
      'Domains, regions, channels and cpupools are declared once, under a name, and referred to by that name everywhere else. Names are ' +
      'compared letter by letter.',
  },
  'REF-027': {
    title: "xen.release, Xen's image and its .config are of one version",
    severity: 'error',
    acceptable: 'yes',
    effect: 'everything would be checked against the rules of another Xen than the one that runs',
    explain:
      "Xen's image carries its version, and so does the first line of a .config. What the manifest says has to agree with both, as far as it goes: two " +
      'numbers fit every point release of that branch. A version that ends in -pre is counted as the point release before it. With two numbers the third one ' +
      'is read from the image, else from the .config.',
    source: 'xen/Makefile: XEN_FULLVERSION; xen/common/version.c; xen/Kconfig: mainmenu',
  },
  'REF-030': {
    title: 'what Xen sets up at boot is between dom0 and domains that Xen builds itself',
    severity: 'error',
    acceptable: 'no: no right output',
    effect: 'xl would silently ignore it, and the domain would not have it',
    explain:
      'Static shared memory and static event channels are set up before any toolstack runs. No key of an xl configuration sets them up, in ' +
      'any release: a domain that dom0 creates can use grants and event channels that it sets up itself instead.',
    source: 'tools/xl/xl_parse.c; xen/common/device-tree/static-shmem.c, static-evtchn.c',
  },
  'REF-031': {
    title: 'a region is initialised by a domain that has access to it',
    severity: 'error',
    acceptable: 'no: no right output',
    explain:
      'Xen does not clear shared memory. The domain that writes it first is named for the others, and for readers of the report: it has to be one of ' +
      'the domains with access.',
  },
  'REF-032': {
    title: 'every domain of a region may write to it',
    severity: 'error',
    acceptable: 'no: isolation',
    effect: 'the domain could write to what it should only read, without any message',
    explain:
      'Xen maps a region of static shared memory for reading and writing to each domain that takes part; its device tree has no property for ' +
      'anything else. If a reader must not disturb the writer, use a protocol that survives its writes.',
    source: 'xen/common/device-tree/static-shmem.c: handle_shared_mem_bank, map_regions_p2mt with p2m_ram_rw',
  },
  'REF-033': {
    title: 'bootefi starts what U-Boot has loaded itself',
    severity: 'error',
    acceptable: 'no: no right output',
    effect: "U-Boot would refuse to start Xen: 'No UEFI binary known at' its address",
    explain:
      'bootefi takes the size of the program from the last load command, and refuses any other address that comes without a size, as in the script. If Xen is in memory already, start it with booti, or ' +
      'give it a load method of its own in xen.load.',
    source: 'U-Boot cmd/bootefi.c: do_bootefi',
  },
  'REF-034': {
    title: "extra-xl has no key that domforge writes for a domain's devices",
    severity: 'error',
    acceptable: 'no: no right output',
    effect: 'the domain would get the devices of one of them, and the device tree of the other',
    explain:
      'domforge writes device_tree, passthrough, dtdev, irqs and iomem for the devices in passthrough, so that they agree with each other and with what Xen assigns at boot.',
  },
}))
