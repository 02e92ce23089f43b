/** XL: values that xl or libxl refuses. */

import type { XlEntry } from '../../assemble/assembly.ts'
import { formatSize } from '../../units/format.ts'
import { MiB, times } from '../../units/quantities.ts'
import { MAX_GRANT_LIMIT, MAX_GUEST_RAM, MAX_VCPUS, MAX_VCPUS_GICV2 } from '../../xen/domain-limits.ts'
import { isAtLeast } from '../../xen/releases.ts'
import { XL_CHOICES } from '../../xen/xl-choices.ts'
import type { Rule } from '../rule.ts'
import { readCpuList } from './cpu-list.ts'
import { entryOf, integerOf, listOf, textOf, type XlContext } from './xl-context.ts'

/** A rule that keys have one of their known values. xl ignores case in those that are enumerations of libxl. */
function choice(code: Rule<XlContext>['code'], keys: readonly string[]): Rule<XlContext> {
  return {
    code,
    check({ domains, release }, verdict) {
      for (const domain of domains)
        for (const key of keys) {
          const entry = entryOf(domain, key)
          const value = textOf(entry)
          const known = XL_CHOICES[key]
          if (!entry || value === undefined || !known) continue
          const since = known.values[known.ignoreCase ? value.toLowerCase() : value]
          if (since && isAtLeast(release, since)) continue
          verdict.violated({
            at: entry.origin,
            message: `'${key}' of '${domain.config.domain}' is '${value}', ${since ? `which is new in Xen ${since}` : 'which xl does not know'}`,
            help: `use one of ${Object.keys(known.values).join(', ')}`,
          })
        }
    },
  }
}

const CPU_KEYS = ['cpus', 'cpus_soft']

/** The lists of CPUs in an entry: one for each virtual CPU, or one for all. */
const cpuListsOf = (entry: XlEntry | undefined): readonly string[] => listOf(entry) ?? [textOf(entry) ?? '']

export const valueRules: readonly Rule<XlContext>[] = [
  choice('XL-003', ['type']),
  choice('XL-005', ['on_poweroff', 'on_reboot', 'on_watchdog', 'on_crash', 'on_soft_reset']),
  {
    code: 'XL-006',
    check({ domains }, verdict) {
      for (const domain of domains) {
        const entry = entryOf(domain, 'maxvcpus')
        const most = integerOf(entry)
        const start = integerOf(entryOf(domain, 'vcpus')) ?? 1n
        if (entry && most !== undefined && most < start)
          verdict.violated({
            at: entry.origin,
            message: `'maxvcpus' of '${domain.config.domain}' is ${most}, and the domain starts with ${start} vCPUs`,
            help: 'remove maxvcpus, or make it at least vcpus',
          })
      }
    },
  },
  {
    code: 'XL-007',
    check({ domains, gic }, verdict) {
      for (const domain of domains) {
        const isV2 = (textOf(entryOf(domain, 'gic_version'))?.toLowerCase() ?? 'default') === 'v2' || gic === 'v2'
        const limit = isV2 ? MAX_VCPUS_GICV2 : MAX_VCPUS
        for (const key of ['vcpus', 'maxvcpus']) {
          const entry = entryOf(domain, key)
          const count = integerOf(entry)
          if (entry && count !== undefined && (count < 1n || count > limit))
            verdict.violated({
              at: entry.origin,
              message: `'${domain.config.domain}' has ${count} vCPUs, and ${isV2 ? 'with a GICv2 ' : ''}can have 1 to ${limit}`,
              help: 'choose a number in that range',
            })
        }
      }
    },
  },
  {
    code: 'XL-008',
    check({ domains }, verdict) {
      for (const domain of domains)
        for (const key of CPU_KEYS) {
          const entry = entryOf(domain, key)
          const wrong = cpuListsOf(entry).find((item) => readCpuList(item) === undefined)
          if (entry && wrong !== undefined)
            verdict.violated({
              at: entry.origin,
              message: `'${key}' of '${domain.config.domain}' has '${wrong}', which xl cannot read`,
              help: 'write numbers and ascending ranges such as 0,2-3, without spaces',
            })
        }
    },
  },
  {
    code: 'XL-062',
    needs: ['XL-008'],
    check({ domains, cpus: { count, because } }, verdict) {
      for (const domain of domains)
        for (const key of CPU_KEYS) {
          const entry = entryOf(domain, key)
          const named = cpuListsOf(entry).flatMap((item) => readCpuList(item) ?? [])
          const beyond = named.find(({ last }) => last >= count)
          if (entry && beyond)
            verdict.violated({
              at: entry.origin,
              message: `'${key}' of '${domain.config.domain}' names CPU ${beyond.last}, ${because ? `which ${because} leaves offline` : `and the host has ${count}, numbered from 0`}`,
              help: because ? 'raise that limit, or name other CPUs' : 'name CPUs that the host has',
            })
        }
    },
  },
  {
    code: 'XL-061',
    check({ domains }, verdict) {
      for (const domain of domains) {
        const entry = entryOf(domain, 'cpus')
        const bound = listOf(entry)?.length ?? 0
        const count = integerOf(entryOf(domain, 'maxvcpus')) ?? integerOf(entryOf(domain, 'vcpus')) ?? 1n
        if (entry && BigInt(bound) > count)
          verdict.violated({
            at: entry.origin,
            message: `'${domain.config.domain}' has an affinity for virtual CPU ${bound - 1}, and ${count} virtual CPU${count === 1n ? '' : 's'}, numbered from 0`,
            help: 'give the domain more virtual CPUs, or remove this one',
          })
      }
    },
  },
  {
    code: 'XL-010',
    check({ domains }, verdict) {
      for (const domain of domains) {
        const entry = entryOf(domain, 'memory')
        const memory = integerOf(entry)
        if (!entry || memory === undefined) continue
        if (memory < 1n)
          verdict.violated({
            at: entry.origin,
            message: `'${domain.config.domain}' has no memory`,
            help: 'choose a size in that range',
          })
        else if (times(memory, MiB) > MAX_GUEST_RAM)
          verdict.violated({
            at: entry.origin,
            message: `memory of '${domain.config.domain}' is ${formatSize(times(memory, MiB))}, and a guest can have ${formatSize(MAX_GUEST_RAM)}`,
            help: 'choose a size in that range',
          })
      }
    },
  },
  choice('XL-013', ['gic_version']),
  choice('XL-015', ['tee']),
  choice('XL-016', ['sve']),
  choice('XL-045', ['passthrough']),
  {
    code: 'XL-053',
    check({ domains, grantVersion }, verdict) {
      for (const domain of domains)
        for (const key of ['max_grant_frames', 'max_maptrack_frames', 'max_grant_version']) {
          const entry = entryOf(domain, key)
          const value = integerOf(entry)
          if (!entry || value === undefined) continue
          const least = key === 'max_maptrack_frames' ? 0n : 1n
          const most = key === 'max_grant_version' ? grantVersion : MAX_GRANT_LIMIT
          if (value < least || value > most)
            verdict.violated({
              at: entry.origin,
              message: `'${key}' of '${domain.config.domain}' is ${value}, and must be ${BigInt(most) === least ? least : `${least} to ${most}`}`,
              help: 'choose a number in that range, or remove it',
            })
        }
    },
  },
  {
    code: 'XL-057',
    check({ domains }, verdict) {
      for (const domain of domains)
        for (const key of ['root', 'extra']) {
          const entry = entryOf(domain, key)
          if (entry && entryOf(domain, 'cmdline'))
            verdict.violated({
              at: entry.origin,
              message: `'${key}' of '${domain.config.domain}' is given besides 'cmdline', which already holds the boot arguments`,
              help: "put everything into 'cmdline'",
              remedy: 'put everything into kernel.bootargs',
            })
        }
    },
  },
]
