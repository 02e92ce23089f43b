/** Whether devices that a user's own tree gives have the interrupts that the tree says. */
import type { Report } from '../../diagnostics/diagnostic.ts'
import { interruptIds } from '../../passthrough/interrupt-ids.ts'
import type { OwnTree } from './own-tree.ts'
import { type GivenDevice, nodesOf } from './planned-device.ts'

/**
 * PT-042 for a device whose interrupts end at no controller that Xen drives, and whose node names some that nothing routes to the domain. One that
 * names none is polled. `devices` and `trees`: by name of the domain.
 */
export function checkOwnInterrupts(
  devices: ReadonlyMap<string, readonly GivenDevice[]>,
  trees: ReadonlyMap<string, OwnTree>,
  report: Report,
): void {
  for (const [domain, { devices: own }] of trees) {
    const given = (devices.get(domain) ?? []).flatMap(nodesOf)
    const routed = new Set([
      ...given.flatMap(({ device }) => interruptIds(device)),
      ...own.flatMap(({ host }) => (host ? [...interruptIds(host), ...host.routed] : [])),
    ])
    for (const { host, atPath, waitsFor } of own) {
      const missing = waitsFor.filter((id) => !routed.has(id))
      if (host?.interrupts.kind === 'stopped' && missing.length > 0)
        report('PT-042', {
          at: atPath,
          message: `'${domain}' would wait for ${missing.length === 1 ? 'interrupt' : 'interrupts'} ${missing.join(', ')} of ${host.place.path}, and none arrives: ${host.interrupts.why}`,
          help: 'give another device, or take its interrupts out of the tree where the driver can poll',
        })
    }
  }
}
