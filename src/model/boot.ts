/** The section `boot`. */
import type { Manifest, Bitstream as ManifestBitstream } from '../manifest/manifest.gen.ts'
import { type ModelContext, orDefault } from './context.ts'
import { readLoad } from './load.ts'
import { readRange } from './sizes.ts'
import type { Bitstream, Boot } from './system-model.ts'
import { readCommandLines, readFile } from './text.ts'

const POINTER = '/boot'

export function readBoot(context: ModelContext, boot: Manifest['boot']): Boot {
  const given = boot['load-window']
  const { 'extra-commands': extra } = boot
  const bitstream = boot.bitstream && readBitstream(context, boot.bitstream)
  const window = given && readRange(context, `${POINTER}/load-window`, given)
  return {
    pointer: POINTER,
    load: readLoad(context, `${POINTER}/load`, boot.load),
    'device-tree': orDefault(context, POINTER, 'device-tree', boot['device-tree'], 'merged'),
    ...(boot['tree-from'] === undefined ? {} : { 'tree-from': boot['tree-from'] }),
    command: orDefault(context, POINTER, 'command', boot.command, 'booti'),
    ...(extra === undefined ? {} : { 'extra-commands': readCommandLines(context, `${POINTER}/extra-commands`, extra) }),
    ...(bitstream ? { bitstream } : {}),
    ...(window ? { 'load-window': window } : {}),
  }
}

function readBitstream(context: ModelContext, given: ManifestBitstream): Bitstream | undefined {
  const pointer = `${POINTER}/bitstream`
  const image = readFile(context, `${pointer}/image`, given.image)
  return image && { pointer, image, device: orDefault(context, pointer, 'device', given.device, 0) }
}
