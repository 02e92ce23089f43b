/** The section `boot`. */
import type { Manifest } from '../manifest/manifest.gen.ts'
import { orDefault, type Reading } from './reading.ts'
import { readRange } from './sizes.ts'
import type { Boot, LoadMethod } from './system-model.ts'
import { readLine } from './text.ts'

const POINTER = '/boot'

export function readBoot(reading: Reading, boot: Manifest['boot']): Boot {
  const given = boot['load-window']
  const window = given && readRange(reading, `${POINTER}/load-window`, given)
  return {
    pointer: POINTER,
    load: readLoad(reading, boot.load),
    'device-tree': orDefault(reading, POINTER, 'device-tree', boot['device-tree'], 'merged'),
    command: orDefault(reading, POINTER, 'command', boot.command, 'booti'),
    ...(window ? { 'load-window': window } : {}),
  }
}

function readLoad(reading: Reading, load: Manifest['boot']['load']): LoadMethod {
  const pointer = `${POINTER}/load`
  const prefix = readLine(reading, `${pointer}/prefix`, orDefault(reading, pointer, 'prefix', load.prefix, ''))
  return load.from === 'virtio'
    ? { pointer, from: load.from, device: load.device, prefix }
    : { pointer, from: load.from, prefix }
}
