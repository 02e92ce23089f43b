/** EVC: static event channels (static-evtchn.c; common/event_channel.c). */
import type { Origin } from '../../../diagnostics/diagnostic.ts'
import { isAtLeast } from '../../../xen/releases.ts'
import { MAX_DOM0_PORT, MAX_PORT } from '../../../xen/static-limits.ts'
import type { Rule, Verdict } from '../../rule.ts'
import { buildWith, builtWithout } from '../built-without.ts'
import { EVTCHN, type EvtchnView, readEvtchn } from '../view/event-channels.ts'
import { readU32 } from '../view/property.ts'
import { everyNode, isCompatible, originOfProperty } from '../view/scan.ts'
import type { XenView } from '../view.ts'
import { hasDom0 } from './domain-memory.ts'

const PROPERTY = 'xen,evtchn'

const atPort = ({ node }: EvtchnView): Origin => originOfProperty(node, PROPERTY)
const atRemote = ({ node }: EvtchnView): Origin => originOfProperty(node, PROPERTY, 4)

const whose = ({ domain }: EvtchnView): string => (domain === undefined ? 'dom0' : `'${domain}'`)

/** A rule about every end for which `wrong` gives a message. */
const each =
  (wrong: (end: EvtchnView, view: XenView) => string | undefined, help: string, origin = atPort) =>
  (view: XenView, verdict: Verdict): void => {
    for (const end of view.evtchns) {
      const message = wrong(end, view)
      if (message !== undefined) verdict.violated({ at: origin(end), message, help })
    }
  }

/** The domain's own channel to xenstore takes the first free port before static ones are made. */
const XENSTORE_PORT = 1

const isUnlimited = (end: EvtchnView, { domains, context }: XenView): boolean => {
  const domain = domains.find(({ name }) => name === end.domain)
  const rights = domain && isAtLeast(context.release, '4.21') ? (readU32(domain.node.node, 'capabilities') ?? 0) : 0
  return end.domain === undefined || rights !== 0
}

const hasXenstore = (end: EvtchnView, { domains }: XenView): boolean => {
  const enhanced = domains.find(({ name }) => name === end.domain)?.enhanced
  return enhanced === '' || enhanced === 'enabled' || enhanced === 'legacy'
}

/** Whether an end is the first of its channel that Xen meets: it makes both ends there. */
const isFirst = (end: EvtchnView, { evtchns }: XenView): boolean =>
  evtchns.findIndex(({ node }) => node === end.node) <= evtchns.findIndex(({ node }) => node === end.remote)

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
    check: each(
      ({ node, property }) => (property ? undefined : `${node.path} has no ${PROPERTY}`),
      `add ${PROPERTY}: a port, and the other end`,
    ),
  },
  {
    code: 'EVC-002',
    check: each(
      ({ node, property, port }) =>
        property && port === undefined
          ? `${PROPERTY} of ${node.path} has ${property.data.length} bytes, and a port with the other end takes 8`
          : undefined,
      'write a port and the phandle of the other end',
    ),
  },
  {
    code: 'EVC-003',
    check: each(
      ({ node, property }) =>
        property && property.data.length > 8
          ? `${PROPERTY} of ${node.path} has ${property.data.length} bytes, and Xen reads the first 8`
          : undefined,
      'make a node for each channel',
    ),
  },
  {
    code: 'EVC-004',
    check: each(
      ({ node, port, remote }) =>
        port !== undefined && !remote ? `${node.path} points to a node that does not exist` : undefined,
      'point to the other end',
      atRemote,
    ),
  },
  {
    code: 'EVC-006',
    check: each(
      ({ node, remote }) => (remote === node ? `${node.path} points to itself` : undefined),
      'a channel has two ends: point to the other one',
      atRemote,
    ),
  },
  {
    code: 'EVC-005',
    check: each(
      ({ node, remote }, { root }) => {
        if (!remote || remote === node) return undefined
        if (!isCompatible(remote, EVTCHN)) return `${node.path} points to ${remote.path}, which is no end of a channel`
        const other = readEvtchn(root, remote)
        if (other.port === undefined || other.remote === node) return undefined
        return `${node.path} points to ${remote.path}, and that one to ${other.remote?.path ?? 'nothing'}`
      },
      'let both ends point at each other',
      atRemote,
    ),
  },
  {
    code: 'EVC-007',
    check: each(
      (end, view) => {
        const isDomain = end.domain === undefined ? hasDom0(view) : view.domains.some(({ name }) => name === end.domain)
        return isDomain
          ? undefined
          : `${end.node.path} is an end of ${end.domain === undefined ? 'dom0, and there is none' : `'${end.domain}', which is no domain`}`
      },
      'put the node below a domain that Xen builds',
      ({ node }) => node.origin,
    ),
  },
  {
    code: 'EVC-008',
    check: each(
      (end, view) =>
        end.port !== undefined && end.port > MAX_PORT && !isUnlimited(end, view)
          ? `${whose(end)} is to have port ${end.port}, and its highest is ${MAX_PORT}`
          : undefined,
      'leave port out, and domforge takes a free one, or give a lower one',
    ),
  },
  {
    code: 'EVC-009',
    check: each(
      (end, view) =>
        end.port !== undefined && end.port > MAX_DOM0_PORT && isUnlimited(end, view)
          ? `${whose(end)} is to have port ${end.port}, and at boot its highest is ${MAX_DOM0_PORT}`
          : undefined,
      'leave port out, and domforge takes a free one, or give a lower one',
    ),
  },
  {
    code: 'EVC-010',
    check(view, verdict) {
      const taken = new Map<string, EvtchnView>()
      for (const end of view.evtchns) {
        if (end.port === undefined || end.port === 0) continue
        const key = `${end.domain ?? ''} ${end.port}`
        const before = taken.get(key)
        taken.set(key, before ?? end)
        if (before)
          verdict.violated({
            at: atPort(end),
            message: `${whose(end)} has port ${end.port} twice`,
            related: [{ at: atPort(before), message: 'the port is taken here' }],
            help: 'leave port out, and domforge takes a free one',
          })
      }
    },
  },
  {
    code: 'EVC-011',
    check: each(
      (end, view) =>
        end.port === 0 && isFirst(end, view) ? `${whose(end)} is to have port 0, which is none` : undefined,
      'leave port out, and domforge takes a free one',
    ),
  },
  {
    code: 'EVC-012',
    check: each(
      (end, view) =>
        end.port === 0 && !isFirst(end, view)
          ? `${whose(end)} is to have port 0: Xen gives it any, which nobody knows`
          : undefined,
      'leave port out, and domforge takes a free one',
    ),
  },
  {
    code: 'EVC-013',
    check: each(
      (end, view) =>
        end.port === XENSTORE_PORT && hasXenstore(end, view)
          ? `${whose(end)} is to have port 1, which its channel to xenstore has`
          : undefined,
      'leave port out, and domforge takes one from 8 on',
    ),
  },
  {
    code: 'EVC-014',
    check({ root }, verdict) {
      for (const node of everyNode(root))
        if (isCompatible(node, 'xen,evtchn') && !isCompatible(node, EVTCHN))
          verdict.violated({
            at: originOfProperty(node, 'compatible'),
            message: `${node.path} is compatible with xen,evtchn, and Xen looks for ${EVTCHN}`,
            help: `write ${EVTCHN}: the documentation leaves the end off`,
          })
    },
  },
  {
    code: 'EVC-016',
    check: each(
      (end, { domains }) => {
        const domain = domains.find(({ name }) => name === end.domain)
        const isDisabled = domain && (domain.enhanced === undefined || domain.enhanced === 'disabled')
        return isDisabled
          ? `${whose(end)} has an event channel, and xen,enhanced is disabled: the guest is told of no Xen that it could use it with`
          : undefined
      },
      "say 'enhanced: no-xenstore', or 'enabled'",
      ({ node }) => node.origin,
    ),
  },
]
