/** Of a manifest that lacks something, or names a file that is not there, nothing is said that was not said of it as a whole. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { parse, stringify } from 'yaml'
import type { Diagnostic } from '../../src/diagnostics/diagnostic.ts'
import { runPipeline } from '../../src/pipeline.ts'
import { FIXTURES } from '../diagnostics/fixtures.ts'
import { makeInputs } from '../support/checks/inputs.ts'

const folder = mkdtempSync(join(tmpdir(), 'domforge-missing-'))
beforeAll(() => makeInputs(folder))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Manifests with one mistake each, among all of which each rule has something to say. */
const manifests = FIXTURES.filter(({ kind, code }) => kind === 'manifest' && !/^(MAN|REF)-/.test(code)).map(
  ({ name }) => name,
)

type Section = Record<string, unknown>
type Whole = Record<'platform' | 'xen' | 'boot', Section> & { readonly domains: Record<string, Section> }

const firstDomain = ({ domains }: Whole): Section => Object.values(domains)[0] ?? {}

const LOSSES: Readonly<Record<string, (manifest: Whole) => void>> = {
  'no platform': (manifest) => Reflect.deleteProperty(manifest, 'platform'),
  "no board's tree": ({ platform }) => Reflect.deleteProperty(platform, 'device-tree'),
  "a board's tree that is not there": ({ platform }) => Reflect.set(platform, 'device-tree', 'gone.dts'),
  'no xen': (manifest) => Reflect.deleteProperty(manifest, 'xen'),
  "no Xen's image": ({ xen }) => Reflect.deleteProperty(xen, 'image'),
  'no boot': (manifest) => Reflect.deleteProperty(manifest, 'boot'),
  'no domains': (manifest) => Reflect.deleteProperty(manifest, 'domains'),
  'a domain of no kind': (manifest) => Reflect.deleteProperty(firstDomain(manifest), 'boot'),
  'a domain without a kernel': (manifest) => Reflect.deleteProperty(firstDomain(manifest), 'kernel'),
}

/** Notes on what could not be checked come with what can be planned at all. */
const UNCHECKED = new Set(['FDT-027'])

function found(manifest: unknown): readonly Diagnostic[] {
  const file = join(folder, 'system.yaml')
  writeFileSync(file, stringify(manifest))
  return runPipeline(file).findings.all
}

const brief = ({ code, at }: Diagnostic): string => JSON.stringify([code, at])

function newWithout(name: string, lose: (manifest: Whole) => void): readonly string[] {
  const read = (): Whole => parse(readFileSync(resolve(import.meta.dirname, `../diagnostics/${name}.yaml`), 'utf8'))
  const manifest = read()
  lose(manifest)
  const known = new Set(found(read()).map(brief))
  const after = found(manifest).filter(({ code }) => !UNCHECKED.has(code))
  expect(after.filter(({ code }) => code === 'MAN-011' || code === 'REF-010')).not.toEqual([])
  return after
    .filter(({ code }) => code !== 'MAN-011' && code !== 'REF-010')
    .map(brief)
    .filter((text) => !known.has(text))
}

it.each(Object.entries(LOSSES))('%s', { timeout: 60_000 }, (_, lose) => {
  fc.assert(
    fc.property(fc.constantFrom(...manifests), (name) => {
      expect(newWithout(name, lose)).toEqual([])
    }),
    { numRuns: 12 },
  )
})

/** Rules that ask the board, Xen's section or a kernel for what the manifest names; each was once said without it. */
it.each([
  ['CPU-004', 'no platform'],
  ['DEV-002', 'no platform'],
  ['DEV-005-own-tree', 'no platform'],
  ['DOM-037-off', 'no platform'],
  ['FDT-018', 'no platform'],
  ['PT-019-tree', 'no platform'],
  ['SCI-002-dom0', 'no platform'],
  ['ARG-004', 'no xen'],
  ['ARG-005-dependent', 'no xen'],
  ['D0-025-left-out', 'no xen'],
  ['DOM-023', 'no xen'],
  ['RES-010-too-few', 'no xen'],
  ['FDT-028-commands', 'no boot'],
  ['OUT-020-character', 'no boot'],
  ['CPU-006-told-not-to', 'no xen'],
  ['RES-013-xen', "no Xen's image"],
  ['LIF-003-watchdog', 'a domain without a kernel'],
  ['DEV-005-root-disk-needs', 'a domain without a kernel'],
])('%s, %s', (name, loss) => {
  expect(newWithout(name, LOSSES[loss] ?? expect.fail())).toEqual([])
})
