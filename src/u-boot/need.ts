/** How much memory a file needs while U-Boot loads and starts it. */
import { alignUp, type Bytes, bytes, type HostPhys, PAGE, sum } from '../units/quantities.ts'

/** What an item asks for. */
export interface Need {
  /** Rounded up to whole pages: Xen hands out and takes back pages. */
  readonly size: Bytes
  /** A power of two. */
  readonly alignment: Bytes
  /** How far past an aligned address the item starts; the bytes before it must be free too. */
  readonly lead?: Bytes
  /** The only aligned address that will do. */
  readonly base?: HostPhys
}

/** How much of a hole `need` takes, its lead included, when the hole starts at an aligned address. */
export const wholeSize = (need: Need): Bytes => sum([need.lead ?? bytes(0), alignUp(need.size, PAGE)])
