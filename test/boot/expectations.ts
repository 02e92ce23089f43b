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
  }
  readonly load: readonly PlannedFile[]
  readonly domains: Readonly<Record<string, PlannedDomain>>
}

interface PlannedFile {
  readonly id: string
  readonly path: string
  readonly address: PlannedText
  readonly size: PlannedText
}

export interface PlannedDomain {
  readonly boot: 'dom0' | 'dom0less' | 'xl'
  readonly id?: { readonly value: number }
  readonly memory: PlannedText
  readonly vcpus: { readonly value: number }
  /** Empty for dom0: where its RAM lies is up to Xen. */
  readonly ram: readonly { readonly base: PlannedText; readonly size: PlannedText }[]
  readonly bootargs: string
  /** Absent for dom0. */
  readonly console?: 'vpl011' | 'pv' | 'none'
  /** Absent for domains that Xen does not start. */
  readonly enhanced?: 'enabled' | 'legacy' | 'no-xenstore' | 'disabled'
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
      ...whatLinuxFinds(domain),
      name,
      domainId: domain.boot === 'dom0' ? undefined : domain.id?.value,
      ...(domain.boot === 'dom0less' ? { devices: devicesOf(domain) } : {}),
    }))
}

/** What a domain that dom0 created must report; dom0 passes it on under `xl:NAME`. Its tree is xl's own. */
export function expectedCreated(plan: PlanJson, name: string): GuestExpectation {
  const domain = plan.domains[name]
  if (!domain) throw new Error(`the plan has no ${name}`)
  return { ...whatLinuxFinds(domain), name: `xl:${name}`, domainId: undefined }
}

const consoles = { vpl011: 'ttyAMA0', pv: 'hvc0', none: '' }

const whatLinuxFinds = ({ boot, vcpus, memory, ram, bootargs, console }: PlannedDomain) => ({
  cpus: vcpus.value,
  ram: boot === 'dom0' ? { total: BigInt(memory.value) } : readRanges(ram),
  cmdline: bootargs,
  reserved: [],
  console: boot === 'dom0' ? 'hvc0' : consoles[console ?? 'none'],
})

/** Nodes that Xen makes for every domain, and those of what the plan gives this one (dom0less-build.c: prepare_dtb_domU). */
function devicesOf({ console, enhanced, ram }: PlannedDomain): string[] {
  const memory = ram[0] ? [`memory@${BigInt(ram[0].base.value).toString(16)}`] : []
  const always = ['chosen', 'cpus', 'interrupt-controller@3001000', 'psci', 'timer', ...memory]
  const uart = console === 'vpl011' ? ['sbsa-uart@22000000'] : []
  return [...always, ...uart, ...(enhanced === 'disabled' ? [] : ['hypervisor'])].toSorted()
}

function readRanges(ranges: PlannedDomain['ram']): RamRange[] {
  return joinRanges(ranges.map(({ base, size }) => ({ base: BigInt(base.value), size: BigInt(size.value) })))
}
