/** Disks and networks of a guest that another domain serves with drivers for Xen. */
import type { Entity } from './entity.ts'

interface PvDevice extends Entity {
  readonly name: string
  /** Name of a domain; absent: dom0. */
  readonly backend?: string
}

export interface PvDisk extends PvDevice {
  /** Absolute path in the backend's domain. */
  readonly target: string
  readonly format: 'raw' | 'qcow2'
  /** How the guest calls it. */
  readonly vdev: string
  readonly 'read-only': boolean
}

export interface PvNetwork extends PvDevice {
  /** In the backend's domain; absent: what its script takes. */
  readonly bridge?: string
  /** Absent: xl chooses one. */
  readonly mac?: string
}
