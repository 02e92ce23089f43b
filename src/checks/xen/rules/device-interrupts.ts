/** PT: interrupts of devices that partial trees give to domains (arch/arm/irq.c: route_irq_to_guest). */
import type { WayOut } from '../../../diagnostics/diagnostic.ts'
import { SPI_RANK, VPL011_INTERRUPT } from '../../../xen/domain-limits.ts'
import { FIRST_SPI, LAST_INTERRUPT } from '../../../xen/gic.ts'
import type { Rule, Verdict } from '../../rule.ts'
import { type DeviceInterrupt, HostInterrupts } from '../view/device-interrupts.ts'
import { hardwareOwner, isMarked, ownedNodes } from '../view/hardware-owner.ts'
import { atProperty, type PassthroughNode } from '../view/passthrough.ts'
import type { ScannedNode } from '../view/scan.ts'
import { usedByXen } from '../view/used-by-xen.ts'
import type { XenView } from '../view.ts'
import { passthroughNodes } from './partial-trees.ts'

interface Given {
  readonly node: PassthroughNode
  readonly host: ScannedNode
  /** Of the host's device, or a clause about why they cannot be found. */
  readonly interrupts: readonly DeviceInterrupt[] | string
}

const givenDevices = (view: XenView, interrupts: HostInterrupts): readonly Given[] =>
  passthroughNodes(view).flatMap((node) =>
    node.host && node.reg ? [{ node, host: node.host, interrupts: interrupts.of(node.host.path) }] : [],
  )

/** Calls `visit` with each interrupt of each device that a partial tree gives to a domain. */
function eachInterrupt(view: XenView, visit: (given: Given, interrupt: DeviceInterrupt) => void): void {
  const interrupts = new HostInterrupts(view)
  for (const given of givenDevices(view, interrupts))
    if (typeof given.interrupts !== 'string') for (const interrupt of given.interrupts) visit(given, interrupt)
}

const atPath = ({ node }: Given) => atProperty(node, 'xen,path')

const describeUse = (user: ScannedNode, { host }: Given): string =>
  user.path === host.path ? 'Xen itself uses' : `Xen uses for ${user.path}`

function reportTaken(given: Given, id: number, by: string, way: WayOut, verdict: Verdict): void {
  verdict.violated({
    at: atPath(given),
    message: `${given.host.path} has the interrupt ${id}, which ${by} (${given.node.where})`,
    ...way,
  })
}

export const deviceInterruptRules: readonly Rule<XenView>[] = [
  {
    code: 'PT-010',
    check(view, verdict) {
      eachInterrupt(view, (given, { id }) => {
        if (id !== undefined && id < FIRST_SPI)
          verdict.violated({
            at: atPath(given),
            message: `${given.host.path} has the private interrupt ${id}, and Xen assigns only shared ones (${given.node.where})`,
            help: 'do not assign this device to a domain',
          })
        if (id !== undefined && id > LAST_INTERRUPT)
          verdict.violated({
            at: atPath(given),
            message: `${given.host.path} has the interrupt ${id}, and ${LAST_INTERRUPT} is the last (${given.node.where})`,
            help: 'correct its interrupts in the host device tree',
          })
      })
    },
  },
  {
    code: 'PT-011',
    check(view, verdict) {
      eachInterrupt(view, (given, { id }) => {
        const { nrSpis } = given.node.domain
        const limit = nrSpis === undefined ? Infinity : FIRST_SPI + Math.ceil(nrSpis / SPI_RANK) * SPI_RANK
        if (id !== undefined && id >= limit)
          verdict.violated({
            at: atPath(given),
            message: `${given.host.path} has the interrupt ${id}, and nr_spis of '${given.node.domain.name}' lets it have those below ${limit}`,
            help: `set nr_spis to ${id - FIRST_SPI + 1}, or leave it out`,
            remedy: `set nr-spis to ${id - FIRST_SPI + 1}, or leave it out`,
          })
      })
    },
  },
  {
    code: 'PT-012',
    check(view, verdict) {
      if (passthroughNodes(view).length === 0) return
      const interrupts = new HostInterrupts(view)
      const users = new Map(
        usedByXen(view).flatMap((user) => interrupts.sharedOf(user.path).map((id) => [id, user] as const)),
      )
      eachInterrupt(view, (given, { id }) => {
        const user = id === undefined ? undefined : users.get(id)
        if (id !== undefined && user)
          reportTaken(given, id, describeUse(user, given), { help: 'do not assign this device to a domain' }, verdict)
      })
    },
  },
  {
    code: 'PT-013',
    needs: ['PT-012', 'PT-019'],
    check(view, verdict) {
      const first = new Map<number, Given>()
      eachInterrupt(view, (given, { id }) => {
        if (id === undefined || id < FIRST_SPI) return
        const other = first.get(id)
        if (!other) first.set(id, given)
        else if (other.node.domain !== given.node.domain)
          reportTaken(
            given,
            id,
            `'${other.node.domain.name}' also has`,
            { help: 'assign both devices to one domain' },
            verdict,
          )
      })
      const owner = hardwareOwner(view)
      if (owner === undefined || first.size === 0) return
      const interrupts = new HostInterrupts(view)
      for (const { node } of ownedNodes(view, interrupts))
        for (const id of isMarked(node) ? [] : interrupts.sharedOf(node.path)) {
          const given = first.get(id)
          if (given && given.host !== node && given.node.domain !== owner.domain)
            reportTaken(
              given,
              id,
              `${node.path} of ${owner.what} also has`,
              { help: 'assign both devices to one domain, or to none' },
              verdict,
            )
        }
    },
  },
  {
    code: 'PT-014',
    check(view, verdict) {
      const first = new Map<number, { readonly trigger: number; readonly path: string }>()
      eachInterrupt(view, (given, { id, trigger }) => {
        if (id === undefined) return
        const other = first.get(id) ?? { trigger, path: given.host.path }
        first.set(id, other)
        if (other.trigger !== trigger)
          verdict.violated({
            at: atPath(given),
            message: `${given.host.path} and ${other.path} share the interrupt ${id} and disagree about its trigger: ${trigger} and ${other.trigger}`,
            help: 'correct the flags in the host device tree',
          })
      })
    },
  },
  {
    code: 'PT-015',
    check(view, verdict) {
      for (const given of givenDevices(view, new HostInterrupts(view)))
        if (typeof given.interrupts === 'string')
          verdict.violated({
            at: atPath(given),
            message: `the interrupts of ${given.host.path} cannot be found: ${given.interrupts}`,
            help: 'correct the node in the host device tree',
          })
    },
  },
  {
    code: 'PT-016',
    check(view, verdict) {
      eachInterrupt(view, (given, { id, controller }) => {
        if (id === undefined)
          verdict.violated({
            at: atPath(given),
            message: `${given.host.path} has an interrupt of ${controller}, which '${given.node.domain.name}' does not get`,
            help: 'assign only devices whose interrupts go to the GIC',
          })
      })
    },
  },
  {
    code: 'PT-025',
    check(view, verdict) {
      eachInterrupt(view, (given, { id }) => {
        const { domain } = given.node
        if (id === VPL011_INTERRUPT && domain.vpl011 && !domain.directMap)
          reportTaken(
            given,
            id,
            `the virtual PL011 of '${domain.name}' also has`,
            { help: 'leave vpl011 out of this domain', remedy: "set 'console: none' for this domain" },
            verdict,
          )
      })
    },
  },
]
