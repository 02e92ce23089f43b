/** Templates and their data. Compiled templates take any object; with these types a missing or misspelt field is an error. */
import { templates as compiled } from './templates.gen.js'

/** A configuration of xl. */
export interface XlConfigView {
  readonly domain: string
  readonly notes: readonly string[]
  /** Values are written and quoted for xl's parser. */
  readonly entries: readonly { readonly key: string; readonly value: string }[]
}

/** The Kconfig fragment for Xen. */
export interface XenOptionsView {
  readonly release: string
  readonly system: string
  readonly options: readonly { readonly because: string; readonly line: string }[]
}

/** The report. */
export interface ReportView {
  readonly title: string
  readonly rule: string
  readonly summary: readonly string[]
  /** The lines are formatted already. */
  readonly sections: readonly { readonly heading: string; readonly lines: readonly string[] }[]
}

/** `virtio.h`. */
export interface VirtioHeaderView {
  readonly domain: string
  readonly system: string
  /** Lines of a comment; none: no device has a layout with a protocol of its own. */
  readonly protocols: readonly { readonly layout: string; readonly lines: readonly string[] }[]
  readonly guard: string
  /** Lines of C. */
  readonly symbols: readonly string[]
  readonly devices: readonly {
    readonly name: string
    readonly summary: string
    readonly symbols: readonly string[]
    readonly asserts: readonly string[]
  }[]
}

/** `argo.h`. */
export interface ArgoHeaderView {
  readonly domain: string
  readonly system: string
  readonly guard: string
  /** Lines of C. */
  readonly symbols: readonly string[]
  readonly links: readonly { readonly name: string; readonly peer: string; readonly symbols: readonly string[] }[]
}

/** A device in the layout of Zephyr's own backend. */
export interface ZephyrInstanceView {
  readonly name: string
  readonly label: string
  /** Address of its memory without `0x`. */
  readonly unit: string
  /** Cells. */
  readonly reg: string
  readonly role: 'host' | 'remote'
  readonly descriptors: number
  readonly sendPort: number
  readonly receivePort: number
  readonly bufferSize: string
}

/** A virtio-mmio device that Zephyr drives. */
export interface ZephyrTransportView {
  readonly name: string
  readonly type: string
  readonly intid: number
  readonly label: string
  /** Address without `0x`. */
  readonly unit: string
  /** Cells. */
  readonly reg: string
  /** Cells. */
  readonly interrupt: string
  readonly hasDriver: boolean
  /** Properties of the node that Zephyr's driver of the type takes. */
  readonly driver: readonly string[]
}

/** `virtio.overlay`. */
export interface VirtioOverlayView {
  readonly domain: string
  readonly hasRegions: boolean
  readonly hasTransports: boolean
  readonly transports: readonly ZephyrTransportView[]
  readonly memAlignment: string
  readonly hasInstances: boolean
  readonly instances: readonly ZephyrInstanceView[]
  readonly regions: readonly {
    readonly name: string
    readonly id: string
    readonly label: string
    /** Address without `0x`. */
    readonly unit: string
    /** Cells. */
    readonly reg: string
    readonly hasInstances: boolean
    /** Devices of Zephyr's own backend in this region. */
    readonly instances: readonly ZephyrInstanceView[]
  }[]
}

/** `linux.config`. */
export interface LinuxConfigView {
  readonly domain: string
  readonly system: string
  readonly options: readonly { readonly because: string; readonly line: string }[]
}

/** A program that serves virtio devices, and its script. Words of the shell are quoted already. */
export interface VirtioProgramView {
  readonly system: string
  /** For people: `QEMU`, or the device's name. */
  readonly what: string
  readonly program: string
  readonly frontend: string
  /** For people. */
  readonly devices: string
  /** Absent: xl creates the guest. */
  readonly bootId?: number
  readonly ready: string
  /** Paths in xenstore below the guest's own. */
  readonly keys: readonly string[]
  readonly files: readonly string[]
  readonly command: string
  readonly isDaemon: boolean
  readonly makesFile: boolean
  /** Seconds until the file must be there. */
  readonly tries: number
  /** Absent: the program emulates the registers itself. */
  readonly vhost?: VhostView
}

/** What xen-vhost-frontend reads of a device in xenstore. */
export interface VhostView {
  readonly id: number
  /** Name of the device, and of its sockets. */
  readonly name: string
  /** Word of the shell: the daemon's socket, without a number. */
  readonly socket: string
  readonly compatible: string
  /** Id of the domain in which the daemon runs. */
  readonly backendId: number
  readonly base: string
  readonly interrupt: number
  readonly grants: 0 | 1
}

/** The script that starts xen-vhost-frontend, and its unit. */
export interface VhostFrontendView {
  readonly system: string
  /** For people. */
  readonly frontends: string
  /** Whether it maps all memory of guests, rather than what they grant. */
  readonly isForeign: boolean
}

/** The supervisor's table. */
export interface LifecycleTabView {
  readonly system: string
  readonly domainColumns: string
  readonly endColumns: string
  readonly decisionColumns: string
  readonly rows: readonly string[]
}

/** For each guest that programs serve: these programs, and the keys in the guest's part of xenstore that are there when they are ready. */
export interface HookView {
  readonly frontends: readonly { readonly name: string; readonly programs: string; readonly keys: string }[]
}

/** Data of a template that is the same for all systems. */
type Fixed = Readonly<Record<string, never>>

/** The script in a guest that waits for the programs behind its devices. */
export interface VirtioWaitView {
  readonly domain: string
  /** For people. */
  readonly devices: string
  /** Paths in xenstore, from the guest's own on. */
  readonly keys: readonly string[]
}

/** The script that arms and feeds a guest's watchdog. */
export interface GuestWatchdogView {
  readonly domain: string
  /** Seconds without a feed after which Xen ends the domain. */
  readonly seconds: number
  /** Between two feeds, as sleep takes it. */
  readonly pause: string
}

/** The script that gives a boot-time guest its disks and networks. */
export interface PvAttachView {
  readonly domain: string
  readonly bootId: number
  /** Commands of xl with their words, quoted for the shell. */
  readonly lines: readonly string[]
}

/** The script in dom0 that prepares the domains that Xen has started. */
export interface PrepareView {
  /** Folders that may hold init-dom0less; words of the shell, whose patterns are expanded. */
  readonly places: readonly string[]
  readonly domains: readonly { readonly id: number; readonly name: string; readonly has: 'xenstore' | 'alone' }[]
  /** Scripts that give disks and networks. */
  readonly attachments: readonly string[]
  /** Scripts that start programs, with blanks between. */
  readonly programs: string
}

/** Whether dom0's network has to be up before a script or unit in dom0 starts. */
interface OrderView {
  readonly network: boolean
}

/** The unit that ends guests while what serves them runs. */
export interface GuestsView extends OrderView {
  /** Names of the units that serve guests. */
  readonly after: readonly string[]
}

/** All templates; each returns its text. */
export interface Templates {
  lifecycleTab(view: LifecycleTabView): string
  supervisor(view: Fixed): string
  hook(view: HookView): string
  prepare(view: PrepareView): string
  prepareService(view: { readonly command: string }): string
  prepareInit(view: OrderView): string
  prepareOpenrc(view: OrderView): string
  shutdown(view: { readonly limit: number }): string
  guestsService(view: GuestsView): string
  guestsInit(view: OrderView): string
  guestsOpenrc(view: OrderView): string
  supervisorService(view: Fixed): string
  supervisorInit(view: Fixed): string
  supervisorOpenrc(view: Fixed): string
  xlCfg(view: XlConfigView): string
  xenOptionsConfig(view: XenOptionsView): string
  reportTxt(view: ReportView): string
  virtioH(view: VirtioHeaderView): string
  argoH(view: ArgoHeaderView): string
  linuxConfig(view: LinuxConfigView): string
  virtioOverlay(view: VirtioOverlayView): string
  virtioProgram(view: VirtioProgramView): string
  virtioProgramService(view: VirtioProgramView): string
  vhostFrontend(view: VhostFrontendView): string
  vhostFrontendService(view: VhostFrontendView): string
  virtioWait(view: VirtioWaitView): string
  pvAttach(view: PvAttachView): string
  pvAttachService(view: PvAttachView & OrderView): string
  virtioWaitService(view: VirtioWaitView): string
  guestWatchdog(view: GuestWatchdogView): string
  guestWatchdogService(view: Pick<GuestWatchdogView, 'domain'>): string
  ramdisk(view: object): string
  guestMark(view: Pick<GuestWatchdogView, 'domain'>): string
  guestMarkService(view: Pick<GuestWatchdogView, 'domain'>): string
}

/** The compiled templates. */
export const templates = compiled as unknown as Templates
