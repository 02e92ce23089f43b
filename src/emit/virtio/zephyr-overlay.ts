/** `virtio.overlay`: the regions of a guest's devices for a build of Zephyr, whose device tree is compiled in. */

import type { VirtioDocument } from '../../guests/virtio-document.ts'
import { hex } from '../../units/format.ts'
import { templates } from '../templates.ts'

/** The overlay's text. */
export function overlayText({ domain, regions }: VirtioDocument): string {
  const labels = labelsOf(Object.keys(regions))
  return templates.virtioOverlay({
    domain: domain.name,
    regions: Object.entries(regions).map(([name, { id, base, size }], index) => ({
      name,
      id,
      label: labels[index] ?? '',
      unit: base.toString(16),
      reg: [...cells(base), ...cells(size)].join(' '),
    })),
  })
}

/** What labels can hold of names; with a number after it where another name gave the same. */
function labelsOf(names: readonly string[]): readonly string[] {
  const taken = new Set<string>()
  return names.map((name) => {
    const plain = name.replaceAll(/[^A-Za-z0-9]/g, '_')
    let label = plain
    for (let count = 2; taken.has(label); count++) label = `${plain}_${count}`
    taken.add(label)
    return label
  })
}

const cells = (value: bigint): readonly string[] => [value >> 32n, value & 0xffffffffn].map(hex)
