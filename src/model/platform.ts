/** The section `platform`. */
import { member } from '../diagnostics/diagnostic.ts'
import type { Manifest } from '../manifest/manifest.gen.ts'
import { readRanges } from './named-ranges.ts'
import type { Reading } from './reading.ts'
import type { FileReference, NodeReference, Platform } from './system-model.ts'
import { readFile, readLine } from './text.ts'

const POINTER = '/platform'

export function readPlatform(reading: Reading, platform: Manifest['platform']): Platform | undefined {
  const deviceTree = readFile(reading, `${POINTER}/device-tree`, platform['device-tree'])
  const overlays = readOverlays(reading, platform.overlays ?? [])
  const enable = readEnable(reading, platform.enable ?? [])
  const memory = readRanges(reading, `${POINTER}/memory`, platform.memory ?? {}, 'range of memory')
  const reserved = readRanges(reading, `${POINTER}/reserved`, platform.reserved ?? {}, 'reserved range')
  return deviceTree && { pointer: POINTER, 'device-tree': deviceTree, overlays, enable, memory, reserved }
}

const readOverlays = (reading: Reading, paths: readonly string[]): FileReference[] =>
  paths.flatMap((path, index) => readFile(reading, member(`${POINTER}/overlays`, index), path) ?? [])

function readEnable(reading: Reading, paths: readonly string[]): NodeReference[] {
  return paths.flatMap((written, index) => {
    const pointer = member(`${POINTER}/enable`, index)
    const path = readLine(reading, pointer, written)
    return path === '' ? [] : [{ pointer, path }]
  })
}
