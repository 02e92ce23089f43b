/** How many of the host's CPUs Xen uses: the first so many (arch/arm/smpboot.c: dt_smp_init_cpus, smp_get_max_cpus; 4.17 to 4.22). */
import type { Kconfig } from '../../facts/facts.ts'
import { type CommandLine, lastValue, parseUnsigned } from './view/command-line.ts'

/** A number of CPUs, and its reason. */
export interface CpuLimit {
  /** How many CPUs Xen uses, numbered from 0: its `nr_cpu_ids`. */
  readonly count: number
  /** What leaves the host's other CPUs offline, such as `maxcpus=2`; absent: there are none. */
  readonly because?: string
}

/** The limit on a host with `all` CPUs. Without a `.config` Xen is assumed to be built for all of them: a stock build is for 128. */
export function cpuLimit(all: number, commandLine: Pick<CommandLine, 'words'>, kconfig: Kconfig | undefined): CpuLimit {
  const told = parseUnsigned(lastValue(commandLine, 'maxcpus') ?? '')
  const built = parseUnsigned(kconfig?.options.get('NR_CPUS') ?? '')
  const limits = [
    // maxcpus=0 is no limit.
    ...(told ? [{ count: Number(told), because: `maxcpus=${told}` }] : []),
    ...(built ? [{ count: Number(built), because: `NR_CPUS=${built} (${kconfig?.path})` }] : []),
  ]
  return limits.reduce<CpuLimit>((least, limit) => (limit.count < least.count ? limit : least), { count: all })
}
