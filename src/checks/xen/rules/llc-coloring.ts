/** LLC, SM: colouring of the last-level cache, from 4.20 on (common/llc-coloring.c; dom0less-build.c). */
import { formatSize, roughSize } from '../../../units/format.ts'
import { alignUp, type Bytes, bytes, MiB, PAGE, times } from '../../../units/quantities.ts'
import { lowestAligned, subtract } from '../../../units/range.ts'
import { withoutColorsInherits } from '../../../xen/llc-coloring.ts'
import { isAtLeast } from '../../../xen/releases.ts'
import type { Rule } from '../../rule.ts'
import { buildWith, builtWithout } from '../built-without.ts'
import { fileOf } from '../files.ts'
import { type CommandLine, lastValue, optionOrigin, parseUnsigned, parseXenSize } from '../view/command-line.ts'
import { at, type DomainView } from '../view/domains.ts'
import { firstString, readProperty } from '../view/property.ts'
import type { XenView } from '../view.ts'
import { demand, heap } from './domain-memory.ts'

const PROPERTY = 'llc-colors'
const SINCE = '4.20'

/** Colours that Xen holds: 2 to the power of LLC_COLORS_ORDER (common/Kconfig), 7 unless built otherwise. */
function capacity({ context: { kconfig } }: XenView): number {
  const order = Number(kconfig?.options.get('LLC_COLORS_ORDER') ?? 7)
  return 2 ** (Number.isInteger(order) && order >= 1 && order <= 10 ? order : 7)
}

/** RAM without colours where Xen is not told how much (common/Kconfig: BUDDY_ALLOCATOR_SIZE). */
const DEFAULT_BUDDY = times(64, MiB)

/** RAM that is not handed out by colour: Xen's own heap. */
function buddyReserve({ commandLine }: XenView): Bytes {
  const given = parseXenSize(lastValue(commandLine, 'buddy-alloc-size') ?? '')
  return given === undefined ? DEFAULT_BUDDY : bytes(given)
}

/** Of the place that Xen moves to (arch/arm/include/asm/config.h: XEN_PADDR_ALIGN). */
const XEN_ALIGNMENT = times(2, MiB)

interface Cache {
  /** `llc-size` and `llc-nr-ways` are both given. */
  readonly way?: Bytes
  readonly enabled: boolean
}

const NO: ReadonlySet<string> = new Set(['0', 'no', 'off', 'false', 'disable'])

function cacheOf(line: CommandLine): Cache {
  const size = parseXenSize(lastValue(line, 'llc-size') ?? '') ?? 0n
  const ways = parseUnsigned(lastValue(line, 'llc-nr-ways') ?? '') ?? 0n
  const word = line.words.findLast(({ key }) => key === 'llc-coloring' || key === 'no-llc-coloring')
  const isOff = word !== undefined && (word.key === 'no-llc-coloring' || NO.has(word.value ?? ''))
  const way = size > 0n && ways > 0n ? bytes(size / ways) : undefined
  return { enabled: !isOff && (word !== undefined || way !== undefined), ...(way === undefined ? {} : { way }) }
}

const cacheIn = ({ commandLine, context }: XenView): Cache =>
  isAtLeast(context.release, SINCE) ? cacheOf(commandLine) : { enabled: false }

/** How many colours there are; `undefined`: off, or the hardware's secret. */
function colorsOf(view: XenView): number | undefined {
  const { enabled, way } = cacheIn(view)
  return enabled && way !== undefined ? Math.min(Number(way / PAGE), capacity(view)) : undefined
}

/** Where an option comes from. */
const atOption = ({ commandLine, context }: XenView, key: string) =>
  optionOrigin(commandLine, context.optionOrigins, key)

interface ColorList {
  /** As written, duplicates too; nothing behind what Xen cannot read. */
  readonly count: number
  readonly highest: number
  /** Why Xen cannot read it. */
  readonly wrong?: string
}

/** Xen's own reading of a list (common/llc-coloring.c: parse_color_config): C's numbers, a trailing comma is tolerated. */
function readColors(text: string, limit: number): ColorList {
  let count = 0
  let highest = 0
  for (const item of text.replace(/,$/, '').split(',')) {
    const match = /^(0[xX][0-9a-fA-F]+|[0-9]+)(?:-(0[xX][0-9a-fA-F]+|[0-9]+))?$/.exec(item)
    const first = Number(parseUnsigned(match?.[1] ?? '') ?? -1n)
    const last = match?.[2] === undefined ? first : Number(parseUnsigned(match[2]) ?? -1n)
    if (first < 0 || last < 0) return { count, highest, wrong: `'${item}' is not a colour` }
    if (first > last) return { count, highest, wrong: `${item} runs backwards` }
    if (last >= limit) return { count, highest, wrong: `${last} is past the ${limit} colours that Xen supports` }
    count += last - first + 1
    highest = Math.max(highest, last)
  }
  return { count, highest }
}

interface Colored {
  readonly domain: DomainView
  readonly text: string
}

const colored = ({ domains }: XenView): readonly Colored[] =>
  domains.flatMap((domain) => {
    const property = readProperty(domain.node.node, PROPERTY)
    return property ? [{ domain, text: firstString(property) }] : []
  })

/** An option of the command line that lists colours. */
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
        message: `${key}=${text} gives ${who} ${highest >= total ? `colour ${highest}` : `${count} colours`}, and the cache has ${total}, counted from 0`,
        help: 'choose from the colours that the cache has',
      })
  }

export const llcColoringRules: readonly Rule<XenView>[] = [
  {
    code: 'LLC-001',
    check(view, verdict) {
      const { context } = view
      if (!isAtLeast(context.release, SINCE)) return
      const option = builtWithout(context, 'llc-coloring')
      const { enabled } = cacheIn(view)
      for (const { domain } of colored(view)) {
        if (enabled && option === undefined) continue
        verdict.violated({
          at: at(domain, PROPERTY),
          message: `'${domain.name}' has colours, and ${option === undefined ? 'colouring is off' : `Xen was built without ${option}`}`,
          ...(option === undefined
            ? { help: "add llc-coloring=on to Xen's arguments", remedy: 'set xen.cache-coloring' }
            : { help: buildWith(option) }),
        })
      }
    },
  },
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
  { code: 'LLC-008', check: beyond(1) },
  {
    code: 'LLC-009',
    check(view, verdict) {
      if (!isAtLeast(view.context.release, SINCE)) return
      for (const [key] of OPTIONS) {
        const text = lastValue(view.commandLine, key)
        const wrong = text === undefined ? undefined : readColors(text, capacity(view)).wrong
        if (wrong !== undefined)
          verdict.violated({
            at: atOption(view, key),
            message: `${key}=${text}: ${wrong}`,
            help: 'write a list such as 0-3,8',
          })
      }
    },
  },
  {
    code: 'LLC-013',
    check(view, verdict) {
      if (!isAtLeast(view.context.release, SINCE)) return
      for (const { domain, text } of colored(view))
        if (text === '')
          verdict.violated({
            at: at(domain, PROPERTY),
            message: `${PROPERTY} of '${domain.name}' is empty, and every page has a colour`,
            help: 'name at least one, or remove it to use all',
          })
    },
  },
  {
    code: 'LLC-010',
    needs: ['LLC-013'],
    check(view, verdict) {
      if (!isAtLeast(view.context.release, SINCE)) return
      for (const { domain, text } of colored(view)) {
        const { wrong } = readColors(text, capacity(view))
        if (wrong !== undefined)
          verdict.violated({
            at: at(domain, PROPERTY),
            message: `${PROPERTY} of '${domain.name}', "${text}": ${wrong}`,
            help: 'write a list such as 0-3,8, without spaces',
          })
      }
    },
  },
  {
    code: 'LLC-011',
    needs: ['LLC-001', 'LLC-010'],
    check(view, verdict) {
      const total = colorsOf(view)
      for (const { domain, text } of total === undefined ? [] : colored(view)) {
        const { highest } = readColors(text, capacity(view))
        if (total !== undefined && highest >= total)
          verdict.violated({
            at: at(domain, PROPERTY),
            message: `'${domain.name}' has colour ${highest}, and the cache has ${total}, counted from 0`,
            help: 'choose from the colours that the cache has',
          })
      }
    },
  },
  {
    code: 'LLC-012',
    needs: ['LLC-001', 'LLC-010', 'LLC-011'],
    check(view, verdict) {
      const total = colorsOf(view)
      for (const { domain, text } of total === undefined ? [] : colored(view)) {
        const { count } = readColors(text, capacity(view))
        if (total !== undefined && count > total)
          verdict.violated({
            at: at(domain, PROPERTY),
            message: `'${domain.name}' lists ${count} colours, some of them twice, and the cache has ${total}`,
            help: 'name each colour once',
          })
      }
    },
  },
  {
    code: 'LLC-014',
    needs: ['LLC-001', 'LLC-010', 'LLC-011', 'LLC-013', 'DOM-009'],
    check(view, verdict) {
      const total = colorsOf(view)
      if (total === undefined) return
      const free = heap(view)
      const reserve = buddyReserve(view)
      const spread = free > reserve ? free - reserve : 0n
      for (const { domain, text } of colored(view)) {
        const { count } = readColors(text, capacity(view))
        const share = bytes((spread / BigInt(total)) * BigInt(count))
        const wanted = demand(domain)
        if (domain.memory !== undefined && wanted > share)
          verdict.violated({
            at: at(domain, PROPERTY),
            message: `'${domain.name}' takes ${roughSize(wanted)} of RAM with its page tables, and ${count} of ${total} colours have at most ${roughSize(share)}`,
            help: 'give it more colours, or less memory',
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
        message: `Xen moves into ${formatSize(size)} of contiguous RAM, ${total} colours times its size, and there is no such range`,
        help: 'reserve less memory, or in fewer places',
      })
    },
  },
  {
    code: 'LLC-017',
    check(view, verdict) {
      if (!cacheIn(view).enabled) return
      const reserve = buddyReserve(view)
      for (const domain of view.domains) {
        const format = fileOf(view, domain.kernel)?.format
        if (format?.kind === 'gzip' && format.uncompressedSize > reserve)
          verdict.violated({
            at: domain.kernel?.node.origin ?? domain.node.origin,
            message: `the kernel of '${domain.name}' has ${formatSize(format.uncompressedSize)} when decompressed, and with colouring Xen has ${formatSize(reserve)} for that`,
            help: 'use the decompressed kernel, or raise buddy-alloc-size',
            remedy: 'use the decompressed kernel, or set buddy-alloc-size in xen.cache-coloring',
          })
      }
    },
  },
  {
    code: 'LLC-018',
    check(view, verdict) {
      if (!withoutColorsInherits(view.context.release) || !cacheIn(view).enabled) return
      let before: DomainView | undefined
      for (const domain of view.domains) {
        if (readProperty(domain.node.node, PROPERTY)) before = domain
        else if (before)
          verdict.violated({
            at: domain.node.origin,
            message: `'${domain.name}' has no colours of its own, and Xen 4.20 gives it those of '${before.name}'`,
            help: 'write llc-colors of the domain: all of them where it is to have all',
            remedy:
              'set llc-colors, or llc-size and llc-nr-ways in xen.cache-coloring: then domforge writes all of them out',
          })
      }
    },
  },
  {
    code: 'SM-011',
    check(view, verdict) {
      if (!cacheIn(view).enabled) return
      for (const domain of view.domains)
        if (domain.staticMemory)
          verdict.violated({
            at: at(domain, 'xen,static-mem'),
            message: `'${domain.name}' has static memory, which has every colour: Xen refuses it together with cache colouring`,
            help: 'leave xen,static-mem out, or cache colouring off',
            remedy: 'leave static-mem out, or cache colouring off',
          })
    },
  },
]
