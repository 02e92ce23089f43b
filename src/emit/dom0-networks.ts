/** Which guests have an interface on a network of dom0's. That network has to be up first, or xl's script finds no bridge (tools/hotplug/Linux/vif-bridge), and stays until they have ended. */
import type { Guest } from '../model/system-model.ts'
import { bootId } from '../plan/by-domain.ts'
import type { SystemPlan } from '../plan/system-plan.ts'
import { mmioOf } from '../plan/virtio/planned-virtio.ts'

/** Those of `networks`, which xl attaches. */
export const hasNetworkOfDom0 = (plan: SystemPlan, { networks }: Guest): boolean =>
  networks.some(({ backend }) => backend === undefined || bootId(plan, backend) === 0)

/** Whether dom0 serves any guest a network, by whatever drivers. */
export const servesNetworks = (plan: SystemPlan): boolean =>
  [...plan.dom0less, ...plan.xl].some(
    ({ domain }) => hasNetworkOfDom0(plan, domain) || domain['extra-xl'].some(({ name }) => name === 'vif'),
  ) || mmioOf(plan.virtio).some(({ device }) => device.type.name === 'net' && bootId(plan, device.backend) === 0)
