/** The section `platform`. */
import { member } from '../diagnostics/diagnostic.ts'
import type { Manifest } from '../manifest/manifest.gen.ts'
import { type ModelContext, orDefault } from './context.ts'
import { readRanges } from './named-ranges.ts'
import type { FileReference, NodeReference, Platform } from './system-model.ts'
import { readFile, readLine, readNeededFile } from './text.ts'

const POINTER = '/platform'

export function readPlatform(context: ModelContext, platform: Manifest['platform']): Platform {
  const deviceTree = readNeededFile(context, `${POINTER}/device-tree`, platform['device-tree'])
  const overlays = readOverlays(context, platform.overlays ?? [])
  const enable = readEnable(context, platform.enable ?? [])
  const memory = readRanges(context, `${POINTER}/memory`, platform.memory ?? {}, 'range of memory')
  const reserved = readRanges(context, `${POINTER}/reserved`, platform.reserved ?? {}, 'reserved range')
  const firmware = orDefault(context, POINTER, 'firmware', platform.firmware, 'assumed')
  const from = orDefault(context, POINTER, 'memory-from', platform['memory-from'], 'device-tree')
  const ram = { memory, 'memory-from': from, reserved, firmware }
  return { pointer: POINTER, 'device-tree': deviceTree, overlays, enable, ...ram }
}

const readOverlays = (context: ModelContext, paths: readonly string[]): FileReference[] =>
  paths.flatMap((path, index) => readFile(context, member(`${POINTER}/overlays`, index), path) ?? [])

function readEnable(context: ModelContext, paths: readonly string[]): NodeReference[] {
  return paths.flatMap((written, index) => {
    const pointer = member(`${POINTER}/enable`, index)
    const path = readLine(context, pointer, written)
    return path === '' ? [] : [{ pointer, path }]
  })
}
