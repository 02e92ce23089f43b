/** `virtio=` of xl's configuration (tools/xl/xl_parse.c: parse_virtio_list, parse_virtio_config; the same from 4.18 to 4.22). */

/** A virtio device, as xl reads it. */
export interface VirtioDevice {
  readonly type?: string
  /** Name or id of a domain; absent: dom0. */
  readonly backend?: string
  /** As written; xl ignores case. */
  readonly transport?: string
  /** As written. xl reads a number in C's notation, and takes anything else for 0. */
  readonly grantUsage?: string
  /** Parts that xl does not know. */
  readonly unknown: readonly string[]
  /** Whether `type=virtio…` is the last part: xl then reads one after it, which is not there. */
  readonly crashesXl: boolean
}

/** Reads an item of `virtio` as xl does. */
export function readVirtio(item: string): VirtioDevice {
  const device: { type?: string; backend?: string; transport?: string; grantUsage?: string } = {}
  const unknown: string[] = []
  const parts = item.split(',').filter((part) => part !== '')
  for (let at = 0; at < parts.length; at++) {
    let part = (parts[at] ?? '').replace(/^ +/, '')
    if (part.startsWith('type=virtio')) {
      const second = parts[++at]
      if (second === undefined) return { ...device, unknown, crashesXl: true }
      part += `,${second}`
    }
    const [, key = '', value = ''] = /^([a-z_]+)=(.*)$/s.exec(part) ?? []
    if (key === 'type') device.type = value
    else if (key === 'transport') device.transport = value
    else if (key === 'grant_usage') device.grantUsage = value
    else if (key === 'backend') device.backend = value
    else unknown.push(part)
  }
  return { ...device, unknown, crashesXl: false }
}

/** Whether libxl gives the device registers and an interrupt. */
export const isMmio = ({ transport }: VirtioDevice): boolean => transport?.toLowerCase() === 'mmio'
