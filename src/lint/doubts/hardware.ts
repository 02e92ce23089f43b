/** What only the machine can say: its cores, its IOMMUs, its firmware. */
import { fileOf } from '../../checks/xen/files.ts'
import { placedImage } from '../../checks/xen/kernel-image.ts'
import { hardwareDomains } from '../../checks/xen/view/capabilities.ts'
import { lastValue } from '../../checks/xen/view/command-line.ts'
import { HostInterrupts } from '../../checks/xen/view/device-interrupts.ts'
import { hardwareOwner, ownedNodes } from '../../checks/xen/view/hardware-owner.ts'
import { isIommu, whyNoIommu } from '../../checks/xen/view/iommu.ts'
import { partialTreesOf } from '../../checks/xen/view/passthrough.ts'
import { readProperty, readU32, stringList } from '../../checks/xen/view/property.ts'
import { everyNode, isAvailable } from '../../checks/xen/view/scan.ts'
import type { XenView } from '../../checks/xen/view.ts'
import { hasProperty } from '../../devicetree/model.ts'
import { translatedReg } from '../../devicetree/readings/translate.ts'
import { indexTree } from '../../devicetree/readings/tree-index.ts'
import { end } from '../../units/range.ts'
import { CORES_WITH_AARCH32, CORES_WITHOUT_AARCH32 } from '../../xen/cores.ts'
import { isAtLeast } from '../../xen/releases.ts'
import { SMALLEST_GUEST_SPACE } from '../../xen/static-limits.ts'
import { CORES_WITHOUT_SVE } from '../../xen/sve.ts'
import { about, type PartlyKnown, some } from './doubt.ts'

/** Paths of the IOMMUs that Xen is to start; none where it surely has none. */
function iommus(view: XenView): readonly string[] {
  if (whyNoIommu(view) !== undefined) return []
  return everyNode(view.root).flatMap((node) => (isIommu(view, node) && isAvailable(node) ? [node.path] : []))
}

const starts = (view: XenView): string => `whether ${some(iommus(view))} starts`

const coresOf = ({ cpus }: XenView): readonly string[] =>
  cpus.slice(0, 1).flatMap(({ node }) => stringList(readProperty(node, 'compatible')))

function isKernelOf32Bits(view: XenView, module: Parameters<typeof fileOf>[1]): boolean {
  const file = fileOf(view, module)
  return file !== undefined && placedImage(file, view.context.release)?.bits === 32
}

const dom0Kernel = ({ modules }: XenView) => modules.find(({ kind, domU }) => kind === 'kernel' && !domU)

const GIB_4 = 1n << 32n

/** What the frame table has room for without compression: 32 GiB of 56 bytes for each page (arm64/mmu/mm.c; mmu/mm.c: setup_frametable_mappings). */
const WIDEST_RAM = 2n << 40n

export const hardwareDoubts: readonly PartlyKnown[] = [
  {
    rule: 'DOM-017',
    doubt: (view) =>
      iommus(view).length === 0
        ? undefined
        : about(
            hardwareDomains(view).flatMap(({ name, directMap }) => (directMap ? [] : [`'${name}'`])),
            (names) => `${starts(view)}, without which the hardware domain ${names} is refused`,
            'direct-map for the hardware domain',
          ),
  },
  {
    rule: 'D0-008',
    doubt(view) {
      const parts = view.commandLine.words.flatMap(({ key, value }) =>
        key === 'iommu' ? (value ?? '').split(',') : [],
      )
      const forced = parts.findLast((part) => /^(no-)?(force|required)$/.test(part))
      if (forced === undefined || forced.startsWith('no-') || iommus(view).length === 0) return undefined
      return { what: `${starts(view)}, without which Xen stops because of iommu=${forced}` }
    },
  },
  {
    rule: 'PT-020',
    doubt: (view) =>
      iommus(view).length === 0
        ? undefined
        : about(
            partialTreesOf(view).flatMap(({ nodes }) =>
              nodes.flatMap(({ host, force }) => (host && !force ? [host.path] : [])),
            ),
            (names) => `whether ${some(iommus(view))} takes the stream ids of ${names}`,
          ),
  },
  {
    rule: 'PT-023',
    doubt: (view) =>
      about(
        partialTreesOf(view).flatMap(({ nodes }) =>
          nodes.flatMap(({ regions, where }) =>
            regions.some(({ guest }) => end(guest) > SMALLEST_GUEST_SPACE) ? [where] : [],
          ),
        ),
        (names) => `whether the CPUs give guests more than 40 bits of address, which ${names} needs`,
        'guest addresses below 0x100_0000_0000',
      ),
  },
  {
    rule: 'DOM-030',
    doubt(view) {
      if (!isAtLeast(view.context.release, '4.18') || coresOf(view).some((core) => CORES_WITHOUT_SVE.has(core)))
        return undefined
      const wanting = view.domains.filter(({ node }) => (readU32(node.node, 'sve') ?? 0) > 0)
      return about(
        wanting.map(({ name, node }) => `${readU32(node.node, 'sve')} bits for '${name}'`),
        (names) => `whether the CPUs have vectors as long as requested, ${names}`,
        'sve without a value',
      )
    },
  },
  {
    rule: 'KRN-015',
    doubt(view) {
      const known = coresOf(view).some((core) => CORES_WITHOUT_AARCH32.has(core) || CORES_WITH_AARCH32.has(core))
      const narrow = view.domains.filter(({ kernel }) => isKernelOf32Bits(view, kernel))
      if (known) return undefined
      return about(
        narrow.map(({ name }) => `'${name}'`),
        (names) => `whether the CPUs (${coresOf(view).join(', ')}) run the 32-bit kernel of ${names}`,
      )
    },
  },
  {
    rule: 'D0-002',
    doubt: (view) =>
      isKernelOf32Bits(view, dom0Kernel(view)) &&
      view.ram.length > 0 &&
      view.ram.every(({ range }) => range.base >= GIB_4)
        ? { what: 'whether a 32-bit dom0 gets any memory: no RAM is below 4 GiB' }
        : undefined,
  },
  {
    rule: 'D0-007',
    doubt(view) {
      const name = lastValue(view.commandLine, 'tee')
      if (name === undefined || !isAtLeast(view.context.release, '4.21')) return undefined
      return { what: `whether the firmware has the TEE of tee=${name}`, instead: `no tee=${name} in Xen's arguments` }
    },
  },
  {
    rule: 'D0-018',
    doubt({ ram }) {
      const bases = ram.map(({ range }) => range.base)
      const ends = ram.map(({ range }) => end(range))
      const first = bases.reduce((a, b) => (b < a ? b : a), bases[0] ?? 0n)
      const last = ends.reduce((a, b) => (b > a ? b : a), 0n)
      return last - first > WIDEST_RAM ? { what: 'whether Xen can describe RAM that spans more than 2 TiB' } : undefined
    },
  },
  {
    rule: 'FDT-026',
    doubt(view) {
      const owner = hardwareOwner(view)
      if (!owner) return undefined
      const index = indexTree(view.context.tree.root)
      const strange = ownedNodes(view, new HostInterrupts(view)).flatMap(({ node }) => {
        const place = index.at(node.path)
        // Xen counts no address of a node on a bus without `ranges`, and none where sizes have no cells.
        const counts = place?.parent && (place.parent.parent === undefined || hasProperty(place.parent.node, 'ranges'))
        if (!place || !counts || !hasProperty(node.node, 'reg') || node.cells.size < 1 || node.cells.address < 1)
          return []
        return translatedReg(place).ok ? [] : [node.path]
      })
      return about(
        strange,
        (names) =>
          `whether Xen finds the registers of ${names} for ${owner.what}: they are in no window of a bus above`,
      )
    },
  },
]
