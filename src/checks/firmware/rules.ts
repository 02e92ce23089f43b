/** RES: what the manifest places in RAM that firmware is assumed to keep. */
import { atValue } from '../../diagnostics/diagnostic.ts'
import { numbersOf } from '../../plan/numbers.ts'
import type { SystemPlan } from '../../plan/system-plan.ts'
import { formatRange } from '../../units/format.ts'
import { overlaps } from '../../units/range.ts'
import type { Rule } from '../rule.ts'

export const firmwareRules: readonly Rule<SystemPlan>[] = [
  {
    code: 'RES-012',
    check(plan, { violated }) {
      const { firmware } = plan.board
      for (const { what, value, source } of firmware.length === 0 ? [] : numbersOf(plan, 'memory')) {
        const kept = firmware.find(({ range }) => overlaps(range, value))
        if (!kept || source.by !== 'manifest') continue
        violated({
          at: atValue(source.at),
          message: `${what} ${formatRange(value)} overlaps ${kept.what} ${formatRange(kept.range)}, which firmware of this SoC uses (${kept.source})`,
          help: "place it elsewhere; if your firmware is not there, set 'platform.firmware: none'",
        })
      }
    },
  },
]
