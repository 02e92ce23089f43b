/** What a lint would have to be told to be sure. */
import type { BootContext } from '../checks/xen/boot-context.ts'
import { checkXen } from '../checks/xen/check-xen.ts'
import type { ModuleView } from '../checks/xen/view/modules.ts'
import type { XenView } from '../checks/xen/view.ts'
import type { Code } from '../diagnostics/catalogue/index.ts'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { Findings } from '../diagnostics/findings.ts'
import type { Kconfig } from '../facts/facts.ts'
import { hex } from '../units/format.ts'
import { STOCK_OPTIONS } from '../xen/kconfig.ts'
import { UART_DRIVERS } from '../xen/uart-drivers.ts'
import type { PartlyKnown } from './doubts/doubt.ts'
import { hardwareDoubts } from './doubts/hardware.ts'
import { memoryDoubts } from './doubts/memory.ts'

/** A fact that is missing. */
export interface Unknown {
  /** The rule that cannot be decided, where it is one. */
  readonly rule?: string
  /** A clause: `where Xen lies is not known`. */
  readonly what: string
  /** Arguments that would give it; absent: it cannot be known at build time. */
  readonly remedy?: string
  /** What to have in the tree instead, with which there is nothing to ask. */
  readonly instead?: string
}

/** In the order in which people would look for them. `found` are the findings without knowledge of Xen's options. */
export const unknownsOf = (view: XenView, found: readonly Diagnostic[]): readonly Unknown[] => [
  ...unknownFiles(view),
  ...unknownPlaces(view.context),
  ...unknownOptions(view.context, found),
  ...doubtsOf(view, found),
]

/** Rules that a build can know only in part, where nothing else asks what they need. */
export const PARTLY_KNOWN: readonly PartlyKnown[] = [...memoryDoubts, ...hardwareDoubts]

/** Of rules that are not broken already, as far as they are known. */
function doubtsOf(view: XenView, found: readonly Diagnostic[]): readonly Unknown[] {
  const broken = new Set<string>(found.flatMap(({ code, severity }) => (severity === 'error' ? [code] : [])))
  return PARTLY_KNOWN.flatMap(({ rule, doubt }) => {
    const open = broken.has(rule) ? undefined : doubt(view)
    return open ? [{ rule, ...open }] : []
  })
}

function unknownFiles({ modules, context }: XenView): readonly Unknown[] {
  const known = context.memory?.modules ?? []
  const without = modules.filter(({ range }) => range && !known.some((file) => file.range.base === range.base))
  if (without.length === 0) return []
  const names = without.map((module) => `${module.what} (${addressOf(module)})`)
  return [
    {
      what: `what the files of ${without.length === 1 ? 'a module hold is' : `${without.length} modules hold is`} not known: ${names.join(', ')}`,
      remedy: [...new Set(without.map(addressOf))].map((address) => `--file ${address}=FILE`).join(' '),
    },
  ]
}

const addressOf = ({ range }: ModuleView): string => (range ? hex(range.base) : '')

function unknownPlaces({ memory }: BootContext): readonly Unknown[] {
  const places = [
    ...(memory?.xen ? [] : [{ what: 'Xen', file: 'xen' }]),
    ...(memory?.deviceTree ? [] : [{ what: 'the device tree', file: 'TREE' }]),
  ]
  return places.map(({ what, file }) => ({
    what: `where ${what} is loaded is not known`,
    remedy: `--file ADDRESS=${file}`,
  }))
}

/** What a stock build of Xen would be refused for, and one with more options would not. */
function unknownOptions(context: BootContext, found: readonly Diagnostic[]): readonly Unknown[] {
  if (context.kconfig) return []
  const known = new Set(found.map(keyOf))
  const findings = new Findings()
  checkXen({ ...context, kconfig: STOCK }, findings.judge)
  const codes = new Set<Code>()
  for (const finding of findings.all)
    if (finding.severity === 'error' && !known.has(keyOf(finding))) codes.add(finding.code)
  if (codes.size === 0) return []
  const what = `Xen's options are not known, and a stock build lacks some that this needs: ${[...codes].join(', ')}`
  return [{ what, remedy: '--config .config' }]
}

const STOCK: Kconfig = {
  path: 'a stock build',
  options: new Map([...STOCK_OPTIONS, ...UART_DRIVERS.map(({ option }) => option)].map((name) => [name, 'y'])),
}

const keyOf = ({ code, at }: Diagnostic): string => `${code} ${JSON.stringify(at)}`
