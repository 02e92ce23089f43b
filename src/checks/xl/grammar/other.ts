/** Texts that xl reads by rules of their own (tools/xl/xl_parse.c). */

/** What `uuid_parse` of libuuid takes. */
export const isUuid = (text: string): boolean => /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)

/** One part of `vif` (parse_nic_config): six numbers in hexadecimal with any one character between. `undefined`: fine. */
export function wrongInVif(item: string): string | undefined {
  return item
    .split(',')
    .map((part) => part.replace(/^ +/, ''))
    .find((part) => isWrongMac(part) || (part.startsWith('type=') && !/^type=(?:vif|ioemu)$/.test(part)))
}

/** `backend` of one part of `vif`; `undefined`: dom0. */
export const backendOfVif = (item: string): string | undefined =>
  item
    .split(',')
    .flatMap((part) => /^ *backend=(.*)$/s.exec(part)?.[1] ?? [])
    .at(-1)

const isWrongMac = (part: string): boolean =>
  part.startsWith('mac=') && !/^(?:\s*\+?(?:0x)?0*[0-9a-f]{1,2}(?:[^0-9a-f]|$)){6}/i.test(part.slice('mac='.length))

/** The type in `arm_sci` that libxl does not know; other parts are passed over (parse_arm_sci_config). */
export const wrongArmSci = (text: string): string | undefined =>
  text
    .split(',')
    .flatMap((part) => /^type=(.*)$/s.exec(part)?.[1] ?? [])
    .find((type) => !/^(?:none|scmi_smc)$/i.test(type))

/** Whether `arm_sci` asks for SCMI; the last type counts, and libxl's enumerations ignore case. */
export const asksForScmi = (text: string): boolean =>
  text
    .split(',')
    .flatMap((part) => /^type=(.*)$/s.exec(part)?.[1] ?? [])
    .at(-1)
    ?.toLowerCase() === 'scmi_smc'

/** `name=number`, 32 bits in C's notation (parse_xsquota_item). */
export function isQuota(item: string): boolean {
  const value = /^[^=]*=\s*\+?(0[xX][0-9a-fA-F]+|\d+)$/.exec(item)?.[1]
  if (value === undefined || /^0\d*[89]/.test(value)) return false
  return (/^0\d/.test(value) ? BigInt(`0o${value}`) : BigInt(value)) <= 0xffff_ffffn
}
