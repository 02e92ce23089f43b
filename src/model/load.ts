/** How U-Boot reads files: `load` of the section `boot`, of Xen and of domains. */

import { member } from '../diagnostics/diagnostic.ts'
import type { LoadMemory, LoadMethod as ManifestLoad } from '../manifest/manifest.gen.ts'
import { type ModelContext, orDefault } from './context.ts'
import { readAddress } from './sizes.ts'
import type { LoadMethod } from './system-model.ts'
import { readLine } from './text.ts'

/** Of the address that the load method at `pointer` gives for a file. */
export const addressPointer = (pointer: string, path: string): string => member(member(pointer, 'addresses'), path)

/** First device, first partition: where distributions look as well. */
const DEVICE = '0:1'

export function readLoad(context: ModelContext, pointer: string, load: ManifestLoad): LoadMethod {
  return load.from === 'memory' ? readMemoryLoad(context, pointer, load) : readMediumLoad(context, pointer, load)
}

function readMemoryLoad(context: ModelContext, pointer: string, { addresses = {} }: LoadMemory): LoadMethod {
  const read = Object.entries(addresses).flatMap(([path, written]) => {
    const address = written === undefined ? undefined : readAddress(context, addressPointer(pointer, path), written)
    return address === undefined ? [] : [[path, address] as const]
  })
  return { pointer, from: 'memory', addresses: new Map(read) }
}

function readMediumLoad(context: ModelContext, pointer: string, load: Exclude<ManifestLoad, LoadMemory>): LoadMethod {
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
