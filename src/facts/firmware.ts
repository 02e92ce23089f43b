/** What firmware is assumed to keep of RAM where the board's tree does not say it. */
import { bytes, type HostPhys, hostPhys } from '../units/quantities.ts'
import { byBase, intersection, type Range, range, subtract } from '../units/range.ts'
import type { AssumedFirmware } from './facts.ts'
import { SOC_FIRMWARE } from './soc-firmware.ts'

const WHAT = "TF-A's BL31"

/**
 * The parts of `ram` that firmware of a board with these `compatibles` is known to keep, without what is `owned`: what the tree or the manifest
 * reserves needs no assumption. Ascending; empty where the SoC is not known, or keeps none of it.
 */
export function assumedFirmware(
  compatibles: readonly string[],
  ram: readonly Range<HostPhys>[],
  owned: readonly { readonly range: Range<HostPhys> }[],
): readonly AssumedFirmware[] {
  const row = SOC_FIRMWARE.find((soc) => soc.compatibles.some((name) => compatibles.includes(name)))
  if (!row) return []
  const kept = row.extents.map(([base, size]) => range(hostPhys(base), bytes(size)))
  const inRam = kept.flatMap((one) => ram.flatMap((bank) => intersection(bank, one) ?? []))
  return subtract(
    inRam,
    owned.map((other) => other.range),
  )
    .toSorted(byBase)
    .map((part) => ({ range: part, what: WHAT, source: row.source }))
}
