/** What the variables of an ImageBuilder configuration are in a manifest, in a sentence each; docs/imagebuilder.md has them all. */

const NO_FIT = 'remove it: domforge makes no FIT image'
const NO_LINUX = 'remove it: domforge is only for systems with Xen'
const NO_DISK_IMAGE = 'remove it: domforge makes no disk image'
const withFeature = (name: string): string => `and add '${name}' to 'features' of 'xen'`
const OVERLAYS = "overlays are 'overlays' of 'platform': [ FILE ]"
const POOLS = "pools are 'cpupools' of 'xen': { NAME: { cpus: [ cpu@1 ], scheduler: \"null\" } }"
const DEVICES = "remove it: 'passthrough' of a domain needs no more than the path of a device"

/** Of the system: by name in lower case, without index. */
const OF_SYSTEM: Readonly<Record<string, string>> = {
  memory_start: "remove it: the device tree says where RAM is; 'boot.load-window' limits where files are loaded",
  memory_end: "remove it: the device tree says where RAM is; 'boot.load-window' limits where files are loaded",
  load_cmd: "it is 'load' of 'boot': { from: tftp }, say, or { from: command, command: ext4load mmc 0:2 }",
  boot_cmd: "it is 'command' of 'boot'",
  efi: "write 'command: bootefi' in 'boot'",
  device_tree: "the host's tree is 'device-tree' of 'platform'",
  xen_cmd: "Xen's arguments are 'bootargs' of 'xen'",
  xen_load: "it is 'load' of 'xen'",
  xen_policy: "it is 'xsm-policy' of 'xen'",
  xen_colors: "it is 'xen' of 'cache-coloring' of 'xen'",
  xen_static_heap: "it is 'static-heap' of 'xen'",
  xen_passthrough_paths: "devices are given to a domain by its 'passthrough': { NAME: { path: /soc/ethernet@… } }",
  num_dt_overlay: OVERLAYS,
  dt_overlay: OVERLAYS,
  num_cpupools: POOLS,
  cpupool: POOLS,
  bitstream: "it is 'bitstream' of 'boot': { image: FILE }",
  append_extra_cmds: "the lines of that file are 'extra-commands' of 'boot'",
  fdtedit: 'remove it: xen.dtb in the output is the complete tree',
  dbg_fdt_print_chosen: 'remove it: xen-chosen.dts in the output is /chosen',
  fit: NO_FIT,
  fit_enc_key_dir: NO_FIT,
  fit_enc_ub_dtb: NO_FIT,
  linux: NO_LINUX,
  linux_cmd: NO_LINUX,
  linux_ramdisk: NO_LINUX,
  linux_rootfs: NO_LINUX,
  gpt: NO_DISK_IMAGE,
  num_boot_aux_file: NO_DISK_IMAGE,
  boot_aux_file: NO_DISK_IMAGE,
  passthrough_dts_repo: DEVICES,
  lopper_path: DEVICES,
  lopper_cmd: DEVICES,
  num_domus: "remove it: domains are counted under 'domains'",
  uboot_source: 'remove it: the script is boot.cmd in the output folder',
  uboot_script: 'remove it: the script is boot.scr in the output folder',
  dom0_colors: "it is 'dom0' of 'cache-coloring' of 'xen'",
  dom0_rootfs: "name it by root= in 'kernel: { bootargs: … }' of the domain with 'boot: dom0'",
  dom0_viommu: `add dom0_viommu=1 to 'bootargs' of 'xen', ${withFeature('viommu')}`,
  domu_rootfs: "write 'boot: xl' and 'disks: { root: { target: /dev/mmcblk0p3 } }' in the domain: dom0 creates it",
}

/** Of a domain, where a manifest has no key of its own for them: by name in lower case, without prefix and index. */
const OF_DOMAIN: Readonly<Record<string, string>> = {
  vuart_pl011: `write 'extra-properties: { vpl011: pl011 }' in the domain, ${withFeature('vpl011-pl011')}`,
  viommu: `write 'extra-properties: { viommu: true }' in the domain, ${withFeature('viommu')}`,
  driver_domain: "write 'extra-xl: { driver_domain: 1 }' in the domain",
  domid: "remove it: Xen numbers domains in the order of 'domains'",
  passthrough_prop:
    "remove it if the domain is given a device, else write 'extra-properties: { passthrough: enabled }'",
}

const found = (words: Readonly<Record<string, string>>, name: string): string | undefined =>
  Object.hasOwn(words, name) ? words[name] : undefined

/** What to do instead of a variable at the top of the manifest; `name` in lower case, without index. */
export const ofSystem = (name: string): string | undefined => found(OF_SYSTEM, name)

/** The same of a variable that belongs to a domain; `name` without `domu_`, too. */
export const ofDomain = (name: string): string | undefined => found(OF_DOMAIN, name)
