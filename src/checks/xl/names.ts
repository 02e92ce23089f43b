/** XL: names of domains. */
import { atKey } from '../../diagnostics/diagnostic.ts'
import type { Rule } from '../rule.ts'
import { entryOf, textOf, type XlContext } from './xl-context.ts'

export const nameRules: readonly Rule<XlContext>[] = [
  {
    code: 'XL-070',
    check({ domains, bootNames }, { violated }) {
      for (const domain of domains) {
        const entry = entryOf(domain, 'name')
        const name = textOf(entry)
        const id = name === undefined ? undefined : bootNames.get(name)
        if (id === undefined || id === domain.config.bootId) continue
        violated({
          at: entry?.origin ?? atKey(domain.config.pointer),
          message: `'${name}' is a name of the domain with id ${id}, which Xen has started`,
          help: 'choose another name',
        })
      }
    },
  },
]
