/** `virtio.overlay`: the regions of a guest's devices for a build of Zephyr, whose device tree is compiled in. */
import { templates } from '../templates.ts'
import type { VirtioDocument } from './document.ts'

/** The overlay's text. */
export function overlayText({ domain, regions }: VirtioDocument): string {
  return templates.virtioOverlay({
    domain: domain.name,
    regions: Object.entries(regions).map(([name, { id, base, size }]) => ({
      name,
      id,
      label: name.toLowerCase().replaceAll(/[^a-z0-9]/g, '_'),
      unit: base.slice(2),
      reg: [...cells(base), ...cells(size)].join(' '),
    })),
  })
}

const cells = (text: string): readonly string[] => {
  const value = BigInt(text)
  return [value >> 32n, value & 0xffffffffn].map((cell) => `0x${cell.toString(16)}`)
}
