/** The section `argo`. */
import { atKey, member } from '../diagnostics/diagnostic.ts'
import type { Manifest } from '../manifest/manifest.gen.ts'
import { type ModelContext, orDefault } from './context.ts'
import { checkName } from './names.ts'
import type { ArgoEnd, ArgoLink } from './partition.ts'
import { type Declared, someDomain } from './references.ts'
import type { Domain } from './system-model.ts'

const PARENT = '/argo'

/** Every link in document order, without those that lack an end. */
export function readArgo(
  context: ModelContext,
  given: Manifest['argo'],
  domains: Declared & { readonly read: readonly Domain[] },
): readonly ArgoLink[] {
  return Object.entries(given ?? {}).flatMap(([name, link]) => {
    const pointer = member(PARENT, name)
    const named = checkName(context, PARENT, name, 'link')
    const port = orDefault(context, pointer, 'port', link?.port, 'auto')
    const ends = Object.keys(link?.ends ?? {}).flatMap((domain): readonly ArgoEnd[] => {
      const place = member(`${pointer}/ends`, domain)
      return someDomain(context, atKey(place), domain, domains) === undefined ? [] : [{ pointer: place, domain }]
    })
    const [first, second] = ends
    return named && first && second ? [{ pointer, name, ends: [first, second] as const, port }] : []
  })
}
