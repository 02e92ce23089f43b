/** What xl must take from a configuration. */

/** A guest of xl's in words that neither assembly nor xl uses, so that both can be compared with it. */
export interface ExpectedGuest {
  readonly name: string
  /** Absolute, in dom0's file system. */
  readonly kernel: string
  readonly ramdisk?: string | undefined
  /** Empty: none. */
  readonly bootargs: string
  readonly memoryMiB: number
  readonly vcpus: number
  readonly hasVpl011: boolean
  readonly spis?: number | undefined
  /** In bits; 0: none. */
  readonly sve?: number | 'hw' | undefined
  readonly grantVersion?: number | undefined
  readonly grantFrames?: number | undefined
  readonly maptrackFrames?: number | undefined
  readonly p2mMiB?: number | undefined
  /** Host CPUs by virtual CPU, ascending; those that are not here may run anywhere. */
  readonly affinity?: readonly { readonly vcpu: number; readonly cpus: readonly number[] }[]
}

/**
 * All of xl's answer but the random UUID: what is not here must not be there. xl leaves out what has its default; on_poweroff,
 * on_crash and on_watchdog are then to destroy the domain. `hostCpus` is how many processors xl believes to see.
 */
export function expectedDomain(guest: ExpectedGuest, release: '4.17' | '4.20', hostCpus: number): object {
  const { name, kernel, ramdisk, bootargs, vcpus, affinity = [] } = guest
  const kib = guest.memoryMiB * 1024
  return withoutAbsent({
    c_info: { type: 'pvh', name, run_hotplug_scripts: 'True' },
    b_info: {
      max_vcpus: vcpus,
      avail_vcpus: upTo(vcpus),
      ...(affinity.length > 0 ? { vcpu_hard_affinity: bitmaps(affinity, hostCpus), numa_placement: 'False' } : {}),
      max_memkb: kib,
      target_memkb: kib,
      shadow_memkb: guest.p2mMiB === undefined ? undefined : guest.p2mMiB * 1024,
      max_grant_frames: guest.grantFrames,
      max_maptrack_frames: guest.maptrackFrames,
      max_grant_version: guest.grantVersion,
      sched_params: {},
      claim_mode: 'True',
      kernel,
      cmdline: bootargs === '' ? undefined : bootargs,
      ramdisk,
      'type.pvh': {},
      arch_arm: {
        vuart: guest.hasVpl011 ? 'sbsa_uart' : undefined,
        ...(release === '4.17' ? {} : { sve_vl: sveLength(guest.sve), nr_spis: guest.spis }),
      },
      arch_x86: {},
    },
    on_reboot: 'restart',
    on_soft_reset: 'soft_reset',
  })
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index)

/** One list of host CPUs for each virtual CPU up to the last one that is bound. */
const bitmaps = (affinity: NonNullable<ExpectedGuest['affinity']>, hostCpus: number): number[][] =>
  upTo(Math.max(...affinity.map(({ vcpu }) => vcpu)) + 1).map((vcpu) => [
    ...(affinity.find((bound) => bound.vcpu === vcpu)?.cpus ?? upTo(hostCpus)),
  ])

/** `disabled` is the default, which is not printed. */
const sveLength = (sve: ExpectedGuest['sve']): string | undefined =>
  sve === 0 || sve === undefined ? undefined : `${sve}`

/** As JSON has it: properties that are undefined are not there. */
const withoutAbsent = (value: object): object => JSON.parse(JSON.stringify(value)) as object
