import { encode } from '../../emit/encode.ts'
import { planJson } from '../../emit/plan-json.ts'
import { DEATHS, lifecycleOf } from '../../lifecycle/managed.ts'
import { findInputs, type Outcome, runPipeline } from '../../pipeline.ts'
import { numbersOf } from '../../plan/numbers.ts'
import { type Planned, sourceText } from '../../plan/provenance.ts'
import { factsOfFile, type LoadedFile, type SystemPlan } from '../../plan/system-plan.ts'
import { formatDuration } from '../../units/duration.ts'
import { formatRange, formatSize } from '../../units/format.ts'
import { exitStatusOf, printFindings } from '../findings.ts'
import { stderr, stdout } from '../output.ts'
import type { Invocation } from '../parse.ts'
import { seenFromHere } from '../paths.ts'
import { refuseUsage } from '../refuse.ts'
import { settingsOf } from '../settings.ts'
import { paint, table } from '../terminal.ts'

/** `domforge plan`: the numbers on stdout, findings on stderr. A plan with errors is still shown: it helps to find them. */
export function plan(invocation: Invocation): number {
  const { inputs, outputs, format } = invocation.options
  const json = format === 'json'
  if (inputs && outputs) return refuseUsage('--inputs and --outputs exclude each other')
  if (inputs) return listInputs(invocation, json)
  const outcome = runPipeline(invocation.arguments['manifest'] ?? '', settingsOf(invocation))
  printFindings(outcome, json ? 'json' : 'text', stderr)
  if (outputs) listOutputs(outcome, json)
  else if (outcome.assembly) stdout.write(json ? planJson(outcome.assembly) : planText(outcome.assembly.plan))
  return exitStatusOf(outcome)
}

/** For recipes, before anything is there: only mistakes of the manifest count. */
function listInputs(invocation: Invocation, json: boolean): number {
  const manifest = invocation.arguments['manifest'] ?? ''
  const found = findInputs(manifest, settingsOf(invocation))
  printFindings(found, json ? 'json' : 'text', stderr)
  if (found.inputs) stdout.write(list('inputs', seenFromHere(found.inputs, manifest), json))
  return exitStatusOf(found)
}

/** Nothing while there are errors: no build would write anything. */
function listOutputs({ assembly, findings }: Outcome, json: boolean): void {
  if (!assembly || findings.hasErrors) return
  const { artifacts, record } = encode(assembly)
  const paths = [...artifacts, record].map(({ path }) => path)
  stdout.write(list('outputs', paths, json))
}

const list = (name: string, paths: readonly string[], json: boolean): string =>
  json ? `${JSON.stringify({ version: 1, [name]: paths }, null, 2)}\n` : paths.map((path) => `${path}\n`).join('')

const heading = (text: string): string => `${paint(stdout, 'bold', text)}\n`

const planText = (system: SystemPlan): string =>
  [
    heading('Loaded by U-Boot (host-physical)'),
    table([system.load.xen, system.load.deviceTree, ...system.load.modules].map(loadRow)),
    '\n',
    ...partitionText(system),
    heading('Domains (guest-physical)'),
    table(domainRows(system)),
    ...lifecycleText(system),
  ].join('')

const loadRow = (file: LoadedFile): string[] => [
  `  ${formatRange(file.room)}`,
  file.id,
  file.path,
  sizeText(file),
  why(file.address),
]

/** Of a file that is to appear later only what is declared is known. */
function sizeText(loaded: LoadedFile): string {
  const file = factsOfFile(loaded)
  return file?.format.kind === 'missing' && file.declared
    ? `at most ${formatSize(loaded.size)}`
    : `${loaded.size} bytes`
}

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
    'the next free id, when dom0 creates it',
  ]),
]

/** What lies in fixed places, and who notifies whom; nothing where the manifest says nothing of it. */
function partitionText(plan: SystemPlan): string[] {
  const memory = numbersOf(plan, 'memory').map(({ name, value, source }) => [
    `  ${formatRange(value)}`,
    name,
    formatSize(value.size),
    sourceText(source),
  ])
  const views = numbersOf(plan, 'region-view').map(({ domain, name, value, source }) => [
    `  ${domain}`,
    name,
    formatRange(value),
    sourceText(source),
  ])
  const given = numbersOf(plan, 'device-view').map(({ domain, what, value, source }) => [
    `  ${domain}`,
    what,
    formatRange(value),
    sourceText(source),
  ])
  const comes = [...plan.dom0less, ...plan.xl].flatMap(({ domain, devices: own }) =>
    own.flatMap(({ entry, closure }) =>
      closure.choices.map(({ dependency, fate, what }) => [
        `  ${domain.name}`,
        entry.name,
        `${dependency} ${fate}`,
        what,
      ]),
    ),
  )
  const types = new Map(plan.virtio.map(({ device }) => [device.name, device.type.name]))
  const devices = numbersOf(plan, 'device-place').map(({ name, region, value, source }) => [
    `  ${formatRange(value)}`,
    name,
    `${types.get(name)} in ${region}`,
    sourceText(source),
  ])
  const ports = numbersOf(plan, 'port').map(({ domain, name, value, source }) => [
    `  ${domain}`,
    name,
    `port ${value}`,
    sourceText(source),
  ])
  const argo = numbersOf(plan, 'argo-port').map(({ name, value, source }) => [
    `  ${name}`,
    `port ${value}`,
    sourceText(source),
  ])
  const pools = plan.cpupools.map(({ pool, id, cpus }) => [
    `  ${pool.name}`,
    `Pool-${id}`,
    `CPUs ${cpus.map((cpu) => cpu.id).join(', ')}`,
    pool.scheduler ?? "Xen's default scheduler",
  ])
  return [
    ...section('At fixed addresses (host-physical)', memory),
    ...section('Shared memory in guests (guest-physical)', views),
    ...section('Devices of the host in guests (guest-physical)', given),
    ...section('What these devices depend on', comes),
    ...section('Virtio devices (offsets in their regions)', devices),
    ...section('Event channels', ports),
    ...section('Links with Argo', argo),
    ...section('Cpupools', pools),
  ]
}

/** What becomes of domains that end; nothing where no domain has a lifecycle. */
function lifecycleText(plan: SystemPlan): string[] {
  const rows = lifecycleOf(plan).domains.map(({ domain, lifecycle: { attempts, backoff }, actions }) => [
    `  ${domain.name}`,
    ...DEATHS.map((death) => `${death}: ${actions[death]}`),
    `${attempts.max} attempts in ${formatDuration(attempts.window)}, then ${attempts.then}`,
    `delay ${formatDuration(backoff.first)} to ${formatDuration(backoff.max)}`,
  ])
  return rows.length === 0 ? [] : ['\n', heading('When domains end'), table(rows)]
}

const section = (title: string, rows: string[][]): string[] =>
  rows.length === 0 ? [] : [heading(title), table(rows), '\n']

const why = (value: Planned<unknown>): string => sourceText(value)
