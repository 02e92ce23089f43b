/** The section `platform`. */
import { member } from '../diagnostics/diagnostic.ts'
import type { Manifest } from '../manifest/manifest.gen.ts'
import { checkName } from './names.ts'
import type { Reading } from './reading.ts'
import { readRange } from './sizes.ts'
import type { Platform, ReservedMemory } from './system-model.ts'
import { readFile } from './text.ts'

const POINTER = '/platform'

export function readPlatform(reading: Reading, platform: Manifest['platform']): Platform | undefined {
  const deviceTree = readFile(reading, `${POINTER}/device-tree`, platform['device-tree'])
  const reserved = readReserved(reading, platform.reserved ?? {})
  return deviceTree && { pointer: POINTER, 'device-tree': deviceTree, reserved }
}

function readReserved(reading: Reading, reserved: NonNullable<Manifest['platform']['reserved']>): ReservedMemory[] {
  const parent = `${POINTER}/reserved`
  return Object.entries(reserved).flatMap(([name, value]) => {
    const pointer = member(parent, name)
    const named = checkName(reading, parent, name, 'reserved range')
    const range = value && readRange(reading, pointer, value)
    return named && range ? [{ pointer, name, range }] : []
  })
}
