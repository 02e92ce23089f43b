/** VIO: who can serve virtio-mmio devices, and which registers and interrupts these can have. */

import { atKey, atValue, member } from '../../diagnostics/diagnostic.ts'
import { hasInterruptsByXl } from '../../guests/interrupts-by-xl.ts'
import { type Domain, originOf } from '../../model/system-model.ts'
import type { MmioDevice } from '../../model/virtio/device.ts'
import { plannedGuest } from '../../plan/by-domain.ts'
import { guestMap } from '../../plan/guest-memory/map.ts'
import type { PlannedXl, SystemPlan } from '../../plan/system-plan.ts'
import { mmioOf, type PlannedMmio } from '../../plan/virtio/planned-virtio.ts'
import { formatRange } from '../../units/format.ts'
import { isAligned } from '../../units/quantities.ts'
import { overlaps } from '../../units/range.ts'
import { FIRST_SPI } from '../../xen/gic.ts'
import { LAST_INTERRUPT, libxlMakesDevices, WINDOW_SIZE } from '../../xen/virtio-mmio.ts'
import type { Rule, Verdict } from '../rule.ts'
import { domainOf } from './mmio-drivers.ts'

export const mmioRules: readonly Rule<SystemPlan>[] = [
  {
    code: 'VIO-026',
    check(plan, { violated }) {
      for (const { device } of mmioOf(plan.virtio)) {
        const backend = domainOf(plan, device.backend)
        const why = backend && whyItCannotServe(backend)
        if (why !== undefined)
          violated({
            at: atValue(member(device.pointer, 'backend')),
            message: `'${device.backend}' cannot be the backend of '${device.name}': ${why}`,
            help: "name dom0, or a domain that Xen starts with 'capabilities: [control]', which then controls every domain",
          })
      }
    },
  },
  {
    code: 'VIO-027',
    check(plan, verdict) {
      for (const planned of mmioOf(plan.virtio)) {
        checkWhoChooses(plan, planned.device, verdict)
        checkBesideQemu(plan, planned, verdict)
        checkWindow(plan, planned, verdict)
      }
    },
  },
  {
    code: 'VIO-028',
    check(plan, { violated }) {
      if (!libxlMakesDevices(plan.model.xen.release)) for (const guest of plan.xl) checkCounted(plan, guest, violated)
      for (const domain of plan.model.domains) {
        const own = mmioOf(plan.virtio).filter(({ device }) => device.frontend === domain.name)
        const highest = own.toSorted((a, b) => b.interrupt.value - a.interrupt.value)[0]
        if (!highest || domain.boot === 'dom0') continue
        const { device, interrupt } = highest
        const given = domain['nr-spis']
        const needed = interrupt.value + 1 - FIRST_SPI
        if (given !== undefined && given < needed)
          violated({
            at: originOf(domain, 'nr-spis'),
            message: `'${domain.name}' has ${given} shared interrupts, from INTID ${FIRST_SPI} on, and '${device.name}' has INTID ${interrupt.value}`,
            help: `set it to at least ${needed}, or remove it`,
            related: [{ at: atKey(device.pointer), message: `'${device.name}' is declared here` }],
          })
      }
    },
  },
]

/** Checks that a guest of xl has the interrupts of its devices. If a boot-time domain could not have them when xl starts it again, that is why it has no configuration of xl. */
function checkCounted({ model, virtio }: SystemPlan, guest: PlannedXl, violated: Verdict['violated']): void {
  const [first] = mmioOf(virtio).filter(({ device }) => device.frontend === guest.domain.name)
  if (first && !hasInterruptsByXl(guest))
    violated({
      at: originOf(guest.domain, 'console'),
      message: `xl of ${model.xen.release} gives '${guest.domain.name}' no shared interrupts, and '${first.device.name}' has INTID ${first.interrupt.value}`,
      help: 'set console: vpl011: with its interrupt the domain gets all up to INTID 63',
      related: [{ at: atKey(first.device.pointer), message: `'${first.device.name}' is declared here` }],
    })
}

function whyItCannotServe(backend: Domain): string | undefined {
  if (backend.boot === 'dom0') return undefined
  if (backend.boot === 'xl')
    return 'xl creates it, so its id is not known before, and it has no right to serve another domain'
  return backend.capabilities?.includes('control')
    ? undefined
    : 'Xen lets only dom0 and domains with control serve another domain'
}

/** Checks that the manifest does not choose what libxl or QEMU chooses. */
function checkWhoChooses(plan: SystemPlan, device: MmioDevice, { violated }: Verdict): void {
  const isByXl = isNumberedByLibxl(plan, device)
  const refuse = (key: 'guest-address' | 'interrupt', who: string): void =>
    violated({
      at: atValue(member(device.pointer, key)),
      message: `the ${key} of '${device.name}' is given, and ${who} chooses it`,
      help: 'remove it',
    })
  for (const key of ['guest-address', 'interrupt'] as const) if (isByXl && device[key] !== 'auto') refuse(key, 'libxl')
  if (isByXl || !isByQemu(device)) return
  if (device['guest-address'] !== 'auto') refuse('guest-address', 'QEMU, by the interrupt,')
  if (device.interrupt === LAST_INTERRUPT)
    violated({
      at: atValue(member(device.pointer, 'interrupt')),
      message: `'${device.name}' has INTID ${LAST_INTERRUPT}, for which QEMU has no registers`,
      help: `give one below ${LAST_INTERRUPT}, or remove it`,
    })
}

/** Checks that QEMU's windows have no other program's device among them. QEMU answers at ten windows, from the first on, and libxl numbers the devices of all programs in one row. */
function checkBesideQemu(plan: SystemPlan, planned: PlannedMmio, { violated }: Verdict): void {
  const { device, window, interrupt } = planned
  if (!isNumberedByLibxl(plan, device)) return
  const isLast = interrupt.value === LAST_INTERRUPT
  const byQemu = mmioOf(plan.virtio).find(
    (other) => other.device.frontend === device.frontend && isByQemu(other.device),
  )
  if (isByQemu(device) && isLast)
    violated({
      at: atKey(device.pointer),
      message: `libxl gives '${device.name}' INTID ${LAST_INTERRUPT}, for which QEMU has no registers`,
      help: 'let a program of its own be the last device, or give the guest fewer',
    })
  else if (byQemu && !isByQemu(device) && !isLast)
    violated({
      at: atKey(device.pointer),
      message: `libxl puts the registers of '${device.name}' at ${formatRange(window.value)}, where the QEMU of '${byQemu.device.name}' has its own`,
      help: 'let QEMU serve all devices of the guest, or let Xen start it (boot: dom0less): domforge keeps them apart there',
      related: [{ at: atKey(byQemu.device.pointer), message: `'${byQemu.device.name}' is declared here` }],
    })
}

const isByQemu = (device: MmioDevice): boolean => device['backend-program']?.kind === 'qemu'

const isNumberedByLibxl = (plan: SystemPlan, { frontend }: MmioDevice): boolean =>
  domainOf(plan, frontend)?.boot === 'xl' && libxlMakesDevices(plan.model.xen.release)

/** Checks that registers at an address of the manifest are aligned, and not where the guest has something else. */
function checkWindow(plan: SystemPlan, { device, window }: PlannedMmio, { violated }: Verdict): void {
  const guest = plannedGuest(plan, device.frontend)
  if (!guest || window.by !== 'manifest') return
  const at = atValue(member(device.pointer, 'guest-address'))
  if (!isAligned(window.value.base, WINDOW_SIZE))
    violated({
      at,
      message: `${formatRange(window.value)} does not begin at a multiple of ${WINDOW_SIZE}`,
      help: `use a multiple of ${WINDOW_SIZE}`,
    })
  const other = guestMap(plan, guest).find(({ range }) => overlaps(range, window.value))
  if (other)
    violated({
      at,
      message: `the registers of '${device.name}' ${formatRange(window.value)} overlap ${other.what} ${formatRange(other.range)} of '${device.frontend}'`,
      help: 'remove it, so that domforge chooses a free range',
    })
}
