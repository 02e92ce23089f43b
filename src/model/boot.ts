/** The section `boot`. */
import type { Manifest, Bitstream as ManifestBitstream } from '../manifest/manifest.gen.ts'
import { readLoad } from './load.ts'
import { orDefault, type Reading } from './reading.ts'
import { readRange } from './sizes.ts'
import type { Bitstream, Boot } from './system-model.ts'
import { readCommandLines, readFile } from './text.ts'

const POINTER = '/boot'

export function readBoot(reading: Reading, boot: Manifest['boot']): Boot {
  const given = boot['load-window']
  const { 'extra-commands': extra } = boot
  const bitstream = boot.bitstream && readBitstream(reading, boot.bitstream)
  const window = given && readRange(reading, `${POINTER}/load-window`, given)
  return {
    pointer: POINTER,
    load: readLoad(reading, `${POINTER}/load`, boot.load),
    'device-tree': orDefault(reading, POINTER, 'device-tree', boot['device-tree'], 'merged'),
    ...(boot['tree-from'] === undefined ? {} : { 'tree-from': boot['tree-from'] }),
    command: orDefault(reading, POINTER, 'command', boot.command, 'booti'),
    ...(extra === undefined ? {} : { 'extra-commands': readCommandLines(reading, `${POINTER}/extra-commands`, extra) }),
    ...(bitstream ? { bitstream } : {}),
    ...(window ? { 'load-window': window } : {}),
  }
}

function readBitstream(reading: Reading, given: ManifestBitstream): Bitstream | undefined {
  const pointer = `${POINTER}/bitstream`
  const image = readFile(reading, `${pointer}/image`, given.image)
  return image && { pointer, image, device: orDefault(reading, pointer, 'device', given.device, 0) }
}
