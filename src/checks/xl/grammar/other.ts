/** Values with a grammar of their own (tools/xl/xl_parse.c). */
import { isAtLeast, type Release } from '../../../xen/releases.ts'

/** Whether libuuid's `uuid_parse` accepts `text`. */
export const isUuid = (text: string): boolean => /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)

/** What is wrong with a `vif` (parse_nic_config): a MAC address is six hexadecimal numbers with any character between two. `undefined`: nothing. */
export function wrongInVif(item: string): string | undefined {
  return item
    .split(',')
    .map((part) => part.replace(/^ +/, ''))
    .find((part) => isWrongMac(part) || (part.startsWith('type=') && !/^type=(?:vif|ioemu)$/.test(part)))
}

/** Keys of `vif` besides those of COLO, by the first release that has them (parse_nic_config). */
const VIF_KEYS: readonly (readonly [since: Release, keys: readonly string[]])[] = [
  [
    '4.17',
    [
      'type',
      'mac',
      'bridge',
      'netdev',
      'gatewaydev',
      'ip',
      'script',
      'backend',
      'vifname',
      'model',
      'rate',
      'forwarddev',
      'accel',
      'devid',
      'mtu',
    ],
  ],
  ['4.19', ['vlan']],
]
/** Keys of COLO, which keeps a second domain in step, without `colo_`. */
const COLO_KEYS: ReadonlySet<string> = new Set(
  'sock_mirror_id sock_mirror_ip sock_mirror_port sock_compare_sec_in_id sock_compare_sec_in_ip sock_compare_sec_in_port sock_compare_pri_in_id sock_compare_pri_in_ip sock_compare_pri_in_port sock_compare_notify_id sock_compare_notify_ip sock_compare_notify_port filter_mirror_queue filter_mirror_outdev compare_pri_in compare_sec_in compare_out compare_notify_dev checkpoint_host checkpoint_port'.split(
    ' ',
  ),
)

/** Parts of a `vif` that xl does not know, and ignores after a message. */
export function unknownInVif(item: string, release: Release): readonly string[] {
  const known = new Set(VIF_KEYS.flatMap(([since, keys]) => (isAtLeast(release, since) ? keys : [])))
  const isKnown = (part: string): boolean => {
    const key = /^([^=]*)=/s.exec(part)?.[1]
    if (key === undefined) return part === 'trusted' || part === 'untrusted'
    return known.has(key) || (key.startsWith('colo_') && COLO_KEYS.has(key.slice('colo_'.length)))
  }
  return item
    .split(',')
    .filter((part) => part !== '')
    .map((part) => part.replace(/^ +/, ''))
    .filter((part) => !isKnown(part))
}

/** `backend` of an item of `p9`; `undefined`: none is given, which means dom0. xl ignores blanks around key and value. */
export const backendOfP9 = (item: string): string | undefined =>
  item
    .split(',')
    .flatMap((part) => /^\s*backend\s*=(.*)$/s.exec(part)?.[1]?.trim() ?? [])
    .at(-1)

/** `backend` of an item of `vif`; `undefined`: none is given, which means dom0. */
export const backendOfVif = (item: string): string | undefined =>
  item
    .split(',')
    .flatMap((part) => /^ *backend=(.*)$/s.exec(part)?.[1] ?? [])
    .at(-1)

const isWrongMac = (part: string): boolean =>
  part.startsWith('mac=') && !/^(?:\s*\+?(?:0x)?0*[0-9a-f]{1,2}(?:[^0-9a-f]|$)){6}/i.test(part.slice('mac='.length))

/** The type in `arm_sci` that libxl does not know; `undefined`: it knows all. xl ignores other parts (parse_arm_sci_config). */
export const wrongArmSci = (text: string): string | undefined =>
  text
    .split(',')
    .flatMap((part) => /^type=(.*)$/s.exec(part)?.[1] ?? [])
    .find((type) => !/^(?:none|scmi_smc)$/i.test(type))

/** Whether `arm_sci` asks for SCMI. The last type counts, in either case. */
export const asksForScmi = (text: string): boolean =>
  text
    .split(',')
    .flatMap((part) => /^type=(.*)$/s.exec(part)?.[1] ?? [])
    .at(-1)
    ?.toLowerCase() === 'scmi_smc'

/** Whether xl can read a quota: `name=number`, with 32 bits in C's notation (parse_xsquota_item). */
export function isQuota(item: string): boolean {
  const value = /^[^=]*=\s*\+?(0[xX][0-9a-fA-F]+|\d+)$/.exec(item)?.[1]
  if (value === undefined || /^0\d*[89]/.test(value)) return false
  return (/^0\d/.test(value) ? BigInt(`0o${value}`) : BigInt(value)) <= 0xffff_ffffn
}
