/** EVC: static event channels (static-evtchn.c; common/event_channel.c). */
import type { Finding, Origin, WayOut } from '../../../diagnostics/diagnostic.ts'
import { MAX_DOM0_PORT, MAX_PORT } from '../../../xen/static-limits.ts'
import type { Rule, Verdict } from '../../rule.ts'
import { buildWith, builtWithout } from '../built-without.ts'
import { hasCapability } from '../view/capabilities.ts'
import { domainNamed, wantsXenstore } from '../view/domains.ts'
import { EVTCHN, type EvtchnView, readEvtchn } from '../view/event-channels.ts'
import { type HardwareOwner, hardwareOwner, hasDom0 } from '../view/hardware-owner.ts'
import { readProperty, stringList } from '../view/property.ts'
import { everyNode, isCompatible, originOfProperty, type ScannedNode } from '../view/scan.ts'
import type { XenView } from '../view.ts'

const PROPERTY = 'xen,evtchn'

const atPort = ({ node }: EvtchnView): Origin => originOfProperty(node, PROPERTY)
const atRemote = ({ node }: EvtchnView): Origin => originOfProperty(node, PROPERTY, 4)

/** Whether a node is meant as an end of a channel: by its property, or by the `compatible` that Xen's documentation gives. */
const isMeant = (node: ScannedNode): boolean =>
  readProperty(node.node, PROPERTY) !== undefined || isCompatible(node, 'xen,evtchn')

const compatibleOf = ({ node }: ScannedNode): string => {
  const [first] = stringList(readProperty(node, 'compatible'))
  return first ? `compatible with ${first}` : 'compatible with nothing'
}

/** Who has an end: the domain above it; right below `/chosen` the owner of the hardware (static-evtchn.c: alloc_static_evtchn). `undefined`: nobody. */
function holderOf({ domain: name }: EvtchnView, view: XenView): HardwareOwner | undefined {
  const domain = domainNamed(view.domains, name)
  if (name === undefined) return hardwareOwner(view)
  return domain && { what: `'${name}'`, domain }
}

const whose = (end: EvtchnView, view: XenView): string =>
  holderOf(end, view)?.what ?? (end.domain === undefined ? 'dom0' : `'${end.domain}'`)

/** A rule about every end for which `wrong` gives a message. */
const each =
  (wrong: (end: EvtchnView, view: XenView) => string | undefined, way: WayOut, origin = atPort) =>
  (view: XenView, verdict: Verdict): void => {
    for (const end of view.evtchns) {
      const message = wrong(end, view)
      if (message !== undefined) verdict.violated({ at: origin(end), message, ...way })
    }
  }

const GIVE_A_LOWER_PORT: WayOut = {
  help: 'give a lower port',
  remedy: 'give a lower port, or leave it out: domforge takes a free one',
}
const GIVE_ANOTHER_PORT: WayOut = {
  help: 'give a port that is free',
  remedy: 'leave port out: domforge takes a free one',
}

/** Port of a domain's own channel to xenstore: the first free one, taken before Xen makes static channels. */
const XENSTORE_PORT = 1

/** Whether an end can have any port. Of the capabilities, hardware and xenstore lift the limit, control does not (common/device-tree/dom0less-bindings.c: max_evtchn_port). */
const isUnlimited = (end: EvtchnView, view: XenView): boolean => {
  const holder = holderOf(end, view)
  if (!holder?.domain) return end.domain === undefined
  const { domain } = holder
  return (['hardware', 'xenstore'] as const).some((name) => hasCapability(domain, name, view.context.release))
}

/** Whether Xen makes a channel to xenstore for the end's domain. The domain that runs xenstore gets none (dom0less-build.c: initialize_domU_xenstore). */
const hasXenstore = (end: EvtchnView, view: XenView): boolean => {
  const { release } = view.context
  const domain = holderOf(end, view)?.domain
  return domain !== undefined && wantsXenstore(domain, release) && !hasCapability(domain, 'xenstore', release)
}

/** Whether Xen meets this end of the channel before the other, and therefore makes both here. */
const isFirst = (end: EvtchnView, { evtchns }: XenView): boolean =>
  evtchns.findIndex(({ node }) => node === end.node) <= evtchns.findIndex(({ node }) => node === end.remote)

/** Ends whose parent is no domain that Xen builds: those that Xen comes across, and those that an end of a domain points to. */
function strays(view: XenView): readonly EvtchnView[] {
  const { evtchns, root, chosen, domains } = view
  const met = new Set(evtchns.map(({ node }) => node))
  const elsewhere = evtchns.flatMap(({ node, remote }) => {
    const hasOwner = remote?.parent === chosen || domains.some((domain) => domain.node === remote?.parent)
    const other = remote && !met.has(remote) && !hasOwner ? readEvtchn(root, remote) : undefined
    return other?.remote === node ? [other] : []
  })
  return [...evtchns.filter((end) => end.domain !== undefined && !holderOf(end, view)), ...elsewhere]
}

/** The finding about such an end. Xen takes a node for dom0's if no domain has it (device_tree.h: dt_device_used_by). */
function strayEnd({ node, port }: EvtchnView, view: XenView): Finding {
  const isTaken = view.evtchns.some((other) => other.domain === undefined && other.port === port)
  const goesOn = hasDom0(view) && !isTaken
  return {
    at: node.origin,
    message: `${node.path} is an end of a channel, and ${node.parent?.path ?? 'nothing'} above it is not a domain${goesOn || !isTaken ? '' : `: Xen takes it for one of dom0's, which has port ${port} already`}`,
    help: 'put the node under a domain that Xen builds',
    ...(goesOn ? { effect: "Xen would treat it as one of dom0's ends" } : {}),
  }
}

export const eventChannelRules: readonly Rule<XenView>[] = [
  {
    code: 'EVC-015',
    check({ evtchns, context }, verdict) {
      const option = builtWithout(context, 'static-evtchn')
      const [first] = evtchns
      if (option !== undefined && first)
        verdict.violated({
          at: first.node.origin,
          message: `there are static event channels, and Xen was built without ${option}`,
          help: buildWith(option),
        })
    },
  },
  {
    code: 'EVC-001',
    check: each(({ node, property }) => (property ? undefined : `${node.path} has no ${PROPERTY}`), {
      help: `add ${PROPERTY}: a port, and the other end`,
    }),
  },
  {
    code: 'EVC-002',
    check: each(
      ({ node, property, port }) =>
        property && port === undefined
          ? `${PROPERTY} of ${node.path} has ${property.data.length} bytes; a port and the other end take 8`
          : undefined,
      { help: 'write a port and the phandle of the other end' },
    ),
  },
  {
    code: 'EVC-003',
    check: each(
      ({ node, property }) =>
        property && property.data.length > 8
          ? `${PROPERTY} of ${node.path} has ${property.data.length} bytes, and Xen reads only the first 8`
          : undefined,
      { help: 'make a node for each channel' },
    ),
  },
  {
    code: 'EVC-004',
    check: each(
      ({ node, port, remote }) =>
        port !== undefined && !remote ? `${node.path} points to a node that does not exist` : undefined,
      { help: 'point to the other end' },
      atRemote,
    ),
  },
  {
    code: 'EVC-006',
    check: each(
      ({ node, remote }) => (remote === node ? `${node.path} points to itself` : undefined),
      { help: 'a channel has two ends: point to the other one' },
      atRemote,
    ),
  },
  {
    code: 'EVC-005',
    check: each(
      (end, view) => {
        const { node, remote } = end
        if (!remote || remote === node || !holderOf(end, view)) return undefined
        if (!readProperty(remote.node, PROPERTY) && !isCompatible(remote, EVTCHN))
          return `${node.path} points to ${remote.path}, which is not an end of a channel`
        const other = readEvtchn(view.root, remote)
        if (other.port === undefined || other.remote === node) return undefined
        return `${node.path} points to ${remote.path}, which points to ${other.remote?.path ?? 'nothing'}`
      },
      { help: 'let both ends point at each other' },
      atRemote,
    ),
  },
  {
    code: 'EVC-007',
    check(view, verdict) {
      const { evtchns } = view
      const remotes = new Set(evtchns.map(({ remote }) => remote))
      for (const end of evtchns) {
        if (holderOf(end, view) || end.domain !== undefined) continue
        verdict.violated({
          at: end.node.origin,
          message: `${end.node.path} is an end in dom0, and there is no dom0`,
          help: 'put the node under a domain that Xen builds',
          ...(remotes.has(end.node) ? {} : { effect: 'Xen would ignore the node: there is no channel' }),
        })
      }
      for (const end of strays(view)) verdict.violated(strayEnd(end, view))
    },
  },
  {
    code: 'EVC-008',
    check: each(
      (end, view) =>
        end.port !== undefined && end.port > MAX_PORT && !isUnlimited(end, view)
          ? `${whose(end, view)} wants port ${end.port}, and its highest is ${MAX_PORT}`
          : undefined,
      GIVE_A_LOWER_PORT,
    ),
  },
  {
    code: 'EVC-009',
    check: each(
      (end, view) =>
        end.port !== undefined && end.port > MAX_DOM0_PORT && isUnlimited(end, view)
          ? `${whose(end, view)} wants port ${end.port}, and at boot its highest is ${MAX_DOM0_PORT}`
          : undefined,
      GIVE_A_LOWER_PORT,
    ),
  },
  {
    code: 'EVC-010',
    check(view, verdict) {
      const taken = new Map<string, EvtchnView>()
      for (const end of view.evtchns) {
        if (end.port === undefined || end.port === 0) continue
        const key = `${whose(end, view)} ${end.port}`
        const before = taken.get(key)
        taken.set(key, before ?? end)
        if (before)
          verdict.violated({
            at: atPort(end),
            message: `${whose(end, view)} has port ${end.port} twice`,
            related: [{ at: atPort(before), message: 'the port is taken here' }],
            ...GIVE_ANOTHER_PORT,
          })
      }
    },
  },
  {
    code: 'EVC-011',
    check: each(
      (end, view) =>
        end.port === 0 && isFirst(end, view) ? `${whose(end, view)} wants port 0, which is not a port` : undefined,
      GIVE_ANOTHER_PORT,
    ),
  },
  {
    code: 'EVC-012',
    check: each(
      (end, view) =>
        end.port === 0 && !isFirst(end, view)
          ? `${whose(end, view)} wants port 0: Xen would choose one, and nothing tells the guest which`
          : undefined,
      GIVE_ANOTHER_PORT,
    ),
  },
  {
    code: 'EVC-013',
    check: each(
      (end, view) =>
        end.port === XENSTORE_PORT && hasXenstore(end, view)
          ? `${whose(end, view)} wants port 1, which its channel to xenstore has`
          : undefined,
      GIVE_ANOTHER_PORT,
    ),
  },
  {
    code: 'EVC-014',
    check({ root }, verdict) {
      for (const node of everyNode(root))
        if (isMeant(node) && !isCompatible(node, EVTCHN))
          verdict.violated({
            at: originOfProperty(node, 'compatible'),
            message: `${node.path} is ${compatibleOf(node)}, and Xen looks for ${EVTCHN}`,
            help: `write ${EVTCHN}: the documentation leaves the suffix out`,
          })
    },
  },
  {
    code: 'EVC-016',
    check: each(
      (end, view) => {
        const domain = domainNamed(view.domains, end.domain)
        // Xen describes itself to the hardware domain as to dom0, whatever xen,enhanced says (arch/arm/domain_build.c: handle_node).
        const isDisabled =
          domain &&
          !view.context.notLinux?.has(domain.name) &&
          (domain.enhanced === undefined || domain.enhanced === 'disabled') &&
          !hasCapability(domain, 'hardware', view.context.release)
        return isDisabled
          ? `${whose(end, view)} has an event channel, and xen,enhanced is disabled: the guest is not told that it runs on Xen`
          : undefined
      },
      {
        help: 'set xen,enhanced to no-xenstore or enabled',
        remedy: "set 'enhanced: no-xenstore', or 'enhanced: enabled'; if the guest is not Linux, say so with 'os'",
      },
      ({ node }) => node.origin,
    ),
  },
]
