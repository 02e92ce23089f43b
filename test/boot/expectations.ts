import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import type { GuestExpectation } from './compare.ts'
import { joinRanges, type RamRange } from './facts.ts'

/** The part of `plan.json` that a boot can prove. Addresses and sizes are strings, exact to 64 bits. */
export interface PlanJson {
  readonly load: readonly { readonly path: string }[]
  readonly domains: Readonly<Record<string, PlannedDomain>>
}

interface PlannedDomain {
  readonly boot: 'dom0' | 'dom0less' | 'xl'
  readonly id?: { readonly value: number }
  readonly memory: { readonly value: string }
  readonly vcpus: { readonly value: number }
  /** Empty for dom0: where its RAM lies is up to Xen. */
  readonly ram: readonly { readonly base: { readonly value: string }; readonly size: { readonly value: string } }[]
}

export function readPlan(file: string): PlanJson {
  return JSON.parse(readFileSync(file, 'utf8')) as PlanJson
}

/**
 * What the domains that Xen starts must report: numbers as planned, the command line as the manifest has it, byte for
 * byte. Lines of dom0 have no prefix, so that its id is not seen.
 */
export function expectedDomains(plan: PlanJson, manifest: string): GuestExpectation[] {
  const bootargs = bootArguments(manifest)
  return Object.entries(plan.domains)
    .filter(([, { boot }]) => boot !== 'xl')
    .map(([name, { boot, id, vcpus, memory, ram }]) => ({
      name,
      domainId: boot === 'dom0' ? undefined : id?.value,
      cpus: vcpus.value,
      ram: boot === 'dom0' ? { total: BigInt(memory.value) } : readRanges(ram),
      cmdline: bootargs(name),
    }))
}

function readRanges(ranges: PlannedDomain['ram']): RamRange[] {
  return joinRanges(ranges.map(({ base, size }) => ({ base: BigInt(base.value), size: BigInt(size.value) })))
}

function bootArguments(manifest: string): (domain: string) => string {
  const { domains } = parse(manifest) as { domains: Record<string, { kernel: { bootargs?: string } }> }
  return (name) => domains[name]?.kernel.bootargs ?? ''
}
