/** What is assumed about the firmware below Xen. */
import type { SystemPlan } from '../../plan/system-plan.ts'
import { hex } from '../../units/format.ts'
import { end } from '../../units/range.ts'
import { wrap } from './layout.ts'

/** Empty if the manifest says that nothing is to be assumed. */
export function firmwareLines({ model, board }: SystemPlan): readonly string[] {
  if (model.platform.firmware === 'none') return []
  if (board.firmware.length === 0)
    return wrap('Firmware is assumed to use no RAM but what the device tree or the manifest reserves.')
  return board.firmware.flatMap(({ range, what, source }) =>
    wrap(
      `Firmware is assumed to use ${hex(range.base)} up to ${hex(end(range))} (${what}), which the device tree does not reserve: ${source}. With 'platform.firmware: none' nothing is assumed.`,
    ),
  )
}
