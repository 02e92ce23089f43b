/** Control of clocks and power by SCMI: who has it (arch/arm/firmware/scmi-smc.c). */
import { isAdded } from '../../../xen/fork-features.ts'
import { isAtLeast } from '../../../xen/releases.ts'
import type { XenView } from '../view.ts'
import { booleanOption } from './command-line.ts'
import type { DomainView } from './domains.ts'
import { firstString, readProperty, readU32 } from './property.ts'
import { everyNode, isAvailable, isCompatible, type ScannedNode } from './scan.ts'

const SCI_SINCE = '4.21'

/** Text of a property; empty: it is no string; `undefined`: it is not there. */
export function sciTextOf({ node }: DomainView, name: string): string | undefined {
  const property = readProperty(node.node, name)
  return property && (property.data.includes(0) ? firstString(property) : '')
}

/** Whether this Xen handles SCMI as upstream does. A fork with an agent for each domain has rules of its own. */
export const isUpstream = ({ context: { release, features = [] } }: XenView): boolean =>
  isAtLeast(release, SCI_SINCE) && !isAdded(features, 'properties', 'xen,sci_type')

/** Domains that ask for SCMI. */
export const clients = (view: XenView): readonly DomainView[] =>
  isUpstream(view) ? view.domains.filter((each) => sciTextOf(each, 'xen,sci_type') === 'scmi_smc') : []

/** The node of the firmware that Xen forwards calls to (arch/arm/firmware/scmi-smc.c: scmi_dom0_init; common/device.c: device_init). */
export const mediator = ({ root }: XenView): ScannedNode | undefined =>
  everyNode(root).find(
    (node) =>
      isCompatible(node, 'arm,scmi-smc') &&
      isAvailable(node) &&
      !readProperty(node.node, 'xen,passthrough') &&
      readU32(node.node, 'arm,smc-id') !== undefined,
  )

/** Whether a domain may have SCMI, by `scmi-smc-passthrough`. Otherwise the owner of the hardware has it (scmi-smc.c: scmi_smc_domain_init). */
export const isForGuests = ({ commandLine }: XenView): boolean =>
  booleanOption(commandLine, 'scmi-smc-passthrough', false)
