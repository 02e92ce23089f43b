/** XL: colours of the last-level cache (tools/xl/xl_parse.c; common/llc-coloring.c: domain_set_llc_colors). */
import type { Rule } from '../rule.ts'
import { cacheIn, capacity, colorsOf } from '../xen/view/llc-coloring.ts'
import { readProperty } from '../xen/view/property.ts'
import { readColor } from './grammar/iomem.ts'
import { entryOf, itemsOf, type XlContext } from './xl-context.ts'

export const colorRules: readonly Rule<XlContext>[] = [
  {
    code: 'XL-051',
    check({ domains }, verdict) {
      for (const domain of domains)
        for (const { text, at } of itemsOf(domain, 'llc_colors'))
          if (!readColor(text))
            verdict.violated({
              at,
              message: `'llc_colors' of '${domain.config.domain}' has '${text}', which xl cannot read`,
              help: 'write colours and ascending ranges, such as 0-3',
            })
    },
  },
  {
    code: 'XL-052',
    needs: ['XL-051'],
    check({ domains, host }, verdict) {
      if (!host) return
      const limit = colorsOf(host) ?? capacity(host)
      const atBoot = new Set(
        host.domains.flatMap(({ name, node }) => (readProperty(node.node, 'llc-colors') ? [name] : [])),
      )
      for (const domain of domains) {
        // Its colours are those that Xen gives it at boot, about which LLC-001 and LLC-011 report.
        if (domain.created === 'again' && atBoot.has(domain.config.domain)) continue
        const entry = entryOf(domain, 'llc_colors')
        const colors = itemsOf(domain, 'llc_colors').flatMap(({ text }) => readColor(text) ?? [])
        if (!entry || colors.length === 0) continue
        const highest = Math.max(...colors.map((color) => color.highest))
        const count = colors.reduce((all, color) => all + color.count, 0)
        const isOff = !cacheIn(host).enabled
        const why = isOff
          ? 'colouring is off'
          : highest >= limit
            ? `${highest} is past the last of ${limit}`
            : count > limit
              ? `${count} are more than the ${limit} that there are`
              : undefined
        if (why)
          verdict.violated({
            at: entry.origin,
            message: `'${domain.config.domain}' has colours (${colors.length === 1 ? itemsOf(domain, 'llc_colors')[0]?.text : `${count} of them`}), and ${why}`,
            help: isOff
              ? "switch colouring on with llc-coloring=on among Xen's arguments, or remove the colours"
              : `choose colours below ${limit}, each once`,
            ...(isOff ? { remedy: 'add xen.cache-coloring, or remove llc-colors' } : {}),
          })
      }
    },
  },
]
