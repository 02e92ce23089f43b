/** DOM: whether Xen clears RAM before a domain gets it (common/page_alloc.c: parse_bootscrub_param, heap_init_late; SUPPORT.md: Memory scrubbing). */
import type { Rule } from '../../rule.ts'
import { lastValue, wordOrigin } from '../view/command-line.ts'
import type { XenView } from '../view.ts'

export const scrubbingRules: readonly Rule<XenView>[] = [
  {
    code: 'DOM-062',
    check({ domains, commandLine, context: { optionOrigins } }, verdict) {
      const word = commandLine.words.findLast(({ key }) => key === 'bootscrub' || key === 'no-bootscrub')
      if (!word || lastValue(commandLine, 'bootscrub') === 'idle') return
      const heap = domains.filter(({ staticMemory }) => !staticMemory)
      if (heap.length > 0)
        verdict.violated({
          at: wordOrigin(commandLine, optionOrigins, word),
          message: `with ${word.text}, Xen does not clear the RAM of domains that it builds at boot: ${heap.map(({ name }) => `'${name}'`).join(', ')}`,
          help: "use bootscrub=idle if a guest must not see old contents of memory, such as another guest's data after a reset",
        })
    },
  },
]
