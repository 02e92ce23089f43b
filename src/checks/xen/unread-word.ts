/** What to do about a property or option that upstream does not read. */
import type { WayOut } from '../../diagnostics/diagnostic.ts'
import { type ForkFeature, featureAdding, successorOf } from '../../xen/fork-features.ts'

/** The way out for `name`. `help`: advice about a word that no fork is known to read. */
export function unreadWord(kind: 'properties' | 'options', name: string, help: string): WayOut {
  const feature = featureAdding(kind, name)
  const successor = successorOf(name)
  if (feature === undefined) return { help }
  if (!successor) return { help, remedy: `remove it, ${ifRead(feature)}` }
  const { name: upstream, key, since } = successor
  return {
    help: `use '${upstream}' (Xen ${since}), unless your Xen is a fork that reads this`,
    remedy: `set ${key} instead (Xen ${since}), ${ifRead(feature)}`,
  }
}

const ifRead = (feature: ForkFeature): string => `or if your Xen reads it add '${feature}' to 'xen.features'`
