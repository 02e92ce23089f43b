/** FDT: interrupts of the architected timer. */

import { LAST_INTERRUPT } from '../../../xen/gic.ts'
import { isAtLeast, type Release } from '../../../xen/releases.ts'
import { TIMER_INTERRUPTS, TIMER_NAMES_SINCE } from '../../../xen/timer.ts'
import type { Rule } from '../../rule.ts'
import { HostInterrupts } from '../view/device-interrupts.ts'
import { readProperty, stringList } from '../view/property.ts'
import type { ScannedNode } from '../view/scan.ts'
import type { XenView } from '../view.ts'

/** Index in the node's list of each interrupt that Xen uses; -1: `interrupt-names` does not have it. */
function placesOf({ node }: ScannedNode, release: Release): readonly number[] {
  const names = readProperty(node, 'interrupt-names')
  if (!names || !isAtLeast(release, TIMER_NAMES_SINCE)) return TIMER_INTERRUPTS.map((_, index) => index)
  return TIMER_INTERRUPTS.map((name) => stringList(names).indexOf(name))
}

export const timerRules: readonly Rule<XenView>[] = [
  {
    code: 'FDT-016',
    check(view, verdict) {
      const { timer, gic, context } = view
      if (!timer || !gic) return
      const interrupts = new HostInterrupts(view).of(timer.path)
      if (typeof interrupts === 'string') return verdict.undecided(timer.origin, interrupts)
      const places = placesOf(timer, context.release)
      const missing = TIMER_INTERRUPTS.filter((_, index) => interrupts[places[index] ?? -1]?.id === undefined)
      const past = interrupts.find(({ id }) => id !== undefined && id > LAST_INTERRUPT)
      if (past)
        verdict.violated({
          at: timer.origin,
          message: `${timer.path} has the interrupt ${past.id}, and ${LAST_INTERRUPT} is the last`,
          help: "take the timer's node from the board's original tree",
        })
      if (missing.length === 0) return
      verdict.violated({
        at: timer.origin,
        message: `${timer.path} has no interrupt at ${gic.node.path} for ${missing.join(', ')}`,
        help: `list the interrupts ${TIMER_INTERRUPTS.join(', ')} of the timer, in this order or with interrupt-names`,
      })
    },
  },
]
