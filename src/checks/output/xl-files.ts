import type { Assembly } from '../../assemble/assembly.ts'
import { pathInDom0 } from '../../assemble/xl-config.ts'
import { atValue } from '../../diagnostics/diagnostic.ts'
import { type FileReference, type Guest, originOf } from '../../model/system-model.ts'
import { plannedGuest } from '../../plan/by-domain.ts'
import { placeOnDisk } from '../../u-boot/medium-path.ts'
import { formatSize, nearestSizes } from '../../units/format.ts'
import { type Bytes, isAligned, MiB } from '../../units/quantities.ts'
import type { Verdict } from '../rule.ts'

/** Each image of a domain that xl creates has a place of its own in dom0. */
export function baseNames(assembly: Assembly, verdict: Verdict): void {
  const dom0 = assembly.plan.dom0?.domain
  if (!dom0) return
  const taken = new Map<string, FileReference>()
  for (const file of guestsOfXl(assembly).flatMap((guest) => imagesOf(guest, assembly))) {
    const place = pathInDom0(dom0, file)
    const owner = taken.get(place)
    if (!owner) taken.set(place, file)
    else if (placeOnDisk(owner) !== placeOnDisk(file))
      verdict.violated({
        at: atValue(file.pointer),
        message: `'${file.path}' and '${owner.path}' are different files, but both would be ${place} in ${dom0.name}`,
        help: 'rename one of them',
        related: [{ at: atValue(owner.pointer), message: `'${owner.path}' is named here` }],
      })
  }
}

/** Partial trees that domforge compiles are left out: their names in dom0 contain the domain's. */
function imagesOf({ name, kernel, ramdisk }: Guest, { plan }: Assembly): readonly FileReference[] {
  const partial = plannedGuest(plan, name)?.partialTree
  const isBlob = partial && partial.output === undefined
  return [kernel.image, ...(ramdisk ? [ramdisk] : []), ...(isBlob ? [partial.reference] : [])]
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
