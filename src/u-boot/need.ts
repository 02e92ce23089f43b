/** How much memory a file needs while U-Boot loads and starts it. */
import { alignUp, type Bytes, bytes, type HostPhys, PAGE, sum } from '../units/quantities.ts'

/** What an item needs. */
export interface Need {
  /** Rounded up to whole pages: Xen hands out and takes back pages. */
  readonly size: Bytes
  /** A power of two. */
  readonly alignment: Bytes
  /** Bytes between an aligned address and the start of the item; they must be free, too. */
  readonly lead?: Bytes
  /** The only aligned address that is allowed, host-physical. */
  readonly base?: HostPhys
}

/** Bytes that `need` takes of a free range that starts at an aligned address, its lead included. */
export const wholeSize = (need: Need): Bytes => sum([need.lead ?? bytes(0), alignUp(need.size, PAGE)])
