/** LLC, SM: the colours of domains, and what a domain may not have beside them (common/llc-coloring.c; dom0less-build.c). */
import { formatSize, roughSize } from '../../../units/format.ts'
import { bytes } from '../../../units/quantities.ts'
import { withoutColorsInherits } from '../../../xen/llc-coloring.ts'
import { isAtLeast } from '../../../xen/releases.ts'
import type { Rule } from '../../rule.ts'
import { buildWith, builtWithout } from '../built-without.ts'
import { fileOf } from '../files.ts'
import { gzipIn } from '../kernel-image.ts'
import { at, type DomainView } from '../view/domains.ts'
import { buddyReserve, COLORING_SINCE, cacheIn, capacity, colorsOf, readColors } from '../view/llc-coloring.ts'
import { readString } from '../view/property.ts'
import type { XenView } from '../view.ts'
import { demand, heap } from './domain-memory.ts'

const PROPERTY = 'llc-colors'

interface Colored {
  readonly domain: DomainView
  readonly text: string
}

const colored = ({ domains }: XenView): readonly Colored[] =>
  domains.flatMap((domain) => {
    const text = readString(domain.node.node, PROPERTY)
    return text === undefined ? [] : [{ domain, text }]
  })

export const domainColorRules: readonly Rule<XenView>[] = [
  {
    code: 'LLC-001',
    check(view, verdict) {
      const { context } = view
      if (!isAtLeast(context.release, COLORING_SINCE)) return
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
    code: 'LLC-013',
    check(view, verdict) {
      if (!isAtLeast(view.context.release, COLORING_SINCE)) return
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
      if (!isAtLeast(view.context.release, COLORING_SINCE)) return
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
            message: `'${domain.name}' has colour ${highest}, and the cache has ${total}, numbered from 0`,
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
    code: 'LLC-017',
    check(view, verdict) {
      if (!cacheIn(view).enabled) return
      const reserve = buddyReserve(view)
      for (const domain of view.domains) {
        const file = fileOf(view, domain.kernel)
        const stream = file && gzipIn(file, view.context.release)
        if (stream && stream.uncompressedSize > reserve)
          verdict.violated({
            at: domain.kernel?.node.origin ?? domain.node.origin,
            message: `the kernel of '${domain.name}' has ${formatSize(stream.uncompressedSize)} when decompressed, and with colouring Xen has ${formatSize(reserve)} for that`,
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
        if (readString(domain.node.node, PROPERTY) !== undefined) before = domain
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
        if (domain.staticMem)
          verdict.violated({
            at: at(domain, 'xen,static-mem'),
            message: `'${domain.name}' has static memory, which has every colour: Xen refuses it together with cache colouring`,
            help: 'leave xen,static-mem out, or cache colouring off',
            remedy: 'leave static-mem out, or cache colouring off',
          })
    },
  },
]
