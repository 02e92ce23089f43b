/** What stands in for required values that are missing or were refused, so that everything else is still looked at. */
import { NO_FILE, SUPPOSED } from '../diagnostics/agreement.ts'
import { member } from '../diagnostics/diagnostic.ts'
import { remove, valueAt } from '../diagnostics/pointer.ts'
import { NO_RELEASE } from '../xen/releases.ts'

/** Small, valid, and unlikely to break another rule. */
const STAND_INS: readonly (readonly [RegExp, unknown])[] = [
  [/^\/api-version$/, 'domforge/v1'],
  [/^\/name$/, 'unnamed'],
  [/^\/platform$/, { 'device-tree': NO_FILE }],
  [/^\/platform\/device-tree$/, NO_FILE],
  [/^\/xen$/, { release: NO_RELEASE, image: NO_FILE }],
  [/^\/xen\/release$/, NO_RELEASE],
  [/^\/xen\/image$/, NO_FILE],
  [/^\/boot$/, { load: { from: 'tftp' } }],
  [/^\/boot\/load$/, { from: 'tftp' }],
  [/^\/boot\/load\/device$/, '0:1'],
  [/^\/domains$/, { [SUPPOSED]: { boot: 'dom0less', kernel: { image: NO_FILE }, memory: '64MiB' } }],
  [/^\/domains\/[^/]+\/memory$/, '64MiB'],
  [/^\/domains\/[^/]+\/kernel$/, { image: NO_FILE }],
  [/^\/domains\/[^/]+\/kernel\/image$/, NO_FILE],
]

/** Sections that speak of domains by name. */
const OF_DOMAINS = ['shared-memory', 'event-channels', 'argo', 'virtio', 'assert'] as const

/** Whether a manifest says nothing of its domains that could be read. */
export function lacksDomains(manifest: unknown): boolean {
  const domains = valueAt(manifest, '/domains')
  return !isMap(domains) || Object.keys(domains).length === 0
}

const isMap = (value: unknown): value is object => typeof value === 'object' && value !== null && !Array.isArray(value)

/** Whether the manifest has every section, and each domain its kernel, so that nothing stands in for what a finding could be about. */
export function saysEverything(manifest: unknown): boolean {
  if (lacksDomains(manifest)) return false
  const domains = Object.keys(valueAt(manifest, '/domains') ?? {})
  return ['/platform', '/xen', '/boot', ...domains.map((name) => `${member('/domains', name)}/kernel`)].every(
    (pointer) => isMap(valueAt(manifest, pointer)),
  )
}

/** Removes what speaks of domains by name. */
export function forgetDomains(manifest: unknown): void {
  for (const section of OF_DOMAINS) remove(manifest, `/${section}`)
}

/** For what should be at `pointer`; absent: what holds it has to go. */
export const standInFor = (pointer: string): readonly [unknown] | undefined => {
  const found = STAND_INS.find(([pattern]) => pattern.test(pointer))
  return found && [found[1]]
}
