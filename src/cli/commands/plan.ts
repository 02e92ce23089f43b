import { planJson } from '../../emit/plan-json.ts'
import { runPipeline } from '../../pipeline.ts'
import type { LoadedFile, Planned, SystemPlan } from '../../plan/system-plan.ts'
import { formatRange, formatSize } from '../../units/format.ts'
import { exitStatusOf, printFindings } from '../findings.ts'
import type { Invocation } from '../parse.ts'
import { paint, table } from '../terminal.ts'

/** `domforge plan`: the numbers on stdout, findings on stderr. A plan with errors is still shown: it helps to find them. */
export function plan(invocation: Invocation): number {
  const outcome = runPipeline(invocation.arguments['manifest'] ?? '')
  const json = invocation.options['format'] === 'json'
  printFindings(outcome, json ? 'json' : 'text', process.stderr)
  if (outcome.plan) process.stdout.write(json ? planJson(outcome.plan) : planText(outcome.plan))
  return exitStatusOf(outcome)
}

const heading = (text: string): string => `${paint(process.stdout, 'bold', text)}\n`

const planText = (system: SystemPlan): string =>
  [
    heading('Loaded by U-Boot (host-physical)'),
    table([system.load.xen, system.load.deviceTree, ...system.load.modules].map(loadRow)),
    '\n',
    heading('Domains (guest-physical)'),
    table(domainRows(system)),
  ].join('')

const loadRow = (file: LoadedFile): string[] => [
  `  ${formatRange(file.room)}`,
  file.id,
  file.path,
  `${file.size} bytes`,
  why(file.address),
]

const domainRows = ({ dom0, dom0less, xl }: SystemPlan): string[][] => [
  ...(dom0
    ? [[`  ${dom0.domain.name}`, 'domain 0', formatSize(dom0.domain.memory), 'RAM placed by Xen, 1:1', '']]
    : []),
  ...dom0less.map(({ domain, id, ram }) => [
    `  ${domain.name}`,
    `domain ${id.value}`,
    formatSize(domain.memory),
    ram.map(formatRange).join(' '),
    why(id),
  ]),
  ...xl.map(({ domain, ram }) => [
    `  ${domain.name}`,
    'by xl',
    formatSize(domain.memory),
    ram.map(formatRange).join(' '),
    'dom0 gives it the next free id',
  ]),
]

const why = (value: Planned<unknown>): string => `${value.by}: ${'reason' in value ? value.reason : value.at}`
