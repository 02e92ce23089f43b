/** How U-Boot reads files: `load` of the section `boot`, of Xen and of domains. */
import type { LoadMethod as ManifestLoad } from '../manifest/manifest.gen.ts'
import { type ModelContext, orDefault } from './context.ts'
import type { LoadMethod } from './system-model.ts'
import { readLine } from './text.ts'

/** First device, first partition: where distributions look as well. */
const DEVICE = '0:1'

export function readLoad(context: ModelContext, pointer: string, load: ManifestLoad): LoadMethod {
  const prefix = readLine(context, `${pointer}/prefix`, orDefault(context, pointer, 'prefix', load.prefix, ''))
  switch (load.from) {
    case 'tftp':
      return { pointer, from: load.from, prefix }
    case 'command':
      return { pointer, from: load.from, command: readLine(context, `${pointer}/command`, load.command), prefix }
    default:
      return { pointer, from: load.from, device: orDefault(context, pointer, 'device', load.device, DEVICE), prefix }
  }
}
