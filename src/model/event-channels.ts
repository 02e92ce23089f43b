/** The section `event-channels`. */
import { atKey, member } from '../diagnostics/diagnostic.ts'
import type { Manifest } from '../manifest/manifest.gen.ts'
import { type ModelContext, orDefault } from './context.ts'
import { checkName } from './names.ts'
import type { EventChannel, EventChannelEnd } from './partition.ts'
import { type Declared, participant } from './references.ts'
import type { Domain } from './system-model.ts'

const PARENT = '/event-channels'

/** Every channel in document order, without those that lack an end. */
export function readEventChannels(
  context: ModelContext,
  given: Manifest['event-channels'],
  domains: Declared & { readonly read: readonly Domain[] },
): readonly EventChannel[] {
  return Object.entries(given ?? {}).flatMap(([name, channel]) => {
    const pointer = member(PARENT, name)
    const named = checkName(context, PARENT, name, 'event channel')
    const ends = Object.entries(channel?.ends ?? {}).flatMap(([domain, end]): readonly EventChannelEnd[] => {
      const place = member(`${pointer}/ends`, domain)
      const port = orDefault(context, place, 'port', end?.port, 'auto')
      return participant(context, atKey(place), domain, domains) === undefined ? [] : [{ pointer: place, domain, port }]
    })
    const [first, second] = ends
    return named && first && second ? [{ pointer, name, ends: [first, second] as const }] : []
  })
}
