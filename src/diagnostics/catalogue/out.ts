import { family } from './entry.ts'

/** Output: what the files that domforge writes can hold, and where it may write them. */
export const out = family(() => ({
  'OUT-001': {
    title: 'every output file can be written',
    severity: 'error',
    acceptable: 'no: no right output',
    explain:
      'Outputs are first written to a folder of their own inside the output folder, then moved into place, build.json last. ' +
      'If a folder cannot be created or written, or the disk is full, nothing is moved. Choose another folder with -o, or repair this one.',
  },
  'OUT-002': {
    title: 'no output replaces an input',
    severity: 'error',
    acceptable: 'no: no right output',
    explain:
      'An output that replaced a file named in the manifest would be read as input by the next run. ' +
      'Keep inputs outside of the output folder, or choose another one with -o.',
  },
  'OUT-003': {
    title: 'outputs are not written through symbolic links',
    severity: 'error',
    acceptable: 'no: no right output',
    explain:
      'A symbolic link below the output folder could lead anywhere, and the file that it leads to would be replaced without asking. ' +
      'The output folder itself may be a link; what is inside must be real folders and files.',
  },
  'OUT-004': {
    title: 'an output folder contains the outputs of one system',
    severity: 'warning',
    acceptable: 'no: one run',
    explain:
      'A file that an earlier run wrote and this one no longer makes is removed. One that was changed since then is kept, because ' +
      "it may contain somebody's work: remove it yourself if it is not needed.",
  },
  'OUT-005': {
    title: 'one build at a time writes into an output folder',
    severity: 'error',
    acceptable: 'no: no right output',
    explain:
      'Two builds that write into one folder would leave a mix of both. The second waits up to five seconds for the first, which is long for a ' +
      'build, and then gives up. While it writes, a build has a folder .domforge-<process>-… in the output folder; what a killed one leaves ' +
      'there is removed by the next.',
  },
  'OUT-006': {
    title: 'a lock file contains what domforge wrote',
    severity: 'error',
    acceptable: 'no: no right output',
    explain:
      'The lock file keeps what guests see from one build to the next, such as the ids of domains. If it cannot be read, it would be replaced, ' +
      'and its contents lost. Restore it from version control; to choose again, remove it or name entries with --update.',
  },
  'OUT-007': {
    title: 'a domain keeps its id',
    severity: 'warning',
    acceptable: 'yes',
    effect: 'whatever refers to guests by their ids would refer to another guest: paths in Xenstore, scripts, logs',
    explain:
      'Xen numbers the domains that it starts at boot in the order of their nodes. The lock file keeps that order when the manifest is ' +
      'edited, and new domains come last. When a domain is removed, those after it move up regardless: there is no way to leave a gap.',
    source: 'xen/common/device-tree/dom0less-build.c',
  },
  'OUT-008': {
    title: 'memory that guests see stays where it was',
    severity: 'warning',
    acceptable: 'yes',
    effect: 'guests that have the old address compiled in, or written down, would use the wrong memory',
    explain:
      'The lock file keeps the addresses of static memory and shared memory from one build to the next. Something moves only when it must: it ' +
      'grew and does not fit where it is, or the manifest gives its address to something else. --update NAME chooses again on purpose.',
  },
  'OUT-009': {
    title: 'build.json in the output folder is the record of an earlier build',
    severity: 'warning',
    acceptable: 'no: one run',
    effect: 'files that earlier builds wrote and this one does not make stay in the folder',
    explain:
      'Outputs that are no longer made are found in the record of the build that wrote them, and removed. A build.json that is not such a record, or is ' +
      'too large for one, is replaced only with --replace (OUT-023), and what it might have listed stays.',
  },
  'OUT-010': {
    title: 'images that dom0 needs have different places there',
    severity: 'error',
    acceptable: 'no: no right output',
    effect: 'one image would overwrite the other in dom0, and xl would start a domain with the wrong kernel or ramdisk',
    explain:
      "xl starts a domain with images in dom0's file system, all in the folder that dom0's `files-at` names. If another image or a compiled " +
      'partial tree (<domain>-passthrough.dtb) already has the name of a file, that file is prefixed with its domain: <domain>-Image. Where that is taken, too, or build.json ' +
      'would name two files by one path, they cannot be told apart. Rename one of them.',
    source: 'tools/xl/xl_parse.c: kernel, ramdisk',
  },
  'OUT-011': {
    title: 'U-Boot reads every path on the boot medium as it is meant',
    severity: 'error',
    acceptable: 'no: no right output',
    effect: 'U-Boot would look for another file, or the line would end early',
    explain:
      "A path on the boot medium is a word of U-Boot's script. Its shell uses control characters for itself, and file systems disagree about other " +
      'alphabets: paths are printable ASCII. `tftpboot` takes what precedes a colon for the address of a server, ends a name at a quote, and cuts ' +
      "it after 127 characters, prefix included. A U-Boot that was built for longer ones takes them with 'from: command, command: tftpboot'.",
    source:
      'U-Boot: common/cli_hush.c; net/net.c: net_parse_bootfile; net/net-common.c: copy_filename; net/tftp.c: MAX_LEN',
  },
  'OUT-012': {
    title: "reserved ranges fit into the address and size cells of the board's tree",
    severity: 'error',
    acceptable: 'no: no right output',
    effect: 'the range could not be written, and Xen would use it',
    explain:
      'What `platform.reserved` says is written as a child of /reserved-memory, in as many cells as the tree uses for addresses and sizes. ' +
      'A tree with 32-bit addresses has no way to name memory above 4 GiB.',
    source: 'Devicetree Specification 0.4, 2.3.5 and 3.5',
  },
  'OUT-013': {
    title: "no child of the board's /chosen has the name of one that is added",
    severity: 'error',
    acceptable: 'no: no right output',
    effect: 'xen.dtb would replace the old node, and the overlay would mix both: two different systems',
    explain:
      "The board's tree has a node under /chosen, probably left by another tool, that has the name of a domain or module of this system. " +
      'Remove it from the tree, or rename the domain.',
  },
  'OUT-014': {
    title: 'the device tree can be encoded',
    severity: 'error',
    acceptable: 'no: no right output',
    explain:
      'Something in the complete tree has no encoding: a name with characters that device trees do not allow, a number that does not fit its ' +
      'cells, a reference to a node that does not exist. The finding names the place.',
    source: 'Devicetree Specification 0.4, 2.2 and 5',
  },
  'OUT-015': {
    title: 'sizes that Xen or xl take in MiB are whole MiB',
    severity: 'error',
    acceptable: 'no: no right output',
    effect: 'the domain would get less than the manifest says',
    explain:
      'xl reads `memory` and `shadow_memory` as a number of MiB, and Xen `xen,domain-p2m-mem-mb` likewise: a fraction cannot be written. ' +
      'A domain that dom0 creates needs a whole number; one that Xen creates has no xl configuration without one.',
    source: 'tools/xl/xl_parse.c: memory, shadow_memory; docs/misc/arm/device-tree/booting.txt: xen,domain-p2m-mem-mb',
  },
  'OUT-016': {
    title: "nodes in the board's /chosen use 64-bit numbers",
    severity: 'warning',
    acceptable: 'yes',
    effect: 'dom0 would read another address for that node, such as that of a framebuffer',
    explain:
      'Addresses of boot modules need 64 bits, so /chosen gets #address-cells and #size-cells of 2. A node that the board has in /chosen with ' +
      'a `reg` in other cells then means something else. Boot loaders leave framebuffers there: remove the node from the tree, or write its ' +
      '`reg` with two cells each.',
    source: 'Devicetree Specification 0.4, 2.3.5',
  },
  'OUT-022': {
    title: 'the tree for Xen names no ramdisk of an earlier boot',
    severity: 'note',
    acceptable: 'yes',
    explain:
      "A tree that was dumped on a running board says in /chosen where its ramdisk was (linux,initrd-start and linux,initrd-end). Xen would use that as dom0's ramdisk, instead of the one that dom0 is given, or drop what is there now. domforge leaves both out, or has U-Boot remove them; with 'tree-from' " +
      'U-Boot removes them in any case. The overlay xen-chosen.dtbo cannot: that is left to the program that applies it.',
    source: 'xen/common/device-tree/bootinfo-fdt.c: process_chosen_node',
  },
  'OUT-023': {
    title: 'a build replaces only what a build wrote',
    severity: 'error',
    acceptable: 'no: no right output',
    explain:
      'build.json lists what the last build wrote into the output folder, with hashes. A file in the place of an output that is not listed is ' +
      "somebody's own, such as a boot.scr that another tool made, and one with another hash was edited since: neither is replaced, unless it already has " +
      'the contents of the output. Move it away, choose another folder with -o, or have all of them replaced with --replace. ' +
      'Of outputs in version control, keep build.json, too: a fresh clone is then as a build left it. A dependency file (--depfile) replaces only a dependency file.',
  },
  'OUT-018': {
    title: "U-Boot's fdt command can tell apart every node that it creates or changes",
    severity: 'error',
    acceptable: 'no: no right output',
    effect: 'U-Boot would refuse to create the node, or would change another one',
    explain:
      "With 'boot.device-tree: commands' U-Boot adds nodes to the board's tree by name. libfdt finds a node `a@1` by the name `a` too: " +
      'a domain must not have the name of a node of /chosen without its unit address, nor `module` beside modules of dom0.',
    source: 'U-Boot scripts/dtc/libfdt/fdt_ro.c: fdt_nodename_eq_; fdt_rw.c: fdt_add_subnode_namelen',
  },
  'OUT-019': {
    title: "every value fits into U-Boot's fdt set",
    severity: 'error',
    acceptable: 'no: no right output',
    effect: 'U-Boot would overwrite its own memory, or would refuse the value',
    explain:
      "With 'boot.device-tree: commands' every value goes through a buffer of 1024 bytes, whose end U-Boot does not check. Longer ones, and " +
      "references to other nodes, need 'boot.device-tree: merged'.",
    source: 'U-Boot cmd/fdt.c: SCRATCHPAD, fdt_parse_prop',
  },
  'OUT-020': {
    title: 'every path on the boot medium is valid on FAT, and different from all others there',
    severity: 'error',
    acceptable: 'no: no right output',
    effect:
      'the file would be there under another name or not at all, or one file would have replaced the other: of two with one size U-Boot would not notice',
    explain:
      'A name on FAT has none of the characters " * : < > ? \\ |, ends neither in a dot nor in a blank, and has at most 255 characters. Upper and lower ' +
      "case are the same: Image and image are one file. `fatload` in 'boot.load' says that the medium is FAT. What domforge makes for a domain has " +
      "the domain's name in its path.",
    source:
      'Linux fs/fat/namei_vfat.c: vfat_is_used_badchars, vfat_striptail_len, vfat_cmpi; U-Boot fs/fat/fat.c: fat_itr_resolve, include/fat.h: ISDIRDELIM',
  },
  'OUT-021': {
    title: 'paths on the boot medium would work on FAT too',
    severity: 'warning',
    acceptable: 'yes',
    effect:
      'if the medium is FAT, the file would be there under another name or not at all, or one file would have replaced the other',
    explain:
      "With 'from: sd' and the like U-Boot finds out by itself which file system the medium has, and most boot partitions are FAT. What is not valid on FAT, " +
      'or the same file there, is as for OUT-020. If the medium is not FAT, a command for its file system says so: ' +
      "'from: command, command: ext4load mmc 0:2'.",
    source: 'U-Boot cmd/fs.c, fs/fs.c: fs_set_blk_dev',
  },
}))
