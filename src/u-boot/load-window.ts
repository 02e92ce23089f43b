/** Which parts of RAM U-Boot may fill with images. */
import type { Board } from '../facts/facts.ts'
import type { Boot } from '../model/system-model.ts'
import { type HostPhys, hostPhys, PAGE } from '../units/quantities.ts'
import { intersection, type Range, range, subtract } from '../units/range.ts'
import { usedByBootefi, usedByUBoot } from './memory.ts'

/** Never allocated: U-Boot's commands and Xen's allocator take address 0 for "none", and stray pointers write there. */
export const FIRST_PAGE: Range<HostPhys> = range(hostPhys(0n), PAGE)

/**
 * RAM inside the window of the manifest, or without one all RAM but what U-Boot may use; always without the first page and what
 * has an owner. Host-physical, ascending and disjoint; empty if nothing is left. Reservations without an address are not left out: the
 * operating system places them in memory that is its own by then.
 */
export function loadWindow(boot: Boot, board: Pick<Board, 'ram' | 'owned'>): Range<HostPhys>[] {
  const given = boot['load-window']
  const ram = given ? board.ram.flatMap((bank) => intersection(bank, given) ?? []) : board.ram
  const uBoot = given ? [] : usedByUBoot(board.ram)
  const efi = boot.command === 'bootefi' ? usedByBootefi(board.ram) : []
  return subtract(ram, [FIRST_PAGE, ...uBoot, ...efi, ...board.owned.map(({ range: owned }) => owned)])
}
