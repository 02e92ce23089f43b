import { readFileSync } from 'node:fs'
import type { GuestExpectation } from './compare.ts'
import { joinRanges, type RamRange } from './facts.ts'

/** A number of the plan: addresses and sizes are strings, exact to 64 bits. */
interface PlannedText {
  readonly value: string
}

/** The part of `plan.json` that a boot can prove. */
export interface PlanJson {
  readonly xen: string
  readonly host: {
    readonly cpus: readonly string[]
    readonly loadWindow: readonly { readonly base: string; readonly size: string }[]
    readonly cpupools: Readonly<
      Record<string, { readonly id: number; readonly cpus: readonly number[]; readonly scheduler?: string }>
    >
    /** Paths of the nodes of Xen's console and of the interrupt controller. */
    readonly console?: string
    readonly gic?: { readonly path: string }
    readonly coloring?: { readonly total?: number }
  }
  readonly load: readonly PlannedFile[]
  readonly domains: Readonly<Record<string, PlannedDomain>>
  readonly regions: Readonly<Record<string, PlannedRegion>>
  readonly channels: Readonly<
    Record<string, { readonly ends: Readonly<Record<string, { readonly port: { readonly value: number } }>> }>
  >
  readonly virtio: Readonly<Record<string, { readonly frontend: string; readonly backend: string }>>
}

interface PlacedText {
  readonly base: PlannedText
  readonly size: PlannedText
}

interface PlannedRegion {
  readonly id: PlannedText
  readonly host: PlacedText
  readonly access: Readonly<Record<string, { readonly guest: PlacedText; readonly role?: 'owner' | 'borrower' }>>
}

interface PlannedFile {
  readonly id: string
  readonly path: string
  readonly address: PlannedText
  readonly size: PlannedText
  /** What U-Boot loads behind it. */
  readonly behind?: { readonly path: string }
}

export interface PlannedDomain {
  readonly boot: 'dom0' | 'dom0less' | 'xl'
  readonly id?: { readonly value: number }
  readonly memory: PlannedText
  /** `all`: one for each CPU, for dom0 alone. */
  readonly vcpus: { readonly value: number | 'all' }
  /** Empty for dom0: where its RAM lies is up to Xen. */
  readonly ram: readonly { readonly base: PlannedText; readonly size: PlannedText }[]
  readonly bootargs: string
  /** Absent for dom0. */
  readonly console?: 'vpl011' | 'pv' | 'none'
  /** Absent for domains that Xen does not start. */
  readonly enhanced?: 'enabled' | 'legacy' | 'no-xenstore' | 'disabled'
  readonly staticMem?: readonly PlacedText[]
  readonly directMap?: true
  /** Id of an entry of `load`. */
  readonly partialTree?: string
  readonly cpupool?: string
  readonly colors?: PlannedText
  readonly affinity: readonly { readonly vcpu: number; readonly cpus: readonly number[] }[]
  /** Ids of entries of `load`. */
  readonly kernel?: string
  readonly ramdisk?: string
}

export function readPlan(file: string): PlanJson {
  return JSON.parse(readFileSync(file, 'utf8')) as PlanJson
}

/** What the domains that Xen starts must report. Lines of dom0 have no prefix, so that its id is not seen. */
export function expectedDomains(plan: PlanJson): GuestExpectation[] {
  return Object.entries(plan.domains)
    .filter(([, { boot }]) => boot !== 'xl')
    .map(([name, domain]) => ({
      ...whatLinuxFinds(plan, domain),
      ...withRegions(plan, name, domain),
      name,
      domainId: domain.boot === 'dom0' ? undefined : domain.id?.value,
      ...(domain.boot === 'dom0less' ? { devices: devicesOf(plan, name, domain) } : {}),
    }))
}

/** What a domain that dom0 created must report; dom0 passes it on under `xl:NAME`. Its tree is xl's own. */
export function expectedCreated(plan: PlanJson, name: string): GuestExpectation {
  const domain = plan.domains[name]
  if (!domain) throw new Error(`the plan has no ${name}`)
  return { ...whatLinuxFinds(plan, domain), name: `xl:${name}`, domainId: undefined }
}

const consoles = { vpl011: 'ttyAMA0', pv: 'hvc0', none: '' }

/** The pool of the boot CPU has all of them where no other is made. */
export const vcpusOf = ({ host }: PlanJson, { vcpus }: PlannedDomain): number =>
  vcpus.value === 'all' ? host.cpus.length : vcpus.value

const whatLinuxFinds = (plan: PlanJson, domain: PlannedDomain) => ({
  ...whatItsPlanSays(domain),
  cpus: vcpusOf(plan, domain),
})

const whatItsPlanSays = ({ boot, memory, ram, bootargs, console }: PlannedDomain) => ({
  ram: boot === 'dom0' ? { total: BigInt(memory.value) } : readRanges(ram),
  cmdline: bootargs,
  reserved: [],
  console: boot === 'dom0' ? 'hvc0' : consoles[console ?? 'none'],
})

/** The first release that lists shared memory among the guest's RAM as well (static-shmem.c: shm_mem_node_fill_reg_range). */
const REGIONS_ARE_RAM_SINCE = 4.19

/** Dom0's RAM lies where Xen found room: of it the size counts. */
function withRegions(plan: PlanJson, name: string, domain: PlannedDomain): Partial<GuestExpectation> {
  const regions = regionsIn(plan, name)
  if (regions.length === 0) return {}
  const reserved = regions.map(({ base, size }) => `xen-shmem@${base.value.slice(2)} ${cells(base)}${cells(size)}`)
  const isRam = Number(plan.xen) >= REGIONS_ARE_RAM_SINCE
  const ram =
    domain.boot === 'dom0'
      ? { total: regions.reduce((sum, { size }) => sum + BigInt(size.value), BigInt(domain.memory.value)) }
      : readRanges([...domain.ram, ...regions])
  return { reserved: reserved.toSorted(), ...(isRam ? { ram } : {}) }
}

const regionsIn = (plan: PlanJson, name: string): readonly PlacedText[] =>
  Object.values(plan.regions).flatMap(({ access }) => access[name]?.guest ?? [])

/** Two cells, in hexadecimal. */
const cells = ({ value }: PlannedText): string => value.slice(2).padStart(16, '0')

/** What follows the `@` of the last name of a path. */
const unitAddress = (path = ''): string => path.slice(path.lastIndexOf('@') + 1)

/** Nodes that Xen makes for every domain, and those of what the plan gives this one (dom0less-build.c: prepare_dtb_domU). */
function devicesOf(plan: PlanJson, name: string, domain: PlannedDomain): string[] {
  const { console, enhanced, ram, directMap, partialTree } = domain
  const { gic, console: uart } = plan.host
  const [gicAt, uartAt] = directMap ? [unitAddress(gic?.path), unitAddress(uart)] : ['3001000', '22000000']
  const memory = ram[0] ? [`memory@${BigInt(ram[0].base.value).toString(16)}`] : []
  const shared = regionsIn(plan, name).length > 0 ? ['reserved-memory'] : []
  const always = ['chosen', 'cpus', `interrupt-controller@${gicAt}`, 'psci', 'timer', ...memory, ...shared]
  const serial = console === 'vpl011' ? [`sbsa-uart@${uartAt}`] : []
  const own = partialTree === undefined ? [] : ['passthrough']
  return [...always, ...serial, ...own, ...(enhanced === 'disabled' ? [] : ['hypervisor'])].toSorted()
}

function readRanges(ranges: PlannedDomain['ram']): RamRange[] {
  return joinRanges(ranges.map(({ base, size }) => ({ base: BigInt(base.value), size: BigInt(size.value) })))
}
