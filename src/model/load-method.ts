/** How files get into memory before Xen starts. */
import type { HostPhys } from '../units/quantities.ts'
import type { Entity } from './entity.ts'

/** How a file gets into memory. */
export type LoadMethod = MediumLoad | MemoryLoad

/** Files lie in memory before U-Boot's script runs: at `addresses`, by path, or where domforge chooses. */
export interface MemoryLoad extends Entity {
  readonly from: 'memory'
  readonly addresses: ReadonlyMap<string, HostPhys>
}

/** How U-Boot loads a file. `prefix` is put before every path on the medium. */
export type MediumLoad = Entity &
  (
    | { readonly from: 'tftp'; readonly prefix: string }
    | { readonly from: BlockInterface; readonly device: string; readonly prefix: string }
    /** `command` takes an address and a path, and stands in the script as it is. */
    | { readonly from: 'command'; readonly command: string; readonly prefix: string }
  )

/** Whether U-Boot loads files by it, from a medium. */
export const isMedium = (load: LoadMethod): load is MediumLoad => load.from !== 'memory'

export type BlockInterface = 'sd' | 'scsi' | 'usb' | 'virtio'
