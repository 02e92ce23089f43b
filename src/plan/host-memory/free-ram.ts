/** Host memory for allocations that keep their address while Xen runs. */
import type { Board } from '../../facts/facts.ts'
import type { Boot } from '../../model/system-model.ts'
import { FIRST_PAGE } from '../../u-boot/load-window.ts'
import { usedByUBoot } from '../../u-boot/memory.ts'
import type { HostPhys } from '../../units/quantities.ts'
import { type Range, subtract } from '../../units/range.ts'
import type { StaticSpace } from './highest-fit.ts'

/**
 * RAM that has no owner, without the first page and `fixed`, the only places that some images may have. U-Boot's own memory comes last: it
 * is free once Xen runs, but what lies there does not survive a reset; with EFI it is never given out, since parts of it stay the firmware's.
 * So does a load window that the manifest gives: files need it.
 */
export function staticSpace(boot: Boot, board: Board, fixed: readonly Range<HostPhys>[]): StaticSpace {
  const uBoot = usedByUBoot(board.ram)
  const firmware = boot.command === 'bootefi' ? uBoot : []
  const all = subtract(board.ram, [FIRST_PAGE, ...fixed, ...firmware, ...board.owned.map(({ range }) => range)])
  const window = boot['load-window']
  return { preferred: subtract(all, window ? [...uBoot, window] : uBoot), all }
}
