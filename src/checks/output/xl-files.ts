import type { Assembly } from '../../assemble/assembly.ts'
import { partialTreeInDom0 } from '../../assemble/xl-config.ts'
import { atValue } from '../../diagnostics/diagnostic.ts'
import { pathInDom0 } from '../../model/in-dom0.ts'
import { type Dom0, type FileReference, type Guest, originOf } from '../../model/system-model.ts'
import { plannedGuest, treeByXl } from '../../plan/by-domain.ts'
import { placeOnDisk } from '../../u-boot/medium-path.ts'
import { formatSize, nearestSizes } from '../../units/format.ts'
import { type Bytes, isAligned, MiB } from '../../units/quantities.ts'
import type { Verdict } from '../rule.ts'

/** Each image of a domain that xl creates has a place of its own in dom0. */
export function baseNames(assembly: Assembly, verdict: Verdict): void {
  const dom0 = assembly.plan.dom0?.domain
  if (!dom0) return
  const taken = new Map<string, InDom0>()
  for (const file of guestsOfXl(assembly).flatMap((guest) => imagesOf(guest, dom0, assembly))) {
    const owner = taken.get(file.place)
    if (!owner) taken.set(file.place, file)
    else if (owner.source !== file.source)
      verdict.violated({
        at: atValue(file.pointer),
        message: `'${file.path}' and '${owner.path}' are different files, but both would be ${file.place} in ${dom0.name}`,
        help: 'rename one of them',
        related: [{ at: atValue(owner.pointer), message: `'${owner.path}' is named here` }],
      })
  }
}

/** A file that dom0 needs for xl. */
interface InDom0 {
  readonly place: string
  /** As the manifest writes it, or of an output. */
  readonly path: string
  readonly pointer: string
  /** Equal for one file, however it is written. */
  readonly source: string
}

function imagesOf(guest: Guest, dom0: Dom0, { plan }: Assembly): readonly InDom0[] {
  const { name, kernel, ramdisk } = guest
  const partial = treeByXl(plannedGuest(plan, name))
  const asGiven = (file: FileReference): InDom0 => ({
    place: pathInDom0(dom0, file),
    path: file.path,
    pointer: file.pointer,
    source: placeOnDisk(file),
  })
  const images = [kernel.image, ...(ramdisk ? [ramdisk] : [])].map(asGiven)
  if (!partial) return images
  if (partial.kind === 'file') return [...images, asGiven(partial.reference)]
  const { output, pointer } = partial
  return [...images, { place: partialTreeInDom0(dom0, guest, partial), path: output, pointer, source: output }]
}

export function wholeMiB(assembly: Assembly, verdict: Verdict): void {
  for (const guest of guestsOfXl(assembly)) check(guest, 'memory', guest.memory, verdict)
  for (const { domain } of [...assembly.plan.dom0less, ...assembly.plan.xl]) {
    if (domain['p2m-mem'] !== undefined) check(domain, 'p2m-mem', domain['p2m-mem'], verdict)
  }
}

function check(guest: Guest, key: 'memory' | 'p2m-mem', size: Bytes, verdict: Verdict): void {
  if (isAligned(size, MiB)) return
  verdict.violated({
    at: originOf(guest, key),
    message: `${key} of '${guest.name}' is ${formatSize(size)}, which is not a whole number of MiB`,
    help: `give ${nearestSizes(size, MiB)}`,
  })
}

/** Domains that an xl configuration is written for. */
function guestsOfXl({ plan, xl }: Assembly): readonly Guest[] {
  return xl.flatMap((config) => plannedGuest(plan, config.domain)?.domain ?? [])
}
