/** Systems whose memory, regions, channels and ids domforge chooses, and the lock between two plans of them. */
import type { Lock } from '../../../src/facts/lock.ts'
import type { EventChannel, SharedMemory, StaticMemory } from '../../../src/model/partition.ts'
import type { Dom0lessDomain, SystemModel } from '../../../src/model/system-model.ts'
import { MiB, times } from '../../../src/units/quantities.ts'
import { dom0less, type ModelWords, systemOf } from '../model/builder.ts'

/** A system in few words. Domforge chooses what is left out. */
export interface Words {
  readonly domains: Readonly<Record<string, Partial<Dom0lessDomain>>>
  readonly regions?: Readonly<Record<string, Partial<SharedMemory> & { readonly by: readonly string[] }>>
  readonly channels?: Readonly<Record<string, readonly [string, string]>>
  readonly release?: SystemModel['xen']['release']
  readonly boot?: ModelWords['boot']
  /** Half-open, [base, size]. */
  readonly loadWindow?: ModelWords['loadWindow']
}

/** Static memory whose place domforge chooses. */
export const auto = { 'static-mem': 'auto' as StaticMemory }

/** The model of the system. */
export function partitionModel({ domains, regions = {}, channels = {}, ...words }: Words): SystemModel {
  const made = Object.keys(domains).map((name) => dom0less(name, { memory: times(128, MiB) }))
  const { release = '4.20', boot = {}, loadWindow } = words
  const base = systemOf(made, { release, boot, ...(loadWindow ? { loadWindow } : {}) })
  return {
    ...base,
    domains: base.domains.map((domain) => ({ ...domain, ...domains[domain.name] }) as Dom0lessDomain),
    'shared-memory': Object.entries(regions).map(([name, { by, ...rest }]) => ({
      pointer: `/shared-memory/${name}`,
      name,
      size: MiB,
      'host-address': 'auto',
      access: by.map((domain) => ({
        pointer: `/shared-memory/${name}/access/${domain}`,
        domain,
        'guest-address': 'auto',
      })),
      ...rest,
    })),
    'event-channels': Object.entries(channels).map(([name, ends]): EventChannel => {
      const [first, second] = ends.map((domain) => ({
        pointer: `/event-channels/${name}/ends/${domain}`,
        domain,
        port: 'auto' as const,
      }))
      if (!first || !second) throw new Error('a channel has two ends')
      return { pointer: `/event-channels/${name}`, name, ends: [first, second] }
    }),
  }
}

/** A lock file's `text`, as the next build reads it. */
export const lockOf = (text: string): Lock => ({
  entries: new Map(
    text
      .split('\n')
      .filter((line) => line.includes(': '))
      .map((line) => line.split(': ') as [string, string]),
  ),
})
