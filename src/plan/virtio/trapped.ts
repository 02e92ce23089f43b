/** Everything whose accesses a program must answer for: virtio-mmio devices, and nodes for such that the user wrote. */
import { trappedVirtioNodes } from '../../passthrough/partial-tree.ts'
import { libxlMakesDevices } from '../../xen/virtio-mmio.ts'
import type { SystemPlan } from '../system-plan.ts'
import { mmioOf } from './planned-virtio.ts'

export interface TrappedVirtio {
  /** For people: `'disk'`, or the node's name. */
  readonly what: string
  /** Domain of the driver. */
  readonly frontend: string
  /** Whether libxl makes it, told by a key of the domain's configuration. */
  readonly isByLibxl: boolean
  /** Of what asks for it in the manifest. */
  readonly pointer: string
}

/** Devices in document order, then nodes of the users' partial trees. */
export function trappedVirtio(plan: SystemPlan): readonly TrappedVirtio[] {
  const created = new Set(libxlMakesDevices(plan.model.xen.release) ? plan.xl.map(({ domain }) => domain.name) : [])
  const made = mmioOf(plan.virtio).map(({ device: { name, frontend, pointer } }) => ({
    what: `'${name}'`,
    frontend,
    isByLibxl: created.has(frontend),
    pointer,
  }))
  const ours = new Set(mmioOf(plan.virtio).map(({ window }) => `virtio@${window.value.base.toString(16)}`))
  const written = [...plan.dom0less, ...plan.xl].flatMap(({ domain, partialTree }) =>
    partialTree
      ? trappedVirtioNodes(partialTree.source.tree)
          .filter(({ name }) => !ours.has(name))
          .map(({ name }) => ({ what: name, frontend: domain.name, isByLibxl: false, pointer: partialTree.pointer }))
      : [],
  )
  return [...made, ...written]
}
