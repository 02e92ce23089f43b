/** The section `xen`. */
import { atValue } from '../diagnostics/diagnostic.ts'
import type { Manifest } from '../manifest/manifest.gen.ts'
import { isRelease, RELEASES, type Release } from '../xen/releases.ts'
import { readColoring } from './colors.ts'
import { type ModelContext, orDefault } from './context.ts'
import { readCpupools } from './cpupools.ts'
import { readLoad } from './load.ts'
import { readStaticHeap } from './static-memory.ts'
import type { Xen } from './system-model.ts'
import { readBootArguments, readFile } from './text.ts'

const POINTER = '/xen'

export function readXen(context: ModelContext, xen: Manifest['xen']): Xen | undefined {
  const release = readRelease(context, xen.release)
  const image = readFile(context, `${POINTER}/image`, xen.image)
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
  if (release === undefined || !image) return undefined
  return {
    pointer: POINTER,
    release,
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

function readRelease(context: ModelContext, text: string): Release | undefined {
  if (isRelease(text)) return text
  const [twoParts = ''] = /^[0-9]+\.[0-9]+/.exec(text.trim()) ?? []
  const help = isRelease(twoParts) ? `write "${twoParts}": two numbers` : `choose one of ${RELEASES.join(', ')}`
  context.report('MAN-024', {
    at: atValue(`${POINTER}/release`),
    message: `'${text}' is not a release of Xen that domforge knows`,
    help,
  })
  return undefined
}
