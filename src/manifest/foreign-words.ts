/**
 * Words that people bring from elsewhere: from xl's configurations, Xen's device tree, ImageBuilder and QEMU. None of them is near enough to the
 * manifest's own word to be taken for a misspelling of it.
 */
import { XL_KEYS } from '../xen/xl-keys.ts'
import { ofDomain, ofSystem } from './imagebuilder-words.ts'

/** What to use instead: a key that stands in the same map, or a sentence. */
export type Instead = { readonly key: string } | { readonly help: string }

type Words = Readonly<Record<string, Instead>>

/** One entry under several words. */
const all = (words: string, instead: Instead): Words =>
  Object.fromEntries(words.split(' ').map((word) => [word, instead]))

const DEVICES =
  "a domain gets devices of the board by 'passthrough: { NAME: { path: /soc/ethernet@… } }', or with a partial device tree: 'device-tree: FILE'"
const BOOT_ARGUMENTS = 'boot arguments belong to the kernel: \'kernel: { image: Image, bootargs: "…" }\''
const DISKS =
  "'disks' and 'networks' of a domain are what dom0 serves to it: { NAME: { target: /srv/app.img } }, { NAME: { bridge: xenbr0 } }"

const IN_DOMAIN: Words = {
  ...all('mem maxmem ram memory_mb', { key: 'memory' }),
  ...all('cpu vcpu ncpus num_cpus nr_cpus max_vcpus maxvcpus smp cores', { key: 'vcpus' }),
  ...all('cpus', { help: "'vcpus' is how many virtual CPUs the domain has, 'hard-affinity' on which CPUs they run" }),
  ...all('affinity pinning cpu_affinity vcpu_affinity vcpu_hard_affinity cpus_soft', { key: 'hard-affinity' }),
  ...all('pool domain_cpupool', { key: 'cpupool' }),
  ...all('colors colours cache_colors', { key: 'llc-colors' }),
  ...all('cmd cmdline extra append args root boot_args', { help: BOOT_ARGUMENTS }),
  ...all('type kind builder', { key: 'boot' }),
  ...all('noboot', { help: "write 'boot: xl': dom0 creates the domain" }),
  ...all('dtb dts fdt dtb_file partial_dtb passthrough_dtb', { key: 'device-tree' }),
  ...all('initrd initramfs cpio rootfs', { key: 'ramdisk' }),
  ...all('serial uart vuart vpl011', { key: 'console' }),
  ...all('xenstore', { key: 'enhanced' }),
  ...all('static_memory', { key: 'static-mem' }),
  ...all('max_grant grant_frames', { key: 'max-grant-frames' }),
  ...all('grant_ver grant_version', { key: 'max-grant-version' }),
  ...all('maptrack_frames', { key: 'max-maptrack-frames' }),
  ...all('caps', { key: 'capabilities' }),
  ...all('trap_unmap', { key: 'trap-unmapped-accesses' }),
  ...all('p2m_mem_mb', { key: 'p2m-mem' }),
  ...all('shm shared_mem shmem', {
    help: "regions of shared memory are at the top of the manifest, under 'shared-memory'",
  }),
  ...all('evtchn event_channel channels static_evtchns', {
    help: "channels are at the top of the manifest, under 'event-channels'",
  }),
  ...all('name hostname', { help: "remove it: the key of the domain under 'domains' is its name" }),
}

/** Of a domain that Xen builds; for one of xl's they may be keys of its configuration. */
const DEVICES_OF_DOMAIN: Words = {
  ...all('devices passthrough_paths pci dtdev iomem irqs', { help: DEVICES }),
  ...all('disk vif network net', { help: DISKS }),
}

const ON_TOP: Words = {
  ...all('domu domus guests vms', { key: 'domains' }),
  ...all('dom0', { help: "dom0 is a domain like others: put it under 'domains', with 'boot: dom0'" }),
  ...all('board host machine soc hardware', { key: 'platform' }),
  ...all('hypervisor', { key: 'xen' }),
  ...all('cmdline bootargs xen_cmdline xen_bootargs', { help: "Xen's arguments are 'bootargs' of 'xen'" }),
  ...all('shm shared_mem shmem', { key: 'shared-memory' }),
  ...all('evtchn channels', { key: 'event-channels' }),
  ...all('devices passthrough', { help: DEVICES }),
  ...all('lifecycle restart watchdog', {
    help: "each domain has a 'lifecycle' of its own; 'platform-resets' is for the machine",
  }),
}

const IN_XEN: Words = {
  ...all('cmd cmdline args options', { key: 'bootargs' }),
  ...all('version', { key: 'release' }),
  ...all('binary file kernel path', { key: 'image' }),
  ...all('kconfig', { key: 'config' }),
  ...all('dom0_mem', { help: "set 'memory' of the domain with 'boot: dom0'" }),
  ...all('dom0_max_vcpus', { help: "set 'vcpus' of the domain with 'boot: dom0'" }),
  ...all('xsm policy', { key: 'xsm-policy' }),
}

const IN_KERNEL: Words = {
  ...all('cmd cmdline args extra append', { key: 'bootargs' }),
  ...all('file path', { key: 'image' }),
}

const PLACES: readonly (readonly [RegExp, Words])[] = [
  [/^$/, ON_TOP],
  [/^\/xen$/, IN_XEN],
  [/^\/domains\/[^/]+$/, IN_DOMAIN],
  [/^\/domains\/[^/]+\/kernel$/, IN_KERNEL],
]

const plain = (key: string): string => key.toLowerCase().replaceAll('-', '_')
/** Xen's properties, and ImageBuilder's variables, which say the domain with the key. */
export const withoutPrefix = (key: string): string => key.replace(/^xen,|^dom(u|0)_|\[[\d,]*\]$/gi, '')

/** What to use for `key` at `parent`, a domain with this `boot` where it is one; `undefined`: the word is not known there. */
export function insteadOf(parent: string, key: string, boot: unknown): Instead | undefined {
  const words = PLACES.find(([place]) => place.test(parent))?.[1]
  if (words === undefined) return undefined
  if (words === ON_TOP) return lookUp(words, key) ?? ofImageBuilder(key)
  const own = words === IN_DOMAIN ? ofDomain(plain(withoutPrefix(key))) : undefined
  const instead = lookUp(words, withoutPrefix(key)) ?? (own === undefined ? undefined : { help: own })
  if (words !== IN_DOMAIN || instead) return instead
  return (boot === 'xl' ? keyOfXl(key) : undefined) ?? lookUp(DEVICES_OF_DOMAIN, withoutPrefix(key))
}

const lookUp = (words: Words, key: string): Instead | undefined =>
  Object.hasOwn(words, plain(key)) ? words[plain(key)] : undefined

/** ImageBuilder's variables stand one beside the other; here each belongs to a domain. */
function ofImageBuilder(key: string): Instead | undefined {
  const system = ofSystem(plain(key.replace(/\[[\d,]*\]$/, '')))
  if (system !== undefined) return { help: system }
  const [, owner] = /^dom(u|0)_/i.exec(key) ?? []
  if (owner === undefined) return undefined
  const name = plain(withoutPrefix(key))
  const domain = ofDomain(name)
  if (domain !== undefined) return { help: domain }
  const instead = lookUp(IN_DOMAIN, name) ?? lookUp(DEVICES_OF_DOMAIN, name)
  const own = instead && 'key' in instead ? instead.key : name.replaceAll('_', '-')
  if (instead && 'help' in instead) return instead
  const which = owner === '0' ? "the domain with 'boot: dom0'" : "a domain with 'boot: dom0less'"
  return { help: `put it into ${which}, under 'domains', as '${own}'` }
}

const keyOfXl = (key: string): Instead | undefined =>
  Object.hasOwn(XL_KEYS, key) ? { help: `'${key}' is a key of xl: write 'extra-xl: { ${key}: … }'` } : undefined

/** What people call a guest that is not dom0. */
export const isWordForGuest = (word: string): boolean => /^(dom-?us?|guests?|vm|hvm|pvh?)$/i.test(word)
