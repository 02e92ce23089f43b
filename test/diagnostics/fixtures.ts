/**
 * The fixtures in this folder. The name says the code, and the case where a rule can be broken in several ways: `SM-001.yaml`,
 * `SM-003-size-half.yaml`.
 */
import { readdirSync } from 'node:fs'
import { type Code, isCode } from '../../src/diagnostics/catalogue/index.ts'

export interface Fixture {
  readonly code: Code
  /** Without its ending: `SM-003-size-half`. */
  readonly name: string
  /** What breaks the rule; a tree beside a manifest of the same name is the manifest's board. */
  readonly kind: 'manifest' | 'tree'
}

const files = readdirSync(import.meta.dirname)

/** Which test runs the fixtures of a code. */
export const STAGES = {
  manifests: /^(MAN(?!-032)|REF-0[03])/,
  files: /^(REF-0[12]|RES(?!-01[27]))/,
  boot: /^(FDT|MOD|DOM|SM|SHM|EVC|CPU|LLC|PT|DEV|SCI|KRN|D0|XL|VIO|PV|ARG|MAN-032|RES-01[27])/,
  outputs: /^(OUT|ISO|LIF)/,
} as const

export const fixturesOf = (stage: keyof typeof STAGES): readonly Fixture[] =>
  FIXTURES.filter(({ code }) => STAGES[stage].test(code))

/** Files that look like fixtures and are named like none. */
export const strayFiles = (): readonly string[] =>
  files.filter((file) => /^[A-Z]/.test(file) && codeOf(file) === undefined)

export const FIXTURES: readonly Fixture[] = files.flatMap((file): readonly Fixture[] => {
  const code = codeOf(file)
  const [name = '', ending] = file.split('.')
  if (code === undefined) return []
  if (ending === 'yaml') return [{ code, name, kind: 'manifest' }]
  return ending === 'dts' && !files.includes(`${name}.yaml`) ? [{ code, name, kind: 'tree' }] : []
})

function codeOf(file: string): Code | undefined {
  const code = /^([A-Z0-9]+-[0-9]{3})(?:-[a-z0-9]+)*\.(?:yaml|dts|txt)$/.exec(file)?.[1]
  return code !== undefined && isCode(code) ? code : undefined
}
