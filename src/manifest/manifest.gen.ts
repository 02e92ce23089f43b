/* Generated from schemas/manifest.schema.json by `npm run generate`: edit the schema. */

/**
 * A file, relative to the folder of the file that names it.
 */
export type FilePath = string
/**
 * A file, relative to the folder of the file that names it.
 */
export type FilePath1 = string
/**
 * A node of the device tree: its full path with unit addresses, or an alias.
 */
export type NodePath = string
/**
 * First address of the range.
 */
export type Address = number | string
/**
 * Length of the range.
 */
export type Size = number | string
/**
 * Xen's arm64 image. If its largest size is given (image_size in its header, which counts memory past the end of the file too), it may be missing when domforge runs.
 */
export type File = (string | {
file: FilePath2
size: FileSize
})
/**
 * A file, relative to the folder of the file that names it.
 */
export type FilePath2 = string
/**
 * Largest size that the file may have, below 4 GiB. If it is given, the file may be missing when domforge runs, and its address does not depend on whether it exists. Default: the file exists, and its size is used.
 */
export type FileSize = number | string
/**
 * A file, relative to the folder of the file that names it.
 */
export type FilePath3 = string
/**
 * How U-Boot reads Xen's image and the device tree. Default: boot.load.
 */
export type LoadMethod = ((LoadTftp | LoadSd | LoadScsi | LoadUsb | LoadVirtio | LoadCommand | LoadMemory) & {
/**
 * The medium.
 */
from: string
})
/**
 * U-Boot's device and partition.
 */
export type MediumDevice = string
/**
 * Prefix of every path.
 */
export type MediumPrefix = string
/**
 * A host-physical address: an integer, exact to 64 bits, hexadecimal if written with 0x; _ may separate digits.
 */
export type Address1 = number | string
/**
 * Xen's command line, unchanged. Default: empty.
 */
export type BootArguments = string
/**
 * A file, relative to the folder of the file that names it.
 */
export type FilePath4 = string
/**
 * RAM that Xen's heap is confined to: the only memory that Xen, dom0 and domains without `static-mem` get. A size for domforge to place, or ranges by name. Default: all free RAM.
 */
export type StaticHeap = number | string | { [name: string]: AddressRange }
/**
 * Size of the last-level cache; becomes `llc-size`. Default: Xen asks the hardware.
 */
export type Size1 = number | string
/**
 * Colours of Xen itself; becomes `xen-llc-colors`. Default: colour 0.
 */
export type Colors = (string | number | {
/**
 * How many colours.
 */
count: number
})
/**
 * Colours of dom0; becomes `dom0-llc-colors`. Default: all colours.
 */
export type Colors1 = (string | number | {
/**
 * How many colours.
 */
count: number
})
/**
 * Uncoloured RAM for Xen's own use; becomes `buddy-alloc-size`. Default: 64 MiB.
 */
export type Size2 = number | string
/**
 * How U-Boot reads a file.
 */
export type LoadMethod1 = ((LoadTftp | LoadSd | LoadScsi | LoadUsb | LoadVirtio | LoadCommand | LoadMemory) & {
/**
 * The medium.
 */
from: string
})
/**
 * Lines that are copied into the script unchanged and run right before Xen is started, unless an earlier step failed. domforge does not check them; `setenv domforge_failed 1` keeps Xen from being started. Default: none.
 */
export type CommandLines = string
/**
 * The bitstream: a file with Xilinx's header (.bit) is loaded by `fpga loadb`, any other (.bin) by `fpga load`. If its largest size is given, it may be missing when domforge runs: its name decides then.
 */
export type File1 = (string | {
file: FilePath2
size: FileSize
})
/**
 * One virtual machine.
 */
export type Domain = (Domain1 & Domain2)
export type Domain1 = (Dom0 | Dom0LessDomain | XlDomain)
/**
 * A file, relative to the folder of the file that names it.
 */
export type FilePath5 = string
/**
 * Largest size that the image may have, below 4 GiB. If it is given, the image may be missing when domforge runs, its address does not depend on whether it exists, and each domain gets its own copy: whether a kernel can be shared depends on its contents. Default: the image exists, and its size is used.
 */
export type FileSize1 = number | string
/**
 * A file, relative to the folder of the file that names it.
 */
export type FilePath6 = string
/**
 * The kernel's command line, unchanged. Default: empty.
 */
export type BootArguments1 = string
/**
 * Initial RAM disk, passed to the kernel unchanged. If its largest size is given, it may be missing when domforge runs. Default: none.
 */
export type File2 = (string | {
file: FilePath2
size: FileSize
})
/**
 * How U-Boot reads the files of this domain. Default: boot.load.
 */
export type LoadMethod2 = ((LoadTftp | LoadSd | LoadScsi | LoadUsb | LoadVirtio | LoadCommand | LoadMemory) & {
/**
 * The medium.
 */
from: string
})
/**
 * RAM of dom0, in whole pages of 4 KiB; becomes `dom0_mem`.
 */
export type Size3 = number | string
/**
 * Largest SVE vector length that the guest may use, a multiple of 128; `hw`: that of the hardware. Default: no SVE.
 */
export type SveLength = number | "hw"
/**
 * What runs in the domain. It decides which advice and checks apply, never what Xen is told.
 */
export type GuestOs = ("linux" | "zephyr" | "other")
/**
 * A partial device tree, blob (.dtb) or source (.dts), whose nodes /passthrough and /aliases the domain gets in its own tree; `xen,path` and `xen,reg` in it assign devices of the host to the domain. A list: the tree, then overlays (.dtbo, or their sources) that are laid over it in this order. Default: none.
 * 
 * @minItems 1
 * @maxItems 65
 */
export type PartialTreeFiles = string | string[]
/**
 * RAM of the domain, in whole pages of 4 KiB; in whole MiB where xl creates it.
 */
export type Size4 = number | string
/**
 * Virtual CPUs of the domain.
 */
export type GuestVcpus = number
/**
 * Memory for the second-stage page tables, in addition to `memory`. Default: what Xen computes from memory and vCPUs. Xen takes whole MiB.
 */
export type Size5 = number | string
/**
 * `true`: an access to an unmapped address faults in the guest; `false`: reads return all ones, writes are ignored. Default: true.
 */
export type TrapUnmappedAccesses = boolean
/**
 * `scmi_smc`: the domain controls clocks, power domains and resets through the firmware (SCMI by SMC calls, which Xen forwards for one domain). The firmware's node and shared memory are in its device tree, and not in dom0's. Default: no access to SCMI.
 */
export type Sci = "scmi_smc"
/**
 * Physical CPUs that each virtual CPU may run on: lists of names as in the device tree, keyed by the number of the virtual CPU. Default: any.
 */
export type HardAffinity = { [virtualCpu: string]: string[] }
/**
 * RAM of the domain at a fixed place on the host: `auto` to let domforge choose, or ranges by name whose sizes add up to `memory`. Needs Xen's STATIC_MEMORY. Default: Xen takes the RAM from its heap.
 */
export type StaticMemory = "auto" | { [name: string]: AddressRange }
/**
 * The cpupool of `xen.cpupools` whose CPUs the domain runs on. Default: the pool that holds the boot CPU.
 */
export type CpupoolName = string
/**
 * Colours of the last-level cache for the domain's RAM, which then shares no part of that cache with domains of other colours: numbers and ranges, or `count` for as many as domforge should choose. Default: all colours.
 */
export type Colors2 = (string | number | {
/**
 * How many colours.
 */
count: number
})
/**
 * What is done after the domain has powered off.
 */
export type LifecycleAction = ("stop" | "restart" | "restart-dependents" | "reset-platform")
/**
 * What is done after the domain has asked for a reboot. Default: as on-crash, where that is given; else `restart` if the domain can come back, else `stop`.
 */
export type LifecycleAction1 = ("stop" | "restart" | "restart-dependents" | "reset-platform")
/**
 * What is done after the domain has crashed, or could not be created. Default: `restart` if the domain can come back, else `stop`.
 */
export type LifecycleAction2 = ("stop" | "restart" | "restart-dependents" | "reset-platform")
/**
 * What is done after the domain's watchdog has expired, or it has not reported within boot-limit that it is up. Default: if either of the two is set, `restart` if the domain can come back, else `stop`.
 */
export type LifecycleAction3 = ("stop" | "restart" | "restart-dependents" | "reset-platform")
/**
 * The time after which Xen ends the domain if it has not fed its watchdog. The guest arms and feeds it. Default: none.
 */
export type Duration = string
/**
 * How long the domain may take to report in xenstore that it is up (`data/domforge` is `up`). For Linux, a build writes a script that reports it, `domains/<name>/mark`, and appends it to the ramdisk. Default: no report is expected.
 */
export type Duration1 = string
/**
 * Attempts that are older than this do not count.
 */
export type Duration2 = string
/**
 * Before the first attempt.
 */
export type Duration3 = string
/**
 * Longest wait.
 */
export type Duration4 = string
/**
 * A partial device tree, blob (.dtb) or source (.dts), whose nodes /passthrough and /aliases the domain gets in its own tree; `xen,path` and `xen,reg` in it assign devices of the host to the domain: `dtdev`, `iomem` and `irqs` of its configuration follow from them, and xl is given the tree without them. A list: the tree, then overlays (.dtbo, or their sources) that are laid over it in this order. Default: none.
 * 
 * @minItems 1
 * @maxItems 65
 */
export type PartialTreeFiles1 = string | string[]
/**
 * Physical CPUs that each virtual CPU may run on: lists of names as in the device tree, keyed by the number of the virtual CPU. Default: any.
 */
export type HardAffinity1 = { [virtualCpu: string]: string[] }
/**
 * Length of the region.
 */
export type Size6 = number | string
/**
 * A virtio device between two domains.
 */
export type VirtioDevice = (VirtioDevice1 & VirtioDevice2)
export type VirtioDevice1 = (StaticShmVirtio | MmioVirtio)
/**
 * The type of the device, by its name in the virtio specification.
 */
export type VirtioType = ("net" | "block" | "console" | "entropy" | "balloon" | "rpmsg" | "scsi" | "9p" | "gpu" | "rtc" | "input" | "vsock" | "crypto" | "iommu" | "mem" | "sound" | "fs" | "pmem" | "rpmb" | "scmi" | "i2c" | "can" | "gpio" | "spi" | "media")
/**
 * Bytes of each. The next one starts at the next multiple of 64.
 */
export type Size7 = number | string
/**
 * The type of the device, by its name in the virtio specification.
 */
export type VirtioType1 = ("net" | "block" | "console" | "entropy" | "balloon" | "rpmsg" | "scsi" | "9p" | "gpu" | "rtc" | "input" | "vsock" | "crypto" | "iommu" | "mem" | "sound" | "fs" | "pmem" | "rpmb" | "scmi" | "i2c" | "can" | "gpio" | "spi" | "media")
/**
 * When dom0 has run for this long, earlier resets are forgotten.
 */
export type Duration5 = string

/**
 * A statically partitioned Xen/Arm machine, described by sizes and relations.
 */
export interface Manifest {
/**
 * The format of this file.
 */
"api-version": "domforge/v1"
/**
 * Base files that this one is merged over, in order: a path, or a list of paths. Maps merge, everything else replaces, the value $delete removes a key. Paths are relative to the folder of the file that names them. A base may extend others and leave out any key; the merged manifest has to be complete. Default: none.
 * 
 * @minItems 1
 */
extends?: string | string[]
/**
 * Name of the system, for reports.
 */
name: string
platform: Platform
xen: Xen
boot: Boot
/**
 * The domains, keyed by name. Xen assigns ids to the domains that it starts itself in this order.
 */
domains: {
[k: string]: Domain | undefined
}
/**
 * Regions of host memory that several domains share, keyed by name. Needs Xen's STATIC_SHM. Default: none.
 */
"shared-memory"?: {
[k: string]: SharedMemory | undefined
}
/**
 * Event channels between two domains that exist from the start, keyed by name. Default: none.
 */
"event-channels"?: {
[k: string]: EventChannel | undefined
}
/**
 * Pairs of domains that exchange messages through Argo (Xen copies them), keyed by name. Needs `argo=1` among Xen's arguments and, between two unprivileged domains, `xsm=dummy` or FLASK. Default: none.
 */
argo?: {
[k: string]: ArgoLink | undefined
}
/**
 * Virtio devices whose queues and buffers domforge lays out, keyed by name. Default: none.
 */
virtio?: {
[k: string]: VirtioDevice | undefined
}
"platform-resets"?: PlatformResets
accept?: Accept3
assert?: Assert
}
/**
 * The machine.
 */
export interface Platform {
"device-tree": FilePath
/**
 * `assumed`: RAM that the SoC's firmware is known to use is kept free, and marked as reserved where the device tree does not reserve it. `none`: only what the device tree and `reserved` list is kept free.
 */
firmware?: ("assumed" | "none")
/**
 * Overlays (.dtbo) or their sources (.dts, .dtso), applied to the device tree in this order when the system is built; with boot.tree-from, by U-Boot's `fdt apply` at boot. Default: none.
 * 
 * @minItems 1
 * @maxItems 64
 */
overlays?: [FilePath1, ...(FilePath1)[]]
/**
 * Nodes of the device tree, overlays applied, whose status is set to okay: full paths or aliases. Default: none.
 * 
 * @minItems 1
 * @maxItems 256
 */
enable?: [NodePath, ...(NodePath)[]]
/**
 * What describes the board's RAM. `device-tree`: its memory nodes; `memory` restricts them, or lists all RAM where they leave it to the firmware. `manifest`: `memory` lists all RAM, and what the device tree lists is a placeholder, as on boards sold with different sizes of RAM.
 */
"memory-from"?: ("device-tree" | "manifest")
/**
 * The RAM that may be used, keyed by name: parts of what the device tree lists (the rest is then marked as reserved), or all of it where the device tree leaves RAM to the firmware. Default: all RAM of the device tree.
 */
memory?: {
[k: string]: AddressRange | undefined
}
/**
 * Memory that belongs to something else, where nothing may be placed, keyed by name. Default: only what the device tree reserves.
 */
reserved?: {
[k: string]: AddressRange | undefined
}
}
/**
 * A range of host-physical addresses.
 */
export interface AddressRange {
start: Address
size: Size
}
/**
 * The hypervisor.
 */
export interface Xen {
/**
 * Release of Xen, two numbers or three, in quotes: without quotes, 4.20 is the number 4.2. It decides which properties exist. With two, the point release is read from the image, else from `config`; if neither tells, the bugs of every point release are assumed.
 */
release: string
/**
 * What this Xen has beyond the upstream release: `xenstore-page`: a xenstore page for domains with static memory, before 4.21; `domain-tee`: `xen,tee` is read; `viommu`: a virtual IOMMU; `vpl011-pl011`: `vpl011 = "pl011"` is read; `bitmask-colors`: cache colours as AMD's releases take them (`colors` of a domain, `xen_colors`, `dom0_colors`, `way_size`), whose values are not checked; `scmi-agents`: SCMI with an agent for each domain. Default: none.
 * 
 * @minItems 1
 * @maxItems 16
 */
features?: [("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents")]|[("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents")]|[("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents")]|[("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents")]|[("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents")]|[("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents")]|[("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents")]|[("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents")]|[("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents")]|[("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents")]|[("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents")]|[("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents")]|[("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents")]|[("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents")]|[("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents")]|[("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents"), ("xenstore-page" | "domain-tee" | "viommu" | "vpl011-pl011" | "bitmask-colors" | "scmi-agents")]
image: File
config?: FilePath3
load?: LoadMethod
bootargs?: BootArguments
"xsm-policy"?: FilePath4
"static-heap"?: StaticHeap
/**
 * Cpupools that Xen creates at boot, keyed by name. Needs Xen's BOOT_TIME_CPUPOOLS. Default: one pool with all CPUs.
 */
cpupools?: {
[k: string]: Cpupool | undefined
}
"cache-coloring"?: CacheColoring
}
/**
 * Files come over the network.
 */
export interface LoadTftp {
/**
 * `tftp`: from a TFTP server.
 */
from: "tftp"
/**
 * Prefix of every path.
 */
prefix?: string
}
/**
 * Files come from a file system on an SD card or eMMC.
 */
export interface LoadSd {
/**
 * `sd`: from an SD card or eMMC (`load mmc`).
 */
from: "sd"
device?: MediumDevice
prefix?: MediumPrefix
}
/**
 * Files come from a file system on a SCSI or SATA disk.
 */
export interface LoadScsi {
/**
 * `scsi`: from a SCSI or SATA disk, after `scsi scan`.
 */
from: "scsi"
device?: MediumDevice
prefix?: MediumPrefix
}
/**
 * Files come from a file system on a USB disk.
 */
export interface LoadUsb {
/**
 * `usb`: from a USB disk, after `usb start`.
 */
from: "usb"
device?: MediumDevice
prefix?: MediumPrefix
}
/**
 * Files come from a file system on a virtio block device.
 */
export interface LoadVirtio {
/**
 * `virtio`: from a virtio block device.
 */
from: "virtio"
device?: MediumDevice
prefix?: MediumPrefix
}
/**
 * Files are loaded by a U-Boot command that is given here.
 */
export interface LoadCommand {
/**
 * `command`: by any command that takes an address and a path and sets `filesize`.
 */
from: "command"
/**
 * The command, as written in the script before address and path. `fatload` implies that the medium is FAT, where case is ignored and names are restricted; a command for another file system implies that it is not.
 */
command: string
prefix?: MediumPrefix
}
/**
 * Files are in memory already when the script runs: a debugger, QEMU's loader or an earlier boot stage puts them there.
 */
export interface LoadMemory {
/**
 * `memory`: nothing is loaded; the report says what must be where.
 */
from: "memory"
/**
 * Addresses of files, by their paths in the report: `xen.dtb`, `Image`. Default: domforge chooses, as it does for files that are not listed.
 */
addresses?: {
[k: string]: Address1 | undefined
}
}
/**
 * CPUs that are scheduled separately from all others.
 */
export interface Cpupool {
/**
 * Names of CPUs, as their nodes in /cpus are named. A CPU is in one pool; those in none form a pool of their own.
 * 
 * @minItems 1
 * @maxItems 256
 */
cpus: string[]
/**
 * The pool's scheduler. `null`, in quotes, dedicates each CPU to one virtual CPU. Default: that of the `sched` boot argument, else Xen's own.
 */
scheduler?: ("credit" | "credit2" | "rtds" | "arinc653" | "null")
}
/**
 * Turns on colouring of the last-level cache. Needs Xen's LLC_COLORING. Default: off.
 */
export interface CacheColoring {
"llc-size"?: Size1
/**
 * Ways of the last-level cache; becomes `llc-nr-ways`. Default: Xen asks the hardware.
 */
"llc-nr-ways"?: number
xen?: Colors
dom0?: Colors1
"buddy-alloc-size"?: Size2
}
/**
 * How U-Boot gets everything into memory and starts Xen.
 */
export interface Boot {
load: LoadMethod1
/**
 * `merged`: one complete tree, which U-Boot only loads. `commands`: U-Boot takes the board's own tree and adds what Xen needs with its `fdt` command.
 */
"device-tree"?: ("merged" | "commands")
/**
 * With `device-tree: commands`: the U-Boot variable that holds the address of the tree to use, such as `fdtcontroladdr`; platform.device-tree then describes that tree, before platform.overlays. Default: the file of platform.device-tree is loaded.
 */
"tree-from"?: string
/**
 * U-Boot's command that starts Xen: `booti` an arm64 Image; `bootm` a uImage made from it, which xen.image then names; `bootefi` the EFI application in the same Image; `none` leaves the addresses in U-Boot's variables `host_kernel_addr` and `host_fdt_addr`, which are set before `extra-commands` run.
 */
command?: ("booti" | "bootm" | "bootefi" | "none")
"extra-commands"?: CommandLines
bitstream?: Bitstream
"load-window"?: AddressRange1
}
/**
 * What the FPGA is configured with before Xen starts. Default: the FPGA is left alone.
 */
export interface Bitstream {
image: File1
/**
 * U-Boot's device number of the FPGA.
 */
device?: number
}
/**
 * A range of host-physical addresses.
 */
export interface AddressRange1 {
start: Address
size: Size
}
/**
 * The domain that Xen builds from the host's own device tree and that creates others.
 */
export interface Dom0 {
accept?: Accept
/**
 * `dom0`: Xen builds it first and gives it every device that no other domain has.
 */
boot: "dom0"
kernel: Kernel
ramdisk?: File2
load?: LoadMethod2
memory: Size3
/**
 * Virtual CPUs of dom0; becomes `dom0_max_vcpus`. `all`: one for each CPU of the boot CPU's pool.
 */
vcpus?: number | "all"
sve?: SveLength
os?: GuestOs
/**
 * Folder inside dom0 that holds the images of the domains that it creates.
 */
"files-at"?: string
}
/**
 * As `accept` at the top level, for findings about this domain alone, and in its `device-tree` where all domains with that file accept them. Default: none.
 */
export interface Accept {
/**
 * Why it is accepted.
 */
[k: string]: string | undefined
}
/**
 * What the domain runs.
 */
export interface Kernel {
image: FilePath5
size?: FileSize1
config?: FilePath6
bootargs?: BootArguments1
}
/**
 * A domain that Xen itself builds at boot.
 */
export interface Dom0LessDomain {
accept?: Accept1
/**
 * `dom0less`: Xen builds it at boot, with or without dom0.
 */
boot: "dom0less"
kernel: Kernel1
ramdisk?: File2
"device-tree"?: PartialTreeFiles
passthrough?: Passthroughs
load?: LoadMethod2
memory: Size4
vcpus?: GuestVcpus
os?: GuestOs
/**
 * `vpl011`: an emulated PL011 UART; `none`: no console.
 */
console?: ("vpl011" | "none")
/**
 * Xen's paravirtual interfaces: `enabled` with xenstore, `legacy` (Xen 4.21) with xenstore set up the older way, `no-xenstore` without it, `disabled`: none.
 */
enhanced?: ("enabled" | "legacy" | "no-xenstore" | "disabled")
/**
 * Shared peripheral interrupts of the virtual interrupt controller. Default: as many as Xen or xl calculates.
 */
"nr-spis"?: number
/**
 * Highest grant table version that the domain may use. Default: that of the host.
 */
"max-grant-version"?: number
/**
 * Largest size of the domain's grant table. Default: that of the host.
 */
"max-grant-frames"?: number
/**
 * Largest size of the table of foreign grants that the domain maps. Default: that of the host.
 */
"max-maptrack-frames"?: number
"p2m-mem"?: Size5
/**
 * Rights that Xen gives the domain. `control`: over other domains; `hardware`: the machine's devices, as dom0 has them, for one domain where there is no dom0 (the last one in the manifest's order); `xenstore`: to run xenstore for all domains, for one domain where there is no dom0. Default: none.
 * 
 * @minItems 1
 */
capabilities?: [("control" | "hardware" | "xenstore"), ...(("control" | "hardware" | "xenstore"))[]]
sve?: SveLength
"trap-unmapped-accesses"?: TrapUnmappedAccesses
sci?: Sci
"hard-affinity"?: HardAffinity
/**
 * Disks that dom0, or another domain, serves with Linux's own drivers for Xen (blkfront and a backend), keyed by name. Default: none.
 */
disks?: {
[k: string]: PvDisk | undefined
}
/**
 * Network interfaces that dom0, or another domain, serves with Linux's own drivers for Xen (netfront and netback), keyed by name. Default: none.
 */
networks?: {
[k: string]: PvNetwork | undefined
}
"extra-xl"?: ExtraXl
"extra-properties"?: ExtraProperties1
"static-mem"?: StaticMemory
/**
 * The domain sees its RAM, the interrupt controller and its console at the addresses that they have on the host, so that devices can reach its RAM without an IOMMU. Needs `static-mem`, except for the hardware domain, whose RAM Xen places.
 */
"direct-map"?: boolean
cpupool?: CpupoolName
"llc-colors"?: Colors2
lifecycle?: Lifecycle
}
/**
 * As `accept` at the top level, for findings about this domain alone, and in its `device-tree` where all domains with that file accept them. Default: none.
 */
export interface Accept1 {
/**
 * Why it is accepted.
 */
[k: string]: string | undefined
}
/**
 * What the domain runs.
 */
export interface Kernel1 {
image: FilePath5
size?: FileSize1
config?: FilePath6
bootargs?: BootArguments1
}
/**
 * Devices of the host that only this domain has, keyed by names of your choice. Default: none.
 */
export interface Passthroughs {
[k: string]: Passthrough | undefined
}
/**
 * A device of the host that is given to the domain: its registers, its interrupts, and a node of its own in the domain's device tree with all that it needs.
 */
export interface Passthrough {
/**
 * The device's node in the host's device tree: its full path with unit addresses, an alias, or a label where the tree keeps them (`dtc -@`).
 */
path: string
/**
 * Where the domain sees the device. `auto`: at its host address, or from 0x1000_0000 on if the domain has something else there, or would have when xl creates it again. A page-aligned guest-physical address: where the page with its lowest register goes; the rest keeps its distance from that page. A map: an address for each of its registers, by `reg-names` or by index.
 */
"guest-address"?: number | string | { [register: string]: number | string }
/**
 * Why the domain may have a device that does DMA with no IOMMU in front of it: such a device reaches all memory of the machine. The domain needs `direct-map`. Default: only devices behind an IOMMU, or that do no DMA.
 */
"force-assign-without-iommu"?: string
/**
 * Rates of the device's clocks, by `clock-names` or by index, where the device tree does not say them: the domain gets clocks of that fixed rate. Default: what the device tree says.
 */
clocks?: { [clock: string]: number | string }
quiesce?: Quiesce
/**
 * Further nodes of the host's device tree that the domain gets with the device, by full path, alias or label: a regulator, a PHY. Default: none.
 * 
 * @minItems 1
 * @maxItems 64
 */
include?: [string, ...(string)[]]
/**
 * For a PCI bridge behind an IOMMU: the functions that may do DMA, as bus, device and function in hexadecimal; Xen is given the stream ID of each. Default: all in the bridge's `iommu-map`, up to 128 streams.
 * 
 * @minItems 1
 * @maxItems 128
 */
functions?: [string, ...(string)[]]
/**
 * What the domain does not get: properties of the device's node by name, nodes by full path. Default: none.
 * 
 * @minItems 1
 * @maxItems 64
 */
drop?: [string, ...(string)[]]
"extra-properties"?: ExtraProperties
}
/**
 * How the device is quiesced between two runs of its domain: DMA does not stop when the domain ends, and would write into the next kernel. Needed where the domain comes back. Default: it is not.
 */
export interface Quiesce {
/**
 * Values of 32-bit registers, by their offsets in the first register range of the device: dom0 writes them in ascending order of offset, after the domain has been removed and before it is created, possibly twice. The domain is created only if that succeeds. /usr/lib/domforge/quiesce-write does it: build it for dom0 (examples/quiesce-write). The device needs power and clocks at that time. For another order, or to wait for the device, use a hook. Default: none.
 */
write?: { [offset: string]: number | string }
/**
 * Absolute path of a program in dom0. The supervisor calls it with the names of the domain and of the device, for 30 seconds at most, after the domain has been removed and before it is created, possibly twice. The domain is created only if it exits with status 0. Default: none.
 */
hook?: string
/**
 * Why the device no longer does DMA when its domain is created again. Default: `write` or the hook stops it.
 */
reason?: string
}
/**
 * Further properties of the device's node in the domain's device tree, in place of any of the same name: `true` is a property without value, an integer a 32-bit cell, `{ bytes: … }` bytes. Default: none.
 */
export interface ExtraProperties {
/**
 * Value of the property.
 * 
 * @minItems 1
 */
[k: string]: boolean | string | number | [(string | number), ...((string | number))[]] | {
/**
 * Bytes that are neither text nor whole cells, such as a MAC address: two hexadecimal digits each, with a colon, a space or nothing between them.
 */
bytes: string
} | undefined
}
/**
 * A disk of a guest.
 */
export interface PvDisk {
/**
 * Image or block device in the backend's domain: an absolute path.
 */
target: string
/**
 * What the image is.
 */
format?: ("raw" | "qcow2")
/**
 * Its name in the guest. Default: `xvda`, `xvdb` and so on, as listed.
 */
vdev?: string
/**
 * The guest cannot write.
 */
"read-only"?: boolean
/**
 * The domain that serves it. Default: dom0.
 */
backend?: string
}
/**
 * A network interface of a guest.
 */
export interface PvNetwork {
/**
 * Bridge in the backend's domain. Default: that of xl, `xenbr0`.
 */
bridge?: string
/**
 * The guest's MAC address. Default: xl chooses one, a new one each time.
 */
mac?: string
/**
 * The domain that serves it. Default: dom0.
 */
backend?: string
}
/**
 * Further keys of the domain's xl configuration, unchanged. Default: none.
 */
export interface ExtraXl {
/**
 * Value of the key.
 */
[k: string]: (string | number | (string | number)[]) | undefined
}
/**
 * Further properties of the domain's node under /chosen, unchanged: `true` is a property without value, an integer a 32-bit cell, `{ bytes: … }` bytes. Default: none.
 */
export interface ExtraProperties1 {
/**
 * Value of the property.
 * 
 * @minItems 1
 */
[k: string]: boolean | string | number | [(string | number), ...((string | number))[]] | {
/**
 * Bytes that are neither text nor whole cells, such as a MAC address: two hexadecimal digits each, with a colon, a space or nothing between them.
 */
bytes: string
} | undefined
}
/**
 * What happens when the domain ends. Xen itself restarts no domain: a supervisor in dom0, which domforge generates, does. Default: the domain is not supervised.
 */
export interface Lifecycle {
/**
 * `auto`: the supervisor creates the domain when dom0 has booted; `manual`: on demand, by `supervisor start NAME`. For domains that xl creates.
 */
start?: ("auto" | "manual")
/**
 * Domains that must be running before this one is created. For domains that xl creates. Default: none.
 * 
 * @minItems 1
 * @maxItems 256
 */
after?: string[]
"on-poweroff"?: LifecycleAction
"on-reboot"?: LifecycleAction1
"on-crash"?: LifecycleAction2
"on-hang"?: LifecycleAction3
watchdog?: Duration
"boot-limit"?: Duration1
/**
 * How a reboot on purpose is told apart from a panic, which looks the same to Xen. `module`: the guest reports a panic as a crash (examples/guest-panic); `mark`: it writes `reboot` to `data/domforge` in xenstore before it reboots, which the same script does; `none`: both are treated alike.
 */
"reboot-told-by"?: ("module" | "mark" | "none")
attempts?: RestartAttempts
backoff?: RestartBackoff
/**
 * Why this domain may reset the machine, and with it all others, by ending. Default: a warning where it can.
 */
"may-reset-platform"?: string
}
/**
 * How often the domain is brought back after crashes or hangs before the supervisor gives up. Reboots on purpose are counted separately, with the same limits; any beyond those count as crashes.
 */
export interface RestartAttempts {
/**
 * Number of attempts within the window.
 */
max?: number
window?: Duration2
/**
 * What is done when the attempts are used up.
 */
then?: ("stop" | "reset-platform")
}
/**
 * How long to wait before an attempt: the first time, then twice as long each time, up to a limit.
 */
export interface RestartBackoff {
first?: Duration3
max?: Duration4
}
/**
 * A domain that dom0 creates with xl.
 */
export interface XlDomain {
accept?: Accept2
/**
 * `xl`: dom0 creates it from an xl configuration.
 */
boot: "xl"
kernel: Kernel2
ramdisk?: File2
"device-tree"?: PartialTreeFiles1
passthrough?: Passthroughs
memory: Size4
vcpus?: GuestVcpus
os?: GuestOs
/**
 * `pv`: Xen's console ring; `vpl011`: an emulated PL011 UART as well.
 */
console?: ("pv" | "vpl011")
/**
 * Shared peripheral interrupts of the virtual interrupt controller. Default: as many as Xen or xl calculates.
 */
"nr-spis"?: number
/**
 * Highest grant table version that the domain may use. Default: that of the host.
 */
"max-grant-version"?: number
/**
 * Largest size of the domain's grant table. Default: that of the host.
 */
"max-grant-frames"?: number
/**
 * Largest size of the table of foreign grants that the domain maps. Default: that of the host.
 */
"max-maptrack-frames"?: number
"p2m-mem"?: Size5
sve?: SveLength
"trap-unmapped-accesses"?: TrapUnmappedAccesses
sci?: Sci
"hard-affinity"?: HardAffinity1
/**
 * Disks that dom0, or another domain, serves with Linux's own drivers for Xen (blkfront and a backend), keyed by name. Default: none.
 */
disks?: {
[k: string]: PvDisk | undefined
}
/**
 * Network interfaces that dom0, or another domain, serves with Linux's own drivers for Xen (netfront and netback), keyed by name. Default: none.
 */
networks?: {
[k: string]: PvNetwork | undefined
}
"extra-xl"?: ExtraXl1
cpupool?: CpupoolName
"llc-colors"?: Colors2
lifecycle?: Lifecycle1
}
/**
 * As `accept` at the top level, for findings about this domain alone, and in its `device-tree` where all domains with that file accept them. Default: none.
 */
export interface Accept2 {
/**
 * Why it is accepted.
 */
[k: string]: string | undefined
}
/**
 * What the domain runs.
 */
export interface Kernel2 {
image: FilePath5
size?: FileSize1
config?: FilePath6
bootargs?: BootArguments1
}
/**
 * Further keys of the domain's xl configuration, unchanged. Default: none.
 */
export interface ExtraXl1 {
/**
 * Value of the key.
 */
[k: string]: (string | number | (string | number)[]) | undefined
}
/**
 * What happens when the domain ends. Xen itself restarts no domain: a supervisor in dom0, which domforge generates, does. Default: the domain is not supervised.
 */
export interface Lifecycle1 {
/**
 * `auto`: the supervisor creates the domain when dom0 has booted; `manual`: on demand, by `supervisor start NAME`. For domains that xl creates.
 */
start?: ("auto" | "manual")
/**
 * Domains that must be running before this one is created. For domains that xl creates. Default: none.
 * 
 * @minItems 1
 * @maxItems 256
 */
after?: string[]
"on-poweroff"?: LifecycleAction
"on-reboot"?: LifecycleAction1
"on-crash"?: LifecycleAction2
"on-hang"?: LifecycleAction3
watchdog?: Duration
"boot-limit"?: Duration1
/**
 * How a reboot on purpose is told apart from a panic, which looks the same to Xen. `module`: the guest reports a panic as a crash (examples/guest-panic); `mark`: it writes `reboot` to `data/domforge` in xenstore before it reboots, which the same script does; `none`: both are treated alike.
 */
"reboot-told-by"?: ("module" | "mark" | "none")
attempts?: RestartAttempts
backoff?: RestartBackoff
/**
 * Why this domain may reset the machine, and with it all others, by ending. Default: a warning where it can.
 */
"may-reset-platform"?: string
}
export interface Domain2 {
/**
 * Who creates the domain.
 */
boot: string
}
/**
 * Host memory that several domains share from the start. Xen maps it into each of them for reading and writing, and does not clear it.
 */
export interface SharedMemory {
size: Size6
/**
 * Where the region is on the host: `auto`, or a host-physical address.
 */
"host-address"?: number | string
/**
 * The domains that have access to the region, keyed by name: dom0 and domains with `boot: dom0less`.
 */
access: {
[k: string]: SharedMemoryAccess | undefined
}
/**
 * The domain that writes to the region first. Xen is not told: until then, others find whatever was there, even from before a restart. Default: not specified.
 */
"initialised-by"?: string
}
/**
 * How one domain takes part in a region.
 */
export interface SharedMemoryAccess {
/**
 * `read-write` is what Xen gives to every domain of a region; `read-only` is refused, because Xen cannot do it.
 */
mode?: ("read-write" | "read-only")
/**
 * `owner`: the region is that domain's memory, and is freed with it; `borrower`: it may use the owner's. Set it for every domain of a region or for none. Default: none owns the region.
 */
role?: ("owner" | "borrower")
/**
 * Where the domain sees the region: `auto`, or a guest-physical address.
 */
"guest-address"?: number | string
}
/**
 * A static event channel: either end notifies the other.
 */
export interface EventChannel {
/**
 * The two domains, keyed by name: dom0 and domains with `boot: dom0less`.
 */
ends: {
[k: string]: EventChannelEnd | undefined
}
}
/**
 * One end of an event channel.
 */
export interface EventChannelEnd {
/**
 * The domain's own port number of the channel: `auto`, or 1 to 1023.
 */
port?: number | "auto"
}
/**
 * Two domains, each with a ring for messages from the other alone, on one port. `argo.json`, `argo.h` and `argo.env` give each domain the port and the other's domain id at boot.
 */
export interface ArgoLink {
/**
 * The two domains, keyed by name.
 */
ends: {
[k: string]: ArgoEnd | undefined
}
/**
 * Argo port of both rings, which is not an event channel port. `auto`: the lowest that neither domain uses for another link.
 */
port?: number | "auto"
}
/**
 * A domain that sends and receives.
 */
export interface ArgoEnd {

}
/**
 * A virtio device whose queues and buffers lie in shared memory, at offsets that domforge chooses; nothing is negotiated at run time, and no program in dom0 takes part.
 */
export interface StaticShmVirtio {
type: VirtioType
/**
 * `static-shm`: everything is in shared memory.
 */
transport: "static-shm"
/**
 * What is in the memory. `static-vrings`: a header with the state of both ends, the configuration, queues as in the specification, buffers; all addresses are offsets from the start of the region. `resource-table`: a table as used by OpenAMP and remoteproc, with queues in the legacy layout, each part on pages of 64 KiB of its own; all addresses are guest-physical, below 4 GiB and the same in both domains; neither end restarts alone. `zephyr-static-vrings`: the memory of Zephyr's own backend `zephyr,ipc-openamp-static-vrings` (3.5 to 4.4), for `rpmsg` alone: queues of one size, twice as many buffers, at the same address in both domains, with a channel.
 */
layout: ("static-vrings" | "resource-table" | "zephyr-static-vrings")
/**
 * The domain whose driver uses the device.
 */
frontend: string
/**
 * The domain that acts as the device. It writes the header before the driver may start.
 */
backend: string
/**
 * The region of shared memory that holds the device. Several devices may share one.
 */
memory: string
/**
 * Where in the region the device starts: `auto`, or bytes from the start of the region, a multiple of 64; in the layout `resource-table` of 64 KiB.
 */
offset?: number | string
/**
 * The queues, keyed by name: those of the type, with a number if there may be several (`rx1`, `tx1`, `rx2`, `tx2`); with one pair the number may be left out. Default: every queue that the type and the features need, once.
 */
queues?: {
[k: string]: VirtioQueue | undefined
}
buffers?: VirtioBuffers
/**
 * Feature bits that both ends have, by their names in the specification, in lower case and with `-`: `mac`, `mrg-rxbuf`, `event-idx`, `ring-packed`. Nothing is negotiated: these are on. Default: only those that the layout needs.
 * 
 * @maxItems 64
 */
features?: string[]
/**
 * Fields of the device's configuration, by their names in the specification with `-`. Default: fields that count queues follow from `queues`, all other bytes are zero.
 */
config?: { [k: string]: number | string }
/**
 * The event channel for notifications of all queues that do not name their own. Default: none, so both ends poll.
 */
notify?: string
}
/**
 * One queue.
 */
export interface VirtioQueue {
/**
 * How many descriptors the queue has: a power of two up to 32768; with `ring-packed` any number. At least 2 where requests have answers.
 */
size?: number
/**
 * The event channel of this queue. Default: the device's.
 */
notify?: string
}
/**
 * Buffers of one size in the same region, distributed among the queues in proportion to their sizes. Default: none; in the layout `zephyr-static-vrings` one of 512 bytes for each descriptor.
 */
export interface VirtioBuffers {
/**
 * How many.
 */
count: number
size: Size7
}
/**
 * A virtio device with the guest's stock driver: it sees registers, which a program in the backend's domain emulates through Xen (IOREQ_SERVER).
 */
export interface MmioVirtio {
type: VirtioType1
/**
 * `mmio`: registers of 512 bytes and one interrupt.
 */
transport: "mmio"
/**
 * The domain whose driver uses the device.
 */
frontend: string
/**
 * The domain that runs the device's program: dom0, or a domain with the capability `control`, which Xen requires.
 */
backend: string
/**
 * Whether the driver grants each page to the backend, which then maps no other memory of the guest. It needs a guest kernel with XEN_VIRTIO, XEN_GRANT_DMA_OPS and XEN_GRANT_DMA_IOMMU, and a program that offers `access-platform`. Default: `true` where the backend is not dom0.
 */
grants?: boolean
/**
 * Where the driver's domain sees the registers: `auto`, or a guest-physical address, a multiple of 512 bytes. Not for a domain that xl creates: from 4.18 on libxl chooses by itself.
 */
"guest-address"?: number | string
/**
 * The device's interrupt in the driver's domain: `auto`, or an INTID from 33 to 43. Not for a domain that xl creates: from 4.18 on libxl chooses by itself.
 */
interrupt?: number | 'auto'
"backend-program"?: BackendProgram
}
/**
 * The program that acts as the device, and its settings. domforge writes its command line and the unit that starts it. Default: none is started; the metadata says what a program needs to know.
 */
export interface BackendProgram {
qemu?: QemuProgram
"vhost-device"?: VhostDeviceProgram
/**
 * A program with its arguments, the first its absolute path; no shell reads them. `{domain-id}`, `{base}`, `{interrupt}`, `{vcpus}` and `{name}` stand for the numbers of the running guest and its device. Default: another program.
 * 
 * @minItems 1
 * @maxItems 64
 */
command?: [string, ...(string)[]]
}
/**
 * QEMU's machine `xenpvh`. Default: another program.
 */
export interface QemuProgram {
/**
 * For `block`: image or block device, an absolute path in the backend's domain. Default: none, where the type needs none.
 */
drive?: string
/**
 * For `block`: what the image is.
 */
format?: ("raw" | "qcow2")
/**
 * For `block`: the guest cannot write.
 */
"read-only"?: boolean
/**
 * For `net`: the tap device in the backend's domain, which something else adds to a bridge. Default: none, where the type needs none.
 */
tap?: string
/**
 * For `net`: the guest's MAC address. Default: none, where the type needs none.
 */
mac?: string
/**
 * For `entropy`: where random bytes come from, an absolute path. Default: `/dev/urandom`.
 */
source?: string
/**
 * For `console`: the socket that QEMU creates, an absolute path. Default: none, where the type needs none.
 */
socket?: string
/**
 * For `9p`: the folder that the guest sees, an absolute path. Default: none, where the type needs none.
 */
path?: string
/**
 * For `9p`: the name that the guest mounts it by. Default: none, where the type needs none.
 */
tag?: string
/**
 * For `vsock`: the guest's context id. Default: none, where the type needs none.
 */
"guest-cid"?: number
}
/**
 * A daemon of rust-vmm's vhost-device, for `i2c` and `gpio`. Default: another program.
 */
export interface VhostDeviceProgram {
/**
 * For `i2c` adapters and the addresses of their clients (`2:32:21,90c0000.i2c:80`), in decimal; for `gpio` the number of a chip. Default: none, and every type needs one.
 */
"device-list"?: string
}
export interface VirtioDevice2 {
/**
 * How driver and device reach each other. `static-shm`: through shared memory alone. `mmio`: through registers that a program in the backend's domain emulates.
 */
transport: string
}
/**
 * How often the supervisor may reset the machine. Needed where a domain's lifecycle says `reset-platform`. Default: no resets.
 */
export interface PlatformResets {
/**
 * Number of resets without a good run in between.
 */
max: number
"good-after"?: Duration5
/**
 * What is done when the resets are used up. `stay`: the machine keeps running, and the domain that asked stays down.
 */
then?: "stay"
}
/**
 * Findings that are known and accepted, by code, each with the reason. They are shown with that reason and do not fail the build; `domforge explain CODE` says whether a code can be accepted. Default: none.
 */
export interface Accept3 {
/**
 * Why it is accepted.
 */
[k: string]: string | undefined
}
/**
 * What must stay true of the system: if it is not, the build fails. Default: nothing.
 */
export interface Assert {
/**
 * Domains none of which reaches another in either direction, keyed by a name for the assertion. Shared memory, event channels, dom0's rights, xenstore and DMA without an IOMMU count; what two domains set up through Xen at run time does not, nor what they reach through a third. Default: none.
 */
isolated?: {
/**
 * @minItems 2
 * @maxItems 256
 */
[k: string]: [string, string, ...(string)[]] | undefined
}
/**
 * The domains that a domain may reach, keyed by its name; an empty list: none. Default: no limit.
 */
"only-reaches"?: {
/**
 * @maxItems 256
 */
[k: string]: string[] | undefined
}
}
