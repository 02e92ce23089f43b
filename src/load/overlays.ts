/** Overlays that U-Boot applies to the tree that it has: where they come from, and their room. */
import { posix } from 'node:path'
import type { Board, BootOverlay } from '../facts/facts.ts'
import type { FileReference, SystemModel } from '../model/system-model.ts'
import { mediumPath } from '../u-boot/medium-path.ts'
import { atLeastAPage, LOAD_ALIGNMENT, loadOfXen } from '../u-boot/xen-image.ts'
import type { LoadItem } from './items.ts'

/** In their order, each once more where it is applied once more: `fdt apply` leaves nothing of an overlay that could be applied again. */
export function overlayItems(model: SystemModel, { overlays }: Pick<Board, 'overlays'>): readonly LoadItem[] {
  const sources = overlaySources(overlays)
  return overlays.map(({ reference, size }, index) => ({
    file: {
      id: `overlays/${index + 1}`,
      kind: 'overlay',
      ...sourceOf(reference, sources[index] ?? reference, size),
      load: loadOfXen(model),
      size,
      usedBy: [],
      pointer: reference.pointer,
    },
    need: { size: atLeastAPage(size), alignment: LOAD_ALIGNMENT },
  }))
}

function sourceOf(
  { path, pointer }: FileReference,
  source: FileReference | string,
  size: BootOverlay['size'],
): Pick<LoadItem['file'], 'path' | 'contents'> {
  if (typeof source === 'string') return { path: source, contents: { kind: 'generated', output: source, pointer } }
  const facts = { path, size, format: { kind: 'unknown', looksLike: 'a device tree blob' } } as const
  return { path: mediumPath(path), contents: { kind: 'file', facts } }
}

/** For each overlay the user's blob, or the path of what is made of a source: its name with another ending, numbered where several have it. */
export function overlaySources(overlays: Board['overlays']): readonly (FileReference | string)[] {
  const taken = new Set<string>()
  return overlays.map(({ reference, compiled }) => {
    if (!compiled) return reference
    const { name } = posix.parse(reference.path)
    let output = `overlays/${name}.dtbo`
    for (let number = 2; taken.has(output); number++) output = `overlays/${name}-${number}.dtbo`
    taken.add(output)
    return output
  })
}
