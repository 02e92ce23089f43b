/** The `.config` that Xen was built with, as Kconfig writes it. */
import { xenVersion } from '../xen/version.ts'
import type { Kconfig } from './facts.ts'

/** Largest `.config` that is read; Xen's has some 10 KiB, Linux's 300. */
export const LARGEST_CONFIG = 4 * 1024 * 1024

/** A line that Kconfig does not write, with its number from 1. */
interface BadLine {
  readonly line: number
  readonly text: string
}

export type ParsedKconfig =
  | { readonly ok: true; readonly value: Kconfig }
  | { readonly ok: false; readonly bad: BadLine }

const OPTION = /^CONFIG_(\w+)=(.+)$/
const OFF = /^# CONFIG_(\w+) is not set$/
const STRING = /^"((?:[^"\\]|\\.)*)"$/
const PLAIN = /^\S+$/
/** The title of Xen's xen/Kconfig, which Kconfig writes at the head. */
const TITLE = /^# Xen\/\S+ (\S+) Configuration\s*$/m
/** Characters in which it is looked for. */
const TITLE_WITHIN = 1024

/**
 * Options and their values: `y`, `m`, numbers and strings, without quotes and escapes. Options that are "not set" are left out. A line
 * that Kconfig would not write stops the reading: the file is of another kind. Of an option that occurs twice the last line counts.
 */
export function parseKconfig(text: string, path: string): ParsedKconfig {
  const options = new Map<string, string>()
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.trimEnd()
    const option = OPTION.exec(line)
    const value = option?.[2] === undefined ? undefined : unquoted(option[2])
    if (option?.[1] !== undefined && value !== undefined) options.set(option[1], value)
    else if (OFF.test(line)) options.delete(OFF.exec(line)?.[1] ?? '')
    else if (line !== '' && !line.startsWith('#')) return { ok: false, bad: { line: index + 1, text: line } }
  }
  const version = xenVersion(TITLE.exec(text.slice(0, TITLE_WITHIN))?.[1] ?? '')
  return { ok: true, value: { path, options, ...(version ? { version } : {}) } }
}

function unquoted(written: string): string | undefined {
  const string = STRING.exec(written)?.[1]
  if (string !== undefined) return string.replaceAll(/\\(.)/g, '$1')
  return PLAIN.test(written) && !written.startsWith('"') ? written : undefined
}
