/**
 * Guests with an interface on a network of dom0's. The network has to be up before them, or xl's script finds no bridge (tools/hotplug/Linux/vif-bridge), and
 * until they have ended.
 */
import type { Guest } from '../model/system-model.ts'
import { bootId } from '../plan/by-domain.ts'
import type { SystemPlan } from '../plan/system-plan.ts'
import { mmioOf } from '../plan/virtio/planned-virtio.ts'

/** Whether dom0 serves one of the networks that xl attaches to a guest. */
export const hasNetworkOfDom0 = (plan: SystemPlan, { networks }: Guest): boolean =>
  networks.some(({ backend }) => backend === undefined || bootId(plan, backend) === 0)

/** Whether dom0 serves a network to any guest, by xl's drivers or by virtio. */
export const servesNetworks = (plan: SystemPlan): boolean =>
  [...plan.dom0less, ...plan.xl].some(
    ({ domain }) => hasNetworkOfDom0(plan, domain) || domain['extra-xl'].some(({ name }) => name === 'vif'),
  ) || mmioOf(plan.virtio).some(({ device }) => device.type.name === 'net' && bootId(plan, device.backend) === 0)
