import { readFileSync } from 'node:fs'
import type { GuestExpectation } from './compare.ts'
import { joinRanges } from './facts.ts'

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
  readonly ram: readonly { readonly base: string; readonly size: string }[]
}

export function readPlan(file: string): PlanJson {
  return JSON.parse(readFileSync(file, 'utf8')) as PlanJson
}

/** What the domains that Xen starts by itself, without dom0, must report. */
export function expectedGuests(plan: PlanJson): GuestExpectation[] {
  return Object.entries(plan.domains)
    .filter(([, domain]) => domain.boot === 'dom0less')
    .map(([name, domain]) => ({
      name,
      domainId: domain.id?.value,
      cpus: domain.vcpus.value,
      ram: joinRanges(domain.ram.map(({ base, size }) => ({ base: BigInt(base), size: BigInt(size) }))),
      cmdline: domain.bootargs,
    }))
}
