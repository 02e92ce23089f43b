/** DOM: control of clocks and power by SCMI, as a domain's node asks for it (arch/arm/dom0less-build.c: arch_parse_dom0less_node). */
import { isAdded } from '../../../xen/fork-features.ts'
import { isAtLeast } from '../../../xen/releases.ts'
import type { Rule } from '../../rule.ts'
import { buildWith, builtWithout } from '../built-without.ts'
import { hasCapability } from '../view/capabilities.ts'
import { booleanOption } from '../view/command-line.ts'
import { at, type DomainView } from '../view/domains.ts'
import { firstString, readProperty, readU32 } from '../view/property.ts'
import { everyNode, isAvailable, isCompatible, type ScannedNode } from '../view/scan.ts'
import type { XenView } from '../view.ts'

const SCI_SINCE = '4.21'
const TYPES: ReadonlySet<string> = new Set(['none', 'scmi_smc'])

/** A property of that name as text; absent: no such property. One that is no string reads as empty. */
function textOf({ node }: DomainView, name: string): string | undefined {
  const property = readProperty(node.node, name)
  return property && (property.data.includes(0) ? firstString(property) : '')
}

/** Whether this Xen reads the property as upstream does: a fork with an agent for each domain has rules of its own. */
const isUpstream = ({ context: { release, features = [] } }: XenView): boolean =>
  isAtLeast(release, SCI_SINCE) && !isAdded(features, 'properties', 'xen,sci_type')

/** Domains that ask for SCMI. */
const clients = (view: XenView): readonly DomainView[] =>
  isUpstream(view) ? view.domains.filter((each) => textOf(each, 'xen,sci_type') === 'scmi_smc') : []

/** The node of the firmware that Xen forwards calls to (arch/arm/firmware/scmi-smc.c: scmi_dom0_init; common/device.c: device_init). */
const mediator = ({ root }: XenView): ScannedNode | undefined =>
  [...everyNode(root)].find(
    (node) =>
      isCompatible(node, 'arm,scmi-smc') &&
      isAvailable(node) &&
      !readProperty(node.node, 'xen,passthrough') &&
      readU32(node.node, 'arm,smc-id') !== undefined,
  )

/** With `scmi-smc-passthrough` a domain may have it, else the owner of the hardware (scmi-smc.c: scmi_smc_domain_init). */
const isForGuests = ({ commandLine }: XenView): boolean => booleanOption(commandLine, 'scmi-smc-passthrough', false)

export const sciRules: readonly Rule<XenView>[] = [
  {
    code: 'DOM-035',
    check(view, verdict) {
      if (!isUpstream(view)) return
      for (const domain of view.domains) {
        const type = textOf(domain, 'xen,sci_type')
        if (type !== undefined && !TYPES.has(type))
          verdict.violated({
            at: at(domain, 'xen,sci_type'),
            message: `xen,sci_type of '${domain.name}' is "${type}"`,
            help: 'use scmi_smc or none',
          })
      }
    },
  },
  {
    code: 'DOM-036',
    check(view, verdict) {
      const option = builtWithout(view.context, 'scmi-smc')
      if (option === undefined) return
      for (const domain of clients(view))
        verdict.violated({
          at: at(domain, 'xen,sci_type'),
          message: `'${domain.name}' is to control clocks and power by SCMI, and Xen was built without ${option}`,
          help: buildWith(option),
        })
    },
  },
  {
    code: 'DOM-037',
    check(view, verdict) {
      if (!mediator(view) || isForGuests(view)) return
      for (const domain of clients(view))
        if (!hasCapability(domain, 'hardware', view.context.release))
          verdict.violated({
            at: at(domain, 'xen,sci_type'),
            message: `'${domain.name}' is to control clocks and power by SCMI, and Xen is not told to let a domain do so`,
            help: "add scmi-smc-passthrough to Xen's arguments, or leave xen,sci_type out",
            remedy: 'add scmi-smc-passthrough to xen.bootargs, or leave xen,sci_type out',
          })
    },
  },
  {
    code: 'DOM-038',
    needs: ['DOM-037'],
    check(view, verdict) {
      if (!mediator(view)) return
      const { release } = view.context
      const own = clients(view).filter((domain) => !isForGuests(view) || !hasCapability(domain, 'hardware', release))
      const [first, ...others] = own
      for (const domain of others)
        verdict.violated({
          at: at(domain, 'xen,sci_type'),
          message: `'${domain.name}' is to control clocks and power by SCMI, and so is '${first?.name}': the firmware knows one client`,
          help: 'leave xen,sci_type out of all domains but one',
        })
    },
  },
  {
    code: 'DOM-039',
    needs: ['DOM-036'],
    check(view, verdict) {
      if (mediator(view)) return
      for (const domain of clients(view))
        verdict.violated({
          at: at(domain, 'xen,sci_type'),
          message: `'${domain.name}' is to control clocks and power by SCMI, and the board has no node compatible with arm,scmi-smc that is enabled and has arm,smc-id`,
          help: 'leave xen,sci_type out, or describe the firmware in the host device tree',
        })
    },
  },
]
