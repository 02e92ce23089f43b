/**
 * DOM: what direct-mapped domains need of the host's console (arch/arm/dom0less-build.c: arch_parse_dom0less_node, up to 4.20 create_domUs; vpl011.c:
 * domain_vpl011_init).
 */
import type { WayOut } from '../../../diagnostics/diagnostic.ts'
import { formatSize } from '../../../units/format.ts'
import { KiB, times } from '../../../units/quantities.ts'
import { SPI_RANK } from '../../../xen/domain-limits.ts'
import { FIRST_SPI } from '../../../xen/gic.ts'
import type { Rule } from '../../rule.ts'
import { hardwareDomains } from '../view/capabilities.ts'
import { consoleOf, drivenConsole } from '../view/console.ts'
import { HostInterrupts } from '../view/device-interrupts.ts'
import { at } from '../view/domains.ts'
import { entriesOf } from '../view/memory.ts'
import { readProperty } from '../view/property.ts'
import type { ScannedNode } from '../view/scan.ts'
import type { XenView } from '../view.ts'

/** The emulated PL011 takes a page (GUEST_PL011_SIZE). */
const UART_SIZE = times(4, KiB)

/** INTID of the UART that is Xen's console; `undefined`: Xen drives none, or its interrupt is not known. */
function consoleInterrupt(view: XenView): number | undefined {
  const node = drivenConsole(view)
  return node && new HostInterrupts(view).sharedOf(node.path)[0]
}

function registersOf(node: ScannedNode) {
  const reg = readProperty(node.node, 'reg')
  return reg && node.cells.address > 0 && node.cells.size > 0 ? entriesOf(node, reg, node.cells)[0]?.range : undefined
}

/** For the hardware domain, which must not have nr_spis (DOM-019). */
const WITH_A_CONSOLE: WayOut = {
  help: 'give Xen a console that has one (dtuart=)',
  remedy: 'give Xen a console that has one (dtuart= in xen.bootargs)',
}
/** For other domains. */
const WITHOUT_A_CONSOLE: WayOut = {
  help: 'give Xen a console that has one (dtuart=), or give the domain nr_spis and no vpl011',
  remedy: "give Xen a console that has one (dtuart= in xen.bootargs), or give the domain nr-spis and 'console: none'",
}

export const directMapRules: readonly Rule<XenView>[] = [
  {
    code: 'DOM-022',
    check(view, verdict) {
      const direct = view.domains.filter(({ directMap, vpl011 }) => directMap && vpl011)
      const id = direct.length > 0 ? consoleInterrupt(view) : undefined
      for (const domain of direct) {
        if (domain.nrSpis === undefined || id === undefined) continue
        const limit = FIRST_SPI + Math.ceil(domain.nrSpis / SPI_RANK) * SPI_RANK
        if (id >= limit)
          verdict.violated({
            at: at(domain, 'nr_spis'),
            message: `'${domain.name}' is direct-mapped, so its console has interrupt ${id} of the host's console, and nr_spis ${domain.nrSpis} allows only those below ${limit}`,
            help: 'leave nr_spis out, or vpl011',
            remedy: "leave nr-spis out, or set 'console: none'",
          })
      }
    },
  },
  {
    code: 'DOM-023',
    needs: ['DOM-012'],
    check(view, verdict) {
      const direct = view.domains.filter(({ directMap, nrSpis }) => directMap && nrSpis === undefined)
      if (direct.length === 0 || consoleInterrupt(view) !== undefined) return
      const hardware = hardwareDomains(view)
      for (const domain of direct)
        verdict.violated({
          at: at(domain, 'direct-map'),
          message: `'${domain.name}' is direct-mapped, and Xen cannot tell from its own console how many interrupts the domain needs: it has none that it can use, or one without an interrupt`,
          ...(hardware.includes(domain) ? WITH_A_CONSOLE : WITHOUT_A_CONSOLE),
        })
    },
  },
  {
    code: 'DOM-024',
    needs: ['DOM-023'],
    check(view, verdict) {
      const direct = view.domains.filter(({ directMap, vpl011 }) => directMap && vpl011)
      const node = direct.length > 0 ? consoleOf(view) : undefined
      const registers = node && registersOf(node)
      if (!node || !registers || registers.size >= UART_SIZE) return
      for (const domain of direct)
        verdict.violated({
          at: at(domain, 'vpl011'),
          message: `'${domain.name}' is direct-mapped, and its console takes the place of ${node.path}, whose registers are ${formatSize(registers.size)}: it needs ${formatSize(UART_SIZE)}`,
          help: 'leave vpl011 out',
          remedy: "set 'console: none'",
        })
    },
  },
]
