/** The second stage: plain values in, a manifest that conforms to the schema out. Knows types, units and shape; no rule of Xen. */
import type { ErrorObject } from 'ajv'
import { foundByAll } from '../diagnostics/agreement.ts'
import { atKey, atValue, member, type Report } from '../diagnostics/diagnostic.ts'
import { copyOf, nameOf, parentOf, put, remove, valueAt } from '../diagnostics/pointer.ts'
import type { SourceDocument } from '../source/document.ts'
import { releaseOf } from '../xen/releases.ts'
import { unclearChoices } from './choices.ts'
import { meantKey, missingKey, unknownKey } from './keys.ts'
import { type Kinds, kindIn, setKind, type UnclearKind, unclearKinds } from './kinds.ts'
import type { Manifest } from './manifest.gen.ts'
import { meantRelease, type Refused, refusedChoice, refusedValue } from './refusals.ts'
import { schemaAt } from './schema.ts'
import { forgetDomains, lacksDomains, standInFor } from './stand-ins.ts'
import conforms from './validate.gen.js'

/**
 * Checks the manifest against its schema and reports every deviation (MAN-010 and up). What is wrong is then left out or,
 * where it is required, replaced by something harmless, so that the rest is still checked. One manifest where it is plain what is meant; several where it
 * may be one or another; none where too much is missing: what would follow would only be noise.
 */
export function validManifests(source: SourceDocument, report: Report): readonly Manifest[] {
  const manifest = copyOf(source.value)
  for (const [pointer, value] of source.wideIntegers) put(manifest, pointer, Number(value))
  const errors = errorsOf(manifest)
  for (const { code, finding } of refusals(errors, source)) report(code, finding)
  const kinds = unclearKinds(source)
  judgeAsKinds(
    manifest,
    kinds.filter(({ hidesOthers }) => hidesOthers),
    source,
    report,
  )
  quoteRelease(manifest, source)
  const bare = bareSizes(manifest)
  for (const size of bare) {
    report(...refusedBare(size))
    put(manifest, size.pointer, size.meant[0])
  }
  const unclear = [...unclearChoices(errors, source), ...bare.flatMap(unclearSize), ...kinds]
  return Array.from({ length: passesOf(unclear) || 1 }, (_, pass) => {
    const asKinds = unclear.length === 0 ? manifest : copyOf(manifest)
    for (const one of unclear) setKind(asKinds, one, kindIn(one, pass))
    return repaired(asKinds, source)
  }).flatMap((meant) => meant ?? [])
}

/** How often a manifest is looked at so that each entry is of each of its kinds once. */
const passesOf = (unclear: readonly UnclearKind[]): number => Math.max(0, ...unclear.map(({ kinds }) => kinds.length))

/** `manifest` without what is wrong, or with something harmless instead. */
function repaired(manifest: unknown, source: SourceDocument): Manifest | undefined {
  let errors = errorsOf(manifest)
  for (let pass = 0; errors.length > 0; pass++) {
    if (pass > DEEPEST || !repair(manifest, errors)) return undefined
    errors = errorsOf(manifest)
  }
  if (lacksDomains(source.value)) forgetDomains(manifest)
  else if (losesDom0(manifest, source)) return undefined
  for (const [pointer, value] of source.wideIntegers)
    if (typeof valueAt(manifest, pointer) === 'number') put(manifest, pointer, `0x${value.toString(16)}`)
  return manifest as Manifest
}

/**
 * The schema judges a domain, or a device, when it knows its kind. One whose kind was refused is judged as each that it may be: what is wrong with all of
 * them is wrong.
 */
function judgeAsKinds(
  manifest: unknown,
  unclear: readonly UnclearKind[],
  source: SourceDocument,
  report: Report,
): void {
  const attempts = Array.from({ length: passesOf(unclear) }, (_, pass) => refusalsAs(manifest, unclear, pass, source))
  for (const { code, finding } of foundByAll(attempts, placeOf)) report(code, finding)
}

const placeOf = ({ code, finding }: Refused): string => `${code} ${JSON.stringify(finding.at)}`

/** What is refused in the entries without a kind, where each is of one that it may be. */
function refusalsAs(
  manifest: unknown,
  unclear: readonly UnclearKind[],
  pass: number,
  source: SourceDocument,
): readonly Refused[] {
  const [asKinds, value] = [copyOf(manifest), copyOf(source.value)]
  for (const one of unclear) for (const document of [asKinds, value]) setKind(document, one, kindIn(one, pass))
  const entries = new Set(unclear.map(({ pointer }) => pointer))
  const errors = errorsOf(asKinds).filter(({ instancePath }) =>
    entries.has(/^\/[^/]*\/[^/]*/.exec(instancePath)?.[0] ?? ''),
  )
  return refusals(errors, { ...source, value })
}

/** A release without quotes was reported; what was meant is plain, and everything else depends on it. */
function quoteRelease(manifest: unknown, source: SourceDocument): void {
  const meant = meantRelease(source.written('/xen/release') ?? '')
  if (typeof valueAt(manifest, '/xen/release') === 'number' && releaseOf(meant)) put(manifest, '/xen/release', meant)
}

interface BareSize {
  readonly pointer: string
  readonly count: number
  /** With each unit that was probably meant. */
  readonly meant: Kinds
}

const PAGE = 4096

/** More MiB than few domains have, and as many GiB as no board has. */
const MOST_GIB = 32

/** Sizes of memory without a unit that would be less than a page: their unit was forgotten. */
function bareSizes(manifest: unknown): readonly BareSize[] {
  const named = (map: string, key: string): readonly string[] =>
    Object.keys(valueAt(manifest, map) ?? {}).map((name) => `${member(map, name)}/${key}`)
  return [...named('/domains', 'memory'), ...named('/shared-memory', 'size')].flatMap((pointer) => {
    const value = valueAt(manifest, pointer)
    const count = typeof value === 'string' && /^[0-9]+$/.test(value) ? Number(value) : value
    return typeof count === 'number' && Number.isInteger(count) && count > 0 && count < PAGE
      ? [{ pointer, count, meant: sizesMeantBy(count, pointer) }]
      : []
  })
}

const sizesMeantBy = (count: number, pointer: string): Kinds =>
  count < MOST_GIB && pointer.startsWith('/domains/') ? [`${count}MiB`, `${count}GiB`] : [`${count}MiB`]

const unclearSize = ({ pointer, meant }: BareSize): readonly UnclearKind[] =>
  meant.length < 2 ? [] : [{ pointer: parentOf(pointer), key: nameOf(pointer), hidesOthers: false, kinds: meant }]

const refusedBare = ({ pointer, count, meant }: BareSize): Parameters<Report> => [
  'MAN-014',
  {
    at: atValue(pointer),
    message: `'${nameOf(pointer)}' is ${count} byte${count === 1 ? '' : 's'}: without a unit, a size is in bytes`,
    help: `did you mean ${meant.join(' or ')}?`,
  },
]

const errorsOf = (manifest: unknown): readonly ErrorObject[] => (conforms(manifest) ? [] : (conforms.errors ?? []))

/** One refusal per mistake: of several errors on one value the first says it best, and a misspelt key is not missing as well. */
function refusals(errors: readonly ErrorObject[], source: SourceDocument): readonly Refused[] {
  const misspelt = new Set<string>()
  for (const { keyword, instancePath, params } of errors) {
    if (keyword !== 'additionalProperties') continue
    const meant = meantKey(instancePath, params['additionalProperty'], source)
    if (meant !== undefined) misspelt.add(member(instancePath, meant))
  }
  const seen = new Set<string>()
  return errors.flatMap((error) => {
    const subject = subjectOf(error)
    if (seen.has(subject) || misspelt.has(subject)) return []
    seen.add(subject)
    const refused = refusalOf(error, source)
    return refused ? [refused] : []
  })
}

/** Pointer of what the error is about: the value, or the key that should or should not be there. */
function subjectOf({ keyword, instancePath, params }: ErrorObject): string {
  switch (keyword) {
    case 'required':
      return member(instancePath, params['missingProperty'])
    case 'additionalProperties':
      return member(instancePath, params['additionalProperty'])
    case 'propertyNames':
      return member(instancePath, params['propertyName'])
    case 'discriminator':
      return member(instancePath, params['tag'])
    default:
      return instancePath
  }
}

function refusalOf(error: ErrorObject, source: SourceDocument): Refused | undefined {
  const { keyword, instancePath, params } = error
  if (isAboutName(error)) return undefined
  switch (keyword) {
    case 'required':
      return missingKey(instancePath, params['missingProperty'], source)
    case 'additionalProperties':
      return unknownKey(instancePath, params['additionalProperty'], source)
    case 'propertyNames': {
      const message = `'${params['propertyName']}' cannot be a key in '${nameOf(instancePath)}'`
      const help = `keys are ${schemaAt(instancePath, source.value).propertyNames?.['x-form'] ?? 'names'}`
      return { code: 'MAN-025', finding: { at: atKey(subjectOf(error)), message, help } }
    }
    case 'discriminator':
      return params['error'] === 'mapping' ? refusedChoice(instancePath, params['tag'], source) : undefined
    case 'minProperties':
      return tooFew(instancePath, source)
    default:
      return refusedValue(instancePath, keyword, source)
  }
}

function tooFew(pointer: string, source: SourceDocument): Refused {
  const { minProperties = 1 } = schemaAt(pointer, source.value)
  const count = Object.keys(valueAt(source.value, pointer) ?? {}).length
  const name = nameOf(pointer)
  const message = count === 0 ? `'${name}' is empty` : `'${name}' has ${count} of at least ${minProperties} entries`
  const help = `name at least ${minProperties === 1 ? 'one' : minProperties}`
  return { code: 'MAN-011', finding: { at: atValue(pointer), message, help } }
}

/** ajv reports the pattern of a name as well as the name. */
const isAboutName = (error: ErrorObject): boolean => error.propertyName !== undefined

/** Each pass removes at least one level of what is wrong; the schema has fewer levels than this. */
const DEEPEST = 20

/** Removes or replaces what `errors` are about; each pass leaves less that can be wrong. False: the manifest has to go as a whole. */
function repair(manifest: unknown, errors: readonly ErrorObject[]): boolean {
  for (const error of errors) {
    if (isAboutName(error)) continue
    const subject = subjectOf(error)
    if (error.keyword !== 'required') {
      if (subject === '') return false
      remove(manifest, subject)
      continue
    }
    const parent = parentOf(subject)
    const standIn = standInFor(subject)
    if (standIn) put(manifest, subject, copyOf(standIn[0]))
    else if (parent === '') return false
    else remove(manifest, parent)
  }
  return true
}

/** Without the dom0 that the user meant, every rule on dom0 would mislead. There is at most one. */
function losesDom0(manifest: unknown, source: SourceDocument): boolean {
  if (Object.values(valueAt(manifest, '/domains') ?? {}).some((domain) => valueAt(domain, '/boot') === 'dom0'))
    return false
  return Object.keys(valueAt(source.value, '/domains') ?? {})
    .map((name) => member('/domains', name))
    .filter((pointer) => valueAt(manifest, pointer) === undefined)
    .map((pointer) => valueAt(source.value, `${pointer}/boot`))
    .some((boot) => boot !== 'dom0less' && boot !== 'xl')
}
