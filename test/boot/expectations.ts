import { readFileSync } from 'node:fs'
import type { GuestExpectation } from './compare.ts'
import { joinRanges, type RamRange } from './facts.ts'

/** The part of `plan.json` that a boot can prove. Numbers are strings where they may exceed 2^53. */
export interface PlanJson {
  readonly load: readonly { readonly id: string; readonly file: string }[]
  readonly domains: Readonly<Record<string, PlannedDomain>>
}

interface PlannedDomain {
  readonly boot: 'dom0' | 'dom0less' | 'xl'
  readonly id?: { readonly value: number }
  readonly vcpus: { readonly value: number }
  readonly bootargs: string
  readonly memory: { readonly value: string }
  /** Absent for dom0. */
  readonly ram?: readonly PlannedRange[]
}

interface PlannedRange {
  readonly base: string
  readonly size: string
}

export function readPlan(file: string): PlanJson {
  return JSON.parse(readFileSync(file, 'utf8')) as PlanJson
}

/** What the domains that Xen starts must report: dom0, whose lines have no prefix, and its equals, in planned order. */
export function expectedDomains(plan: PlanJson): GuestExpectation[] {
  return Object.entries(plan.domains)
    .filter(([, { boot }]) => boot !== 'xl')
    .map(([name, domain]) => ({
      name,
      domainId: domain.boot === 'dom0' ? undefined : domain.id?.value,
      cpus: domain.vcpus.value,
      ram: domain.ram === undefined ? { total: BigInt(domain.memory.value) } : readRanges(domain.ram),
      cmdline: domain.bootargs,
    }))
}

function readRanges(ranges: readonly PlannedRange[]): RamRange[] {
  return joinRanges(ranges.map(({ base, size }) => ({ base: BigInt(base), size: BigInt(size) })))
}
