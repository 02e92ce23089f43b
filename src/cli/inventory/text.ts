/** The devices of a board for people: by what giving them away takes, then what stands in the way of each. */
import type { Inventory } from '../../inventory/inventory.ts'
import type { GivableDevice, RefusedDevice, Verdict } from '../../inventory/judge.ts'
import type { Choice } from '../../passthrough/closure.ts'
import { type Consumer, wayOf } from '../../passthrough/consumers.ts'
import { interruptIds } from '../../passthrough/interrupt-ids.ts'
import { hex } from '../../units/format.ts'
import { stdout } from '../output.ts'
import { paint, table, wrap } from '../terminal.ts'

const TITLES: Readonly<Record<Exclude<Verdict, 'no'>, string>> = {
  free: 'Can be given with nothing to decide',
  rates: 'Can be given once the manifest has the rates of their clocks',
  decisions: 'Can be given with decisions: what is missing, included or dropped',
  shared: 'Can be given only together with what is on the same pages',
}

/** `all`: with disabled devices, and those that cannot be given. */
export function inventoryText(inventory: Inventory, all: boolean): string {
  const shown = inventory.devices.filter(({ isEnabled }) => all || isEnabled)
  const hidden = inventory.devices.length - shown.length
  const refused = shown.filter((device) => device.verdict === 'no')
  return [
    ...head(inventory),
    ...Object.entries(TITLES).flatMap(([verdict, title]) => {
      const own = shown.filter((device): device is GivableDevice => device.verdict === verdict)
      const isNeeded = ({ consumers }: GivableDevice): boolean => verdict === 'free' && consumers.length > 0
      return [
        ...group(
          title,
          own.filter((device) => !isNeeded(device)),
        ),
        ...group(`${title}, but others on the board need them`, own.filter(isNeeded)),
      ]
    }),
    ...(all ? refusals(refused) : []),
    ...closing(hidden, all ? 0 : refused.length),
  ].join('')
}

const heading = (text: string): string => `\n${paint(stdout, 'bold', text)}\n`

function head({ model, gic, iommus, mastersWithoutIommu }: Inventory): readonly string[] {
  const off = iommus.filter(({ isEnabled }) => !isEnabled).map(({ path }) => path)
  const on = iommus.filter(({ isEnabled }) => isEnabled).map(({ path }) => path)
  const lines = [
    `${model}\n`,
    gic === undefined
      ? 'no interrupt controller that Xen drives: no device with an interrupt can be given\n'
      : `interrupts at ${gic}\n`,
    on.length > 0 ? `${wrap(`IOMMUs that Xen drives: ${on.join(', ')}`)}\n` : 'no enabled IOMMU that Xen drives\n',
  ]
  if (off.length > 0) {
    lines.push(`${wrap(`disabled IOMMUs: platform: { enable: [${off.join(', ')}] }`)}\n`)
    if (mastersWithoutIommu.length > 0)
      lines.push(
        `${wrap(`without 'iommus', so that Xen stops what they read and write if they are behind one of these: ${mastersWithoutIommu.join(', ')}`, '  ')}\n`,
      )
  }
  return lines
}

function group(title: string, devices: readonly GivableDevice[]): readonly string[] {
  if (devices.length === 0) return []
  const rows = table(devices.map(row)).trimEnd().split('\n')
  return [
    heading(`${title} (${devices.length})`),
    ...devices.flatMap((device, at) => [
      `${rows[at]}\n`,
      ...remarks(device).map((remark) => `${wrap(remark, '      ')}\n`),
    ]),
  ]
}

function row({ path, name, compatible, device, mustForce }: GivableDevice): readonly string[] {
  const [first] = device.spans
  const interrupts = interruptIds(device)
  return [
    `  ${path}`,
    name ?? '',
    compatible,
    first ? hex(first.host.base) : '',
    interrupts.length === 0 ? '' : `interrupts ${interrupts.join(', ')}`,
    device.dma.does === 'no' ? '' : mustForce ? 'DMA without IOMMU' : 'DMA behind an IOMMU',
  ]
}

function remarks({ closure, sharers, consumers }: GivableDevice): readonly string[] {
  return [
    ...(sharers.length > 0 ? [`on the same pages: ${sharers.join(', ')}`] : []),
    ...closure.obstacles.map(({ code, message, help }) => `${code}: ${message.replace(/^\/\S+: /, '')}; ${help}`),
    ...(closure.also.length > 0
      ? [`given with it: ${closure.also.map(({ device }) => device.place.path).join(', ')}`]
      : []),
    ...[...new Set(closure.choices.filter(({ weight }) => weight === 'warning').map(missed))],
    ...needed(consumers),
  ]
}

const missed = ({ dependency, provider, what }: Choice): string =>
  `${dependency}${provider === undefined ? '' : ` (${provider})`}: ${what}`

/** More are counted. */
const NAMED_CONSUMERS = 4

function needed(consumers: readonly Consumer[]): readonly string[] {
  if (consumers.length === 0) return []
  const more = consumers.length - NAMED_CONSUMERS
  const named = consumers.slice(0, NAMED_CONSUMERS).map(wayOf)
  return [`needed by ${named.join('; ')}${more > 0 ? `; and ${more} more` : ''}`]
}

const refusals = (devices: readonly RefusedDevice[]): readonly string[] =>
  devices.length === 0
    ? []
    : [heading(`Cannot be given (${devices.length})`), table(devices.map(({ path, why }) => [`  ${path}`, why]))]

function closing(disabled: number, refused: number): readonly string[] {
  const left = [
    ...(refused > 0 ? [`${refused} that cannot be given`] : []),
    ...(disabled > 0 ? [`${disabled} that are disabled`] : []),
  ]
  return left.length === 0 ? [] : [`\nnot shown: ${left.join(', ')} (--all)\n`]
}
