/** Xen's own arguments: the property that they come from, and their words (bootinfo-fdt.c: boot_fdt_cmdline; common/kernel.c). */
import type { Origin } from '../../../diagnostics/diagnostic.ts'
import { type CommandLineWord, parseBoolean, wordsOf } from '../../../xen/command-words.ts'
import { DEFAULT_GRANT_VERSION } from '../../../xen/domain-limits.ts'
import type { ModuleView } from './modules.ts'
import { firstString, originAt, type ReadProperty, readProperty, stringLength } from './property.ts'
import type { ScannedNode } from './scan.ts'

/** Xen's arguments. */
export interface CommandLine {
  /** In order; empty: no property has arguments for Xen. */
  readonly words: readonly CommandLineWord[]
  readonly origin: Origin
  /** Name of the property of `/chosen`; absent: none is for Xen. */
  readonly property?: string
}

/** Reads `/chosen/xen,xen-bootargs`. If there is none, and dom0's arguments are elsewhere, `bootargs` is Xen's. */
export function readCommandLine(
  chosen: ScannedNode | undefined,
  modules: readonly ModuleView[],
  origin: Origin,
): CommandLine {
  const property = chosen && commandLineProperty(chosen, modules)
  if (!chosen || !property) return { words: [], origin: chosen?.origin ?? origin }
  return {
    words: wordsOf(firstString(property)),
    origin: originAt(property, 0) ?? chosen.origin,
    property: property.name,
  }
}

function commandLineProperty(chosen: ScannedNode, modules: readonly ModuleView[]): ReadProperty | undefined {
  const own = readProperty(chosen.node, 'xen,xen-bootargs')
  if (own) return own
  const dom0 = modules.find((module) => module.kind === 'kernel' && !module.domU && module.bootargs)
  const elsewhere = readProperty(chosen.node, 'xen,dom0-bootargs')
  const hasArguments = dom0?.bootargs !== undefined && stringLength(dom0.bootargs) > 0
  return elsewhere || hasArguments ? readProperty(chosen.node, 'bootargs') : undefined
}

/** The value of the last word with that key, which overwrites those before. */
export const lastValue = (line: Pick<CommandLine, 'words'>, key: string): string | undefined =>
  line.words.findLast((word) => word.key === key)?.value

/** The value that a boolean option has after all words: `key`, `key=off`, `no-key`. Xen ignores values that are no booleans (common/kernel.c: parse_params). */
export function booleanOption({ words }: Pick<CommandLine, 'words'>, key: string, usual: boolean): boolean {
  const said = words.flatMap((word) => {
    const isInverted = word.key === `no-${key}`
    if (word.key !== key && !isInverted) return []
    const value = word.value ? parseBoolean(word.value) : true
    return value === undefined ? [] : [value !== isInverted]
  })
  return said.at(-1) ?? usual
}

const UNITS: Readonly<Record<string, bigint>> = { b: 1n, k: 1n << 10n, m: 1n << 20n, g: 1n << 30n, t: 1n << 40n }

/**
 * A size in bytes, as Xen's parse_size_and_unit reads it: a number in C's notation, and a unit in either case; without one it is in KiB.
 * `undefined`: something is left over.
 */
export function parseXenSize(text: string): bigint | undefined {
  const match = /^(0[xX][0-9a-fA-F]+|[0-9]+)([bBkKmMgGtT]?)$/.exec(text)
  if (!match) return undefined
  const [, digits = '', unit = ''] = match
  const number = parseUnsigned(digits)
  return number === undefined ? undefined : number * (UNITS[unit.toLowerCase() || 'k'] ?? 1n)
}

/** A number in C's notation (`0x…`, `0…` octal, decimal); `undefined` where characters are left over. */
export function parseUnsigned(text: string): bigint | undefined {
  if (/^0[xX][0-9a-fA-F]+$/.test(text)) return BigInt(text)
  if (/^0[0-7]+$/.test(text)) return BigInt(`0o${text.slice(1)}`)
  return /^(0|[1-9][0-9]*)$/.test(text) ? BigInt(text) : undefined
}

/** The newest version of grant tables that `gnttab=max-ver:N` allows (common/grant_table.c: parse_gnttab). */
export function newestGrantVersion(words: readonly CommandLineWord[]): number {
  const settings = words.filter((word) => word.key === 'gnttab').flatMap((word) => word.value?.split(',') ?? [])
  const version = settings.findLast((setting) => /^max[-_]ver:[12]$/.test(setting))
  return version ? Number(version.at(-1)) : DEFAULT_GRANT_VERSION
}

/** Where a finding on an option points: at its last word, whose value counts. */
export function optionOrigin(line: CommandLine, origins: ReadonlyMap<string, Origin> | undefined, key: string): Origin {
  const word = line.words.findLast((one) => one.key === key)
  return word ? wordOrigin(line, origins, word) : (origins?.get(key) ?? line.origin)
}

/** Origin of one word. `origins`: those of options that other keys of the manifest give; these come after the user's own words. */
export function wordOrigin(
  { words, origin }: CommandLine,
  origins: ReadonlyMap<string, Origin> | undefined,
  word: CommandLineWord,
): Origin {
  const ours = origins?.get(word.key)
  if (ours && words.findLast(({ key }) => key === word.key) === word) return ours
  return origin.kind === 'manifest' ? { ...origin, word: word.text } : origin
}
