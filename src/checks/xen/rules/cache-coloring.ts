/** LLC: the last-level cache and its colours, as Xen's arguments set them (common/llc-coloring.c). */
import { formatSize } from '../../../units/format.ts'
import { alignUp, MiB, PAGE, times } from '../../../units/quantities.ts'
import { lowestAligned, subtract } from '../../../units/range.ts'
import { isAtLeast } from '../../../xen/releases.ts'
import type { Rule } from '../../rule.ts'
import { lastValue, optionOrigin } from '../view/command-line.ts'
import { hasDom0 } from '../view/hardware-owner.ts'
import { COLORING_SINCE, cacheIn, capacity, colorsOf, readColors } from '../view/llc-coloring.ts'
import type { XenView } from '../view.ts'

/** Alignment of the address that Xen moves itself to (arch/arm/include/asm/config.h: XEN_PADDR_ALIGN). */
const XEN_ALIGNMENT = times(2, MiB)

/** Where option `key` of Xen's arguments comes from. */
const atOption = ({ commandLine, context }: XenView, key: string) =>
  optionOrigin(commandLine, context.optionOrigins, key)

/** Options that list colours: key, the rule about numbers that the cache does not have, and who gets the colours. */
const OPTIONS = [
  ['xen-llc-colors', 'LLC-007', 'Xen'],
  ['dom0-llc-colors', 'LLC-008', 'dom0'],
] as const

const beyond =
  (index: 0 | 1): Rule<XenView>['check'] =>
  (view, verdict) => {
    const [key, , who] = OPTIONS[index]
    const text = lastValue(view.commandLine, key)
    const total = colorsOf(view)
    if (text === undefined || total === undefined) return
    const { count, highest, wrong } = readColors(text, capacity(view))
    if (wrong === undefined && (highest >= total || count > total))
      verdict.violated({
        at: atOption(view, key),
        message: `${key}=${text} gives ${who} ${highest >= total ? `colour ${highest}` : `${count} colours`}, and the cache has ${total}, numbered from 0`,
        help: 'choose from the colours that the cache has',
      })
  }

/** From this release on Xen forgets a list that it cannot read. Before, it keeps the part that it could (parse_color_config). */
const FORGETS_SINCE = '4.22'
const KEEPS =
  'Xen would go on with the colours before the mistake, its default where there are none, and 0 in place of what is not a number'

export const cacheColoringRules: readonly Rule<XenView>[] = [
  {
    code: 'LLC-002',
    check(view, verdict) {
      const { enabled, way } = cacheIn(view)
      if (enabled && way === undefined)
        verdict.undecided(
          atOption(view, 'llc-coloring'),
          'llc-size and llc-nr-ways are not given: only the hardware knows how many colours there are',
        )
    },
  },
  {
    code: 'LLC-003',
    check(view, verdict) {
      const { enabled, way } = cacheIn(view)
      if (enabled && way !== undefined && way % PAGE !== 0n)
        verdict.violated({
          at: atOption(view, 'llc-size'),
          message: `one way of the cache has ${formatSize(way)} (llc-size divided by llc-nr-ways), not a multiple of 4 KiB`,
          help: 'take both from the manual of the SoC',
        })
    },
  },
  {
    code: 'LLC-004',
    needs: ['LLC-003'],
    check(view, verdict) {
      const { enabled, way } = cacheIn(view)
      const total = enabled && way !== undefined ? way / PAGE : 0n
      if (total > 0n && (total & (total - 1n)) !== 0n)
        verdict.violated({
          at: atOption(view, 'llc-size'),
          message: `the cache has ${total} colours (pages in one way), which is not a power of two`,
          help: 'take llc-size and llc-nr-ways from the manual of the SoC',
        })
    },
  },
  {
    code: 'LLC-005',
    needs: ['LLC-003'],
    check(view, verdict) {
      const { enabled, way } = cacheIn(view)
      if (enabled && way !== undefined && way / PAGE < 2n)
        verdict.violated({
          at: atOption(view, 'llc-size'),
          message: `one way of the cache has ${formatSize(way)}: ${way / PAGE} colour, and colouring needs at least two`,
          help: 'take llc-size and llc-nr-ways from the manual of the SoC, or leave colouring off',
        })
    },
  },
  {
    code: 'LLC-006',
    check(view, verdict) {
      const { enabled, way } = cacheIn(view)
      const most = capacity(view)
      if (enabled && way !== undefined && way / PAGE > BigInt(most))
        verdict.violated({
          at: atOption(view, 'llc-size'),
          message: `the cache has ${way / PAGE} colours, and Xen uses ${most} of them`,
          help: 'build Xen with a larger CONFIG_LLC_COLORS_ORDER',
        })
    },
  },
  { code: 'LLC-007', check: beyond(0) },
  // Xen does not look at dom0's colours where there is no dom0 (arch/arm/domain_build.c: create_dom0).
  { code: 'LLC-008', check: (view, verdict) => hasDom0(view) && beyond(1)(view, verdict) },
  {
    code: 'LLC-009',
    check(view, verdict) {
      if (!isAtLeast(view.context.release, COLORING_SINCE)) return
      for (const [key] of OPTIONS) {
        const text = lastValue(view.commandLine, key)
        const wrong = text === undefined ? undefined : readColors(text, capacity(view)).wrong
        if (wrong !== undefined)
          verdict.violated({
            at: atOption(view, key),
            message: `${key}=${text}: ${wrong}`,
            ...(isAtLeast(view.context.release, FORGETS_SINCE) ? {} : { effect: KEEPS }),
            help: 'write a list such as 0-3,8',
          })
      }
    },
  },
  {
    code: 'LLC-015',
    check(view, verdict) {
      const total = colorsOf(view)
      const { memory } = view.context
      if (total === undefined || !memory?.xen || !cacheIn(view).enabled) return
      const size = alignUp(times(total, memory.xen.size), XEN_ALIGNMENT)
      const taken = view.claims.map((claim) => claim.range)
      const free = subtract(
        view.ram.map((bank) => bank.range),
        taken,
      )
      if (free.some((hole) => lowestAligned(hole, size, XEN_ALIGNMENT))) return
      verdict.violated({
        at: atOption(view, 'llc-size'),
        message: `Xen relocates to ${formatSize(size)} of contiguous RAM, ${total} colours times its size, and there is no such range`,
        help: 'reserve less memory, or in fewer places',
      })
    },
  },
]
