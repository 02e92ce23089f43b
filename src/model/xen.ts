/** The section `xen`. */
import { atValue } from '../diagnostics/diagnostic.ts'
import { valueAt } from '../diagnostics/pointer.ts'
import type { Manifest } from '../manifest/manifest.gen.ts'
import { KNOWN_RELEASES, NO_RELEASE, type Release, releaseOf } from '../xen/releases.ts'
import { versionOfRelease, type XenVersion, xenVersion } from '../xen/version.ts'
import { readColoring } from './colors.ts'
import { type ModelContext, orDefault } from './context.ts'
import { readCpupools } from './cpupools.ts'
import { readLoad } from './load.ts'
import { readStaticHeap } from './static-memory.ts'
import type { Xen } from './system-model.ts'
import { readBootArguments, readFile, readNeededFile } from './text.ts'

const POINTER = '/xen'

export function readXen(context: ModelContext, xen: Manifest['xen']): Xen | undefined {
  const judged = readRelease(context, xen.release)
  const image = readNeededFile(context, `${POINTER}/image`, xen.image)
  const config = xen.config === undefined ? undefined : readFile(context, `${POINTER}/config`, xen.config)
  const bootargs = readBootArguments(
    context,
    `${POINTER}/bootargs`,
    orDefault(context, POINTER, 'bootargs', xen.bootargs, ''),
  )
  const load = xen.load && readLoad(context, `${POINTER}/load`, xen.load)
  const policy = xen['xsm-policy']
  const xsmPolicy = policy === undefined ? undefined : readFile(context, `${POINTER}/xsm-policy`, policy)
  const heap = xen['static-heap']
  const staticHeap = heap === undefined ? undefined : readStaticHeap(context, `${POINTER}/static-heap`, heap)
  const coloring = xen['cache-coloring'] && readColoring(context, xen['cache-coloring'])
  const cpupools = readCpupools(context, xen.cpupools)
  if (!judged) return undefined
  return {
    pointer: POINTER,
    ...judged,
    features: context.features,
    image,
    ...(config ? { config } : {}),
    ...(load ? { load } : {}),
    bootargs,
    ...(xsmPolicy ? { 'xsm-policy': xsmPolicy } : {}),
    ...(staticHeap ? { 'static-heap': staticHeap } : {}),
    cpupools,
    ...(coloring ? { 'cache-coloring': coloring } : {}),
  }
}

/** A version, and the release by whose rules it is judged. */
interface Judged {
  readonly version: XenVersion
  readonly release: Release
}

function readRelease(context: ModelContext, text: string): Judged | undefined {
  const version = versionOfRelease(text)
  const release = version && releaseOf(version.branch)
  if (version && release) {
    if (release !== version.branch) noteMaster(context, version, release)
    return { version, release }
  }
  // What it stands in for was reported.
  if (text === NO_RELEASE && valueAt(context.source.value, '/xen/release') !== text) return undefined
  const [numbers = ''] = /^[0-9]+\.[0-9]+(\.[0-9]+)?/.exec(text.trim()) ?? []
  const help = releaseOf(xenVersion(numbers)?.branch ?? '')
    ? `write "${numbers}": two numbers or three`
    : `choose one of ${KNOWN_RELEASES}`
  context.report('MAN-024', {
    at: atValue(`${POINTER}/release`),
    message: `'${text}' is not a release of Xen that domforge knows`,
    help,
  })
  return undefined
}

function noteMaster(context: ModelContext, { branch }: XenVersion, release: Release): void {
  context.report('MAN-029', {
    at: atValue(`${POINTER}/release`),
    message: `Xen ${branch} is not released yet, and is checked as ${release}`,
    help: `nothing to do if it does what ${release} does; what is new in it can be given with extra-properties and extra-xl`,
  })
}
