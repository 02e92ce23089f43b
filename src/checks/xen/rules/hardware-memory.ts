/**
 * D0: RAM of an owner of the hardware that is not mapped 1:1: dom0 with colours, a hardware domain without direct-map. From 4.22 on its RAM is at guest
 * addresses at which the host has free RAM, so that it hides no device, and consists of other pages of the host (common/device-tree/domain-build.c:
 * allocate_hwdom_memory).
 */
import type { Origin } from '../../../diagnostics/diagnostic.ts'
import { formatRange, formatSize } from '../../../units/format.ts'
import {
  alignDown,
  alignUp,
  type Bytes,
  bytes,
  distance,
  type HostPhys,
  MiB,
  sum,
  times,
} from '../../../units/quantities.ts'
import { end, type Range, range, subtract, totalSize } from '../../../units/range.ts'
import { dom0TreeGrowth } from '../../../xen/boot-limits.ts'
import { isAtLeast } from '../../../xen/releases.ts'
import type { Rule } from '../../rule.ts'
import { fileOf } from '../files.ts'
import { seenBy } from '../guest-view.ts'
import { placedImage } from '../kernel-image.ts'
import { BLOCK, placeKernel } from '../kernel-placement.ts'
import { hardwareDomains } from '../view/capabilities.ts'
import type { ClaimKind } from '../view/claims.ts'
import { optionOrigin } from '../view/command-line.ts'
import { at } from '../view/domains.ts'
import { hasDom0 } from '../view/hardware-owner.ts'
import { cacheIn } from '../view/llc-coloring.ts'
import type { ModuleView } from '../view/modules.ts'
import type { XenView } from '../view.ts'
import { dom0Memory } from './domain-memory.ts'

/** Least size of the first bank, unless the domain has less memory. */
const LEAST = times(128, MiB)

/** Claims whose addresses the domain's RAM avoids. It does not avoid boot modules: they are gone when the domain runs. */
const KEPT_OUT: ReadonlySet<ClaimKind> = new Set([
  'memory reservation',
  'reserved memory',
  'static memory',
  'static heap',
])

/** A domain that gets its RAM so, and what its first bank has to hold. */
interface Wanted {
  readonly what: string
  readonly memory: Bytes
  readonly origin: Origin
  readonly kernel?: ModuleView
  readonly ramdisk?: ModuleView
}

function wanted(view: XenView): readonly Wanted[] {
  const hardware = hardwareDomains(view).flatMap((domain): readonly Wanted[] =>
    domain.directMap || domain.memory === undefined
      ? []
      : [{ ...domain, what: `'${domain.name}'`, memory: domain.memory, origin: at(domain, 'memory') }],
  )
  if (!hasDom0(view) || !cacheIn(view).enabled) return hardware
  const own = (kind: ModuleView['kind']) => view.modules.find((module) => module.kind === kind && !module.domU)
  const [kernel, ramdisk] = [own('kernel'), own('ramdisk')]
  const dom0 = {
    what: 'dom0',
    memory: dom0Memory(view),
    origin: optionOrigin(view.commandLine, view.context.optionOrigins, 'dom0_mem'),
    ...(kernel ? { kernel } : {}),
    ...(ramdisk ? { ramdisk } : {}),
  }
  return [dom0, ...hardware]
}

/** Free RAM in whole blocks of 2 MiB, ascending. */
function freeRegions({ ram, claims }: XenView): readonly Range<HostPhys>[] {
  const out = claims.filter(({ kind }) => KEPT_OUT.has(kind)).map((claim) => claim.range)
  return subtract(
    ram.map((bank) => bank.range),
    out,
  ).flatMap((free) => {
    const base = alignUp(free.base, BLOCK)
    return base < end(free) ? [range(base, alignDown(distance(base, end(free)), BLOCK))] : []
  })
}

/** Whether kernel, tree and ramdisk fit a bank; where their sizes are not known, they do. */
function holdsImages(view: XenView, { kernel, ramdisk }: Wanted, bank: Range<HostPhys>): boolean {
  const file = fileOf(view, kernel)
  const image = file && placedImage(file, view.context.release)
  const tree = view.context.treeSize
  if (!image || tree === undefined) return true
  const companions = {
    tree: sum([tree, dom0TreeGrowth(view.context.release, true)]),
    ramdisk: ramdisk?.range?.size ?? bytes(0),
    block: BLOCK,
  }
  return !('fails' in placeKernel(image, seenBy(bank), companions))
}

const smaller = (a: Bytes, b: Bytes): Bytes => (a < b ? a : b)

export const hardwareMemoryRules: readonly Rule<XenView>[] = [
  {
    code: 'D0-021',
    needs: ['D0-001', 'LLC-015'],
    check(view, verdict) {
      if (!isAtLeast(view.context.release, '4.22') || view.ram.length === 0) return
      const free = freeRegions(view)
      for (const domain of wanted(view)) {
        const { what, memory, origin } = domain
        const least = smaller(memory, LEAST)
        const first = free.findIndex((region) => {
          const size = smaller(region.size, memory)
          return size >= least && holdsImages(view, domain, range(region.base, size))
        })
        const room = first < 0 ? bytes(0) : totalSize(free.slice(first))
        if (room >= memory) continue
        verdict.violated({
          at: origin,
          message:
            first < 0
              ? `no free range of the host's RAM has room for the first bank of ${what}, of ${formatSize(least)} with kernel, tree and ramdisk: ${free.map(formatRange).join(', ')}`
              : `${what} gets ${formatSize(memory)}, and Xen has only ${formatSize(room)} for it, from the first free range that can hold its first bank on: ${free.slice(first).map(formatRange).join(', ')}`,
          help: 'reserve less memory, or in fewer places, or give the domain less',
        })
      }
    },
  },
]
