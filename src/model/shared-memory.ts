/** The section `shared-memory`. */
import { atKey, atValue, member } from '../diagnostics/diagnostic.ts'
import type {
  Manifest,
  SharedMemory as Written,
  SharedMemoryAccess as WrittenAccess,
} from '../manifest/manifest.gen.ts'
import { type ModelContext, orDefault } from './context.ts'
import { checkName } from './names.ts'
import type { SharedMemory, SharedMemoryAccess } from './partition.ts'
import { type Declared, participant } from './references.ts'
import { readAddress, readGuestAddress, readSize } from './sizes.ts'
import type { Domain } from './system-model.ts'

const PARENT = '/shared-memory'

type Domains = Declared & { readonly read: readonly Domain[] }

/** Every region in document order, without those that no domain can take part in. */
export function readSharedMemory(
  context: ModelContext,
  given: Manifest['shared-memory'],
  domains: Domains,
): readonly SharedMemory[] {
  return Object.entries(given ?? {}).flatMap(([name, region]) => {
    const read = region && readRegion(context, name, region, domains)
    return read ? [read] : []
  })
}

function readRegion(context: ModelContext, name: string, region: Written, domains: Domains): SharedMemory | undefined {
  const pointer = member(PARENT, name)
  const named = checkName(context, PARENT, name, 'region of shared memory')
  const size = readSize(context, `${pointer}/size`, region.size)
  const host = orDefault(context, pointer, 'host-address', region['host-address'], 'auto')
  const address = host === 'auto' ? host : readAddress(context, `${pointer}/host-address`, host)
  const access = Object.entries(region.access).flatMap(([domain, written]) => {
    const party = participant(context, atKey(member(`${pointer}/access`, domain)), domain, domains)
    return party === undefined ? [] : [readAccess(context, `${pointer}/access`, party, written ?? {})]
  })
  const first = region['initialised-by']
  const initialiser = first === undefined ? undefined : readInitialiser(context, pointer, name, first, region)
  if (!named || size === undefined || address === undefined || access.length === 0) return undefined
  return {
    pointer,
    name,
    size,
    'host-address': address,
    access,
    ...(initialiser === undefined ? {} : { 'initialised-by': initialiser }),
  }
}

function readAccess(
  context: ModelContext,
  parent: string,
  domain: string,
  { role, mode, ...rest }: WrittenAccess,
): SharedMemoryAccess {
  const pointer = member(parent, domain)
  if (mode === 'read-only') reportReader(context, pointer, domain)
  const given = orDefault(context, pointer, 'guest-address', rest['guest-address'], 'auto')
  const address = given === 'auto' ? given : readGuestAddress(context, `${pointer}/guest-address`, given)
  return { pointer, domain, ...(role ? { role } : {}), 'guest-address': address ?? 'auto' }
}

function reportReader(context: ModelContext, pointer: string, domain: string): void {
  context.report('REF-032', {
    at: atValue(`${pointer}/mode`),
    message: `'${domain}' may only read this region, but Xen maps it into every domain for reading and writing`,
    help: "remove 'mode', and share with the domain only what it may overwrite",
  })
}

/** REF-031 for a domain that does not see the region. */
function readInitialiser(
  context: ModelContext,
  pointer: string,
  name: string,
  first: string,
  { access }: Written,
): string | undefined {
  if (Object.hasOwn(access, first)) return first
  context.report('REF-031', {
    at: atValue(`${pointer}/initialised-by`),
    message: `'${first}' would initialise '${name}', but has no access to it`,
    help: `name one of ${Object.keys(access).join(', ')}, or give '${first}' access`,
  })
  return undefined
}
