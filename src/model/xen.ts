/** The section `xen`. */
import { atValue } from '../diagnostics/diagnostic.ts'
import type { Manifest } from '../manifest/manifest.gen.ts'
import { isRelease, RELEASES, type Release } from '../xen/releases.ts'
import { readColoring } from './colors.ts'
import { readCpupools } from './cpupools.ts'
import { readLoad } from './load.ts'
import { orDefault, type Reading } from './reading.ts'
import { readStaticHeap } from './static-memory.ts'
import type { Xen } from './system-model.ts'
import { readBootArguments, readFile } from './text.ts'

const POINTER = '/xen'

export function readXen(reading: Reading, xen: Manifest['xen']): Xen | undefined {
  const release = readRelease(reading, xen.release)
  const image = readFile(reading, `${POINTER}/image`, xen.image)
  const config = xen.config === undefined ? undefined : readFile(reading, `${POINTER}/config`, xen.config)
  const bootargs = readBootArguments(
    reading,
    `${POINTER}/bootargs`,
    orDefault(reading, POINTER, 'bootargs', xen.bootargs, ''),
  )
  const load = xen.load && readLoad(reading, `${POINTER}/load`, xen.load)
  const policy = xen['xsm-policy']
  const xsmPolicy = policy === undefined ? undefined : readFile(reading, `${POINTER}/xsm-policy`, policy)
  const heap = xen['static-heap']
  const staticHeap = heap === undefined ? undefined : readStaticHeap(reading, `${POINTER}/static-heap`, heap)
  const coloring = xen['cache-coloring'] && readColoring(reading, xen['cache-coloring'])
  const cpupools = readCpupools(reading, xen.cpupools)
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

function readRelease(reading: Reading, text: string): Release | undefined {
  if (isRelease(text)) return text
  const [twoParts = ''] = /^[0-9]+\.[0-9]+/.exec(text.trim()) ?? []
  const help = isRelease(twoParts) ? `write "${twoParts}": two numbers` : `choose one of ${RELEASES.join(', ')}`
  reading.report('MAN-024', {
    at: atValue(`${POINTER}/release`),
    message: `'${text}' is not a release of Xen that domforge knows`,
    help,
  })
  return undefined
}
