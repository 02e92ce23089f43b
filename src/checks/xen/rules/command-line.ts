/** D0: Xen's own arguments. */
import type { Origin, WayOut } from '../../../diagnostics/diagnostic.ts'
import { MAX_COMMAND_LINE_WORD, MAX_DTUART } from '../../../xen/boot-limits.ts'
import { SCHEDULERS, X86_ONLY, XEN_OPTIONS, type XenOption } from '../../../xen/command-line.ts'
import { type CommandLineWord, parseBoolean } from '../../../xen/command-words.ts'
import { MAX_VCPUS, MAX_VCPUS_GICV2 } from '../../../xen/domain-limits.ts'
import { isAdded } from '../../../xen/fork-features.ts'
import { isAtLeast, RELEASES } from '../../../xen/releases.ts'
import { uartDriverFor } from '../../../xen/uart-drivers.ts'
import { didYouMean } from '../../did-you-mean.ts'
import type { Rule } from '../../rule.ts'
import { coreOf, startsAllKinds } from '../scheduling.ts'
import { unreadWord } from '../unread-word.ts'
import { lastValue, optionOrigin, parseUnsigned, parseXenSize, wordOrigin } from '../view/command-line.ts'
import { consoleOf, drivenConsole, wantsConsole } from '../view/console.ts'
import { HostInterrupts } from '../view/device-interrupts.ts'
import { hasDom0 } from '../view/hardware-owner.ts'
import { firstString, originAt, readProperty, stringList } from '../view/property.ts'
import { findNode, isAvailable, type ScannedNode } from '../view/scan.ts'
import type { XenView } from '../view.ts'

interface NotTaken extends WayOut {
  readonly at: Origin | undefined
  readonly why: string
}

/** Why Xen does not even look for a driver of the device (common/device.c: device_init); `undefined`: it looks. */
function notTaken(node: ScannedNode): NotTaken | undefined {
  const status = readProperty(node.node, 'status')
  if (!isAvailable(node))
    return {
      at: status && originAt(status, 0),
      why: `is on ${node.path}, whose status is "${status ? firstString(status) : ''}"`,
      help: 'set its status to "okay", or use another serial port',
      remedy: `add ${node.path} to platform.enable, or use another serial port`,
    }
  const mark = readProperty(node.node, 'xen,passthrough')
  return mark
    ? {
        at: originAt(mark, 0),
        why: `is on ${node.path}, which is marked with xen,passthrough`,
        help: 'remove xen,passthrough from it, or use another serial port',
        remedy: `give ${node.path} to no domain, or use another serial port: dtuart= in xen.bootargs`,
      }
    : undefined
}

/** What the node lacks that every driver needs (drivers/char: dt_device_get_paddr, platform_get_irq); `undefined`: nothing. */
function incomplete(view: XenView, { node, path, cells, origin }: ScannedNode): NotTaken | undefined {
  const reg = readProperty(node, 'reg')?.data.length ?? 0
  const lacks =
    reg < 4 * (cells.address + cells.size)
      ? 'registers'
      : new HostInterrupts(view).of(path).length === 0
        ? 'an interrupt'
        : undefined
  return lacks === undefined
    ? undefined
    : {
        at: origin,
        why: `is on ${path}, which does not have ${lacks}`,
        help: "take the node from the board's original tree",
      }
}

const firstCompatible = (node: ScannedNode): string => {
  const [first] = stringList(readProperty(node.node, 'compatible'))
  return first === undefined ? 'it, which has no compatible' : `"${first}"`
}

export const commandLineRules: readonly Rule<XenView>[] = [
  {
    code: 'D0-003',
    check(view, verdict) {
      const { commandLine, context } = view
      if (!hasDom0(view) || context.kconfig?.options.get('DOM0_MEM')) return
      const value = lastValue(commandLine, 'dom0_mem')
      if (value === undefined)
        verdict.violated({
          at: commandLine.origin,
          message: "dom0_mem is missing from Xen's arguments",
          help: 'write dom0_mem=512M, or another size',
        })
      else if (!parseXenSize(value))
        verdict.violated({
          at: optionOrigin(commandLine, context.optionOrigins, 'dom0_mem'),
          message: `dom0_mem=${value} is not a size that Xen on Arm can read`,
          help: 'write dom0_mem=512M, or another size',
        })
    },
  },
  {
    code: 'D0-004',
    check(view, verdict) {
      if (!hasDom0(view) || view.gic?.version !== 'v2') return
      const vcpus = parseUnsigned(lastValue(view.commandLine, 'dom0_max_vcpus') ?? '')
      if (vcpus !== undefined && vcpus > MAX_VCPUS_GICV2)
        verdict.violated({
          at: optionOrigin(view.commandLine, view.context.optionOrigins, 'dom0_max_vcpus'),
          message: `dom0 would get ${vcpus > MAX_VCPUS ? MAX_VCPUS : vcpus} vCPUs, and a host with a GICv2 allows ${MAX_VCPUS_GICV2}`,
          help: 'give dom0 at most 8 vCPUs',
        })
    },
  },
  {
    code: 'D0-011',
    check({ commandLine, context }, verdict) {
      for (const word of commandLine.words)
        if (word.text.length > MAX_COMMAND_LINE_WORD)
          verdict.violated({
            at: wordOrigin(commandLine, context.optionOrigins, word),
            message: `'${word.key.slice(0, 20)}…' has ${word.text.length} characters, and Xen reads only ${MAX_COMMAND_LINE_WORD} of an argument`,
            help: 'split or shorten it',
          })
    },
  },
  {
    code: 'D0-012',
    check({ commandLine, context }, verdict) {
      for (const word of commandLine.words) {
        const { name, option } = optionOf(word)
        const at = wordOrigin(commandLine, context.optionOrigins, word)
        if (option && isAtLeast(context.release, option.since)) {
          const wrong = valueProblem(word, option)
          if (wrong) verdict.violated({ at, message: `${word.text}: ${wrong}`, help: 'correct the value' })
          continue
        }
        if (isAdded(context.features ?? [], 'options', name)) continue
        const why = option
          ? `is new in Xen ${option.since}`
          : X86_ONLY.has(name)
            ? 'is an option of Xen on x86 only'
            : 'is not an option of Xen on Arm'
        const meant = option || X86_ONLY.has(name) ? undefined : didYouMean(name, XEN_OPTIONS)
        verdict.violated({
          at,
          message: `'${word.key}' ${why}, and Xen ${context.release} ignores it`,
          ...unreadWord('options', name, meant ?? 'remove it'),
        })
      }
    },
  },
  {
    code: 'D0-013',
    check(view, verdict) {
      const { commandLine, context, root, aliases } = view
      const consoles = lastValue(commandLine, 'console')
      if (!wantsConsole(view)) return
      const given = lastValue(commandLine, 'dtuart')
      const device = given || stdoutOf(view)
      const uarts = uartsOf(view)
      if (!device) {
        if (consoles !== undefined)
          verdict.violated({
            at: optionOrigin(commandLine, context.optionOrigins, 'console'),
            message: `console=${consoles} is given, but neither dtuart= nor stdout-path says which device that is`,
            help: `add ${uarts}`,
          })
        return
      }
      const [path = ''] = device.split(':')
      const target = path.startsWith('/') ? path : aliases.get(path)
      const node = device.length <= MAX_DTUART && target?.startsWith('/') ? findNode(root, target) : undefined
      const reason = node
        ? (notTaken(node) ?? incomplete(view, node))
        : { at: undefined, why: 'names no device of the tree', help: `use ${uarts}` }
      if (reason === undefined) return
      const { at, why, ...way } = reason
      const named = given ? `dtuart=${given}` : `stdout-path "${device}"`
      verdict.violated({
        at: at ?? consoleOrigin(view),
        message: `${named} ${why}`,
        ...(at ? { related: [{ at: consoleOrigin(view), message: `${named} is here` }] } : {}),
        ...way,
      })
    },
  },
  {
    code: 'D0-020',
    needs: ['D0-013'],
    check(view, verdict) {
      const { context } = view
      const node = wantsConsole(view) ? consoleOf(view) : undefined
      if (!node || drivenConsole(view)) return
      const compatibles = stringList(readProperty(node.node, 'compatible'))
      const driver = uartDriverFor(compatibles, context.release)
      const drivenBy = RELEASES.filter((release) => uartDriverFor(compatibles, release))
      const lacks = driver
        ? `was built without ${driver.option} (${context.kconfig?.path})`
        : `${context.release} has no driver for a device like ${firstCompatible(node)}`
      verdict.violated({
        at: consoleOrigin(view),
        message: `the console is on ${node.path}, and Xen ${lacks}`,
        help: driver
          ? `build Xen with CONFIG_${driver.option}=y`
          : `use a serial port that Xen drives${drivenBy.length > 0 ? `, or a release that drives this one: ${drivenBy.join(', ')}` : ''}`,
      })
    },
  },
  {
    code: 'D0-015',
    check({ commandLine, context: { kconfig, optionOrigins } }, verdict) {
      const name = lastValue(commandLine, 'sched')
      if (name === undefined) return
      const at = optionOrigin(commandLine, optionOrigins, 'sched')
      const option = Object.hasOwn(SCHEDULERS, name) ? SCHEDULERS[name] : undefined
      const known = Object.keys(SCHEDULERS).join(', ')
      if (option === undefined)
        verdict.violated({
          at,
          message: `sched=${name} is not a scheduler of Xen`,
          help: didYouMean(name, SCHEDULERS) ?? `use one of ${known}`,
        })
      else if (kconfig && kconfig.options.get(option) !== 'y')
        verdict.violated({
          at,
          message: `sched=${name} is given, and Xen was built without ${option} (${kconfig.path})`,
          help: `build Xen with CONFIG_${option}=y`,
        })
    },
  },
  {
    code: 'D0-019',
    needs: ['FDT-015', 'CPU-006'],
    check({ cpus, commandLine }, verdict) {
      if (startsAllKinds(commandLine)) return
      const kinds = new Set(cpus.map((cpu) => coreOf(cpu) ?? 'unknown'))
      if (kinds.size > 1)
        verdict.violated({
          at: commandLine.origin,
          message: `the host has ${kinds.size} kinds of CPUs (${[...kinds].join(', ')}), and Xen starts only those like the one it boots on`,
          help: "add hmp-unsafe=true to Xen's arguments and keep each domain on CPUs of one kind, or do without the other CPUs",
          remedy:
            'add hmp-unsafe=true to xen.bootargs and keep each domain on CPUs of one kind, or do without the other CPUs',
        })
    },
  },
]

/** The option that Xen finds for a word: it drops a leading `no-`, and for custom options takes `name(`, `name[`, … as well. */
function optionOf(word: CommandLineWord): { readonly name: string; readonly option?: XenOption } {
  const name = word.key.startsWith('no-') ? word.key.slice(3) : word.key
  return Object.hasOwn(XEN_OPTIONS, name) && XEN_OPTIONS[name] ? { name, option: XEN_OPTIONS[name] } : { name }
}

/** Why Xen cannot read the value of an option; `undefined`: it can, or the option is a custom one, whose parser is not modelled. */
function valueProblem({ value }: CommandLineWord, { kind }: XenOption): string | undefined {
  if (kind === 'boolean') return !value || parseBoolean(value) !== undefined ? undefined : `'${value}' is not a boolean`
  if (kind === 'integer')
    return /^-?(0[xX][0-9a-fA-F]+|[0-9]+)$/.test(value ?? '') ? undefined : `'${value ?? ''}' is not a number`
  if (kind === 'size') return parseXenSize(value ?? '') === undefined ? `'${value ?? ''}' is not a size` : undefined
  return undefined
}

/** Where it is said which device the console is on: in `stdout-path`, if Xen's arguments have no `dtuart=`; else in these. */
function consoleOrigin({ commandLine, chosen, context }: XenView): Origin {
  const stdout = lastValue(commandLine, 'dtuart') ? undefined : chosen && readProperty(chosen.node, 'stdout-path')
  return (stdout && originAt(stdout, 0)) ?? optionOrigin(commandLine, context.optionOrigins, 'dtuart')
}

function stdoutOf({ chosen }: XenView): string | undefined {
  const property = chosen && readProperty(chosen.node, 'stdout-path')
  return property && firstString(property)
}

/** Proposals for `dtuart=`: the tree's own console, else aliases that look like UARTs. */
function uartsOf(view: XenView): string {
  const [stdout = ''] = stdoutOf(view)?.split(':') ?? []
  const isKnown = view.aliases.has(stdout) || (stdout.startsWith('/') && findNode(view.root, stdout) !== undefined)
  const serial = [...view.aliases.keys()].filter((name) => /^(serial|uart|console)/.test(name))
  const shorter = serial.find((name) => view.aliases.get(name) === stdout)
  const names = shorter ? [shorter] : isKnown ? [stdout] : serial
  return names.length > 0 ? names.map((name) => `dtuart=${name}`).join(' or ') : 'dtuart= with the full path of a UART'
}
