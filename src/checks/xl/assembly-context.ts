/** The context of xl with the configurations and files of an assembly. */

import type { Assembly, XlConfig, XlEntry } from '../../assemble/assembly.ts'
import type { FileFacts } from '../../facts/facts.ts'
import type { SystemModel } from '../../model/system-model.ts'
import { treeByXl } from '../../plan/by-domain.ts'
import { factsOfFile, type SystemPlan } from '../../plan/system-plan.ts'
import { wordsOf } from '../../xen/command-words.ts'
import { asksForXenstore } from '../../xen/domain-properties.ts'
import { isAdded } from '../../xen/fork-features.ts'
import { isAtLeast, type Release } from '../../xen/releases.ts'
import { XL_KEYS } from '../../xen/xl-keys.ts'
import { cpuLimit } from '../xen/cpu-limit.ts'
import { newestGrantVersion } from '../xen/view/command-line.ts'
import type { XenView } from '../xen/view.ts'
import type { XlContext, XlDomainContext } from './xl-context.ts'

/** The context of an assembly. `host`: what Xen reads of the same. */
export function xlContextOf({ plan, xl }: Assembly, host: XenView): XlContext {
  const words = wordsOf(plan.model.xen.bootargs)
  const created = byName(plan.xl)
  const again = byName(plan.dom0less)
  return {
    release: plan.model.xen.release,
    features: plan.model.xen.features,
    ...(plan.pointRelease === undefined ? {} : { point: plan.pointRelease }),
    ...(plan.board.gic ? { gic: plan.board.gic.version } : {}),
    cpus: cpuLimit(plan.board.cpus.length, { words }, plan.kconfig),
    grantVersion: newestGrantVersion(words),
    host,
    bootNames: bootNames(plan),
    domains: xl.map((config) =>
      asRead(domainContext(config, created.get(config.domain), again.get(config.domain)), plan.model.xen),
    ),
  }
}

/**
 * Names that boot-time domains with xenstore have in xl, with their ids: the one from init-dom0less (tools/helpers/init-dom0less.c: create_xenstore), and the
 * one that `control/prepare` gives them afterwards.
 */
const bootNames = ({ dom0less, model }: SystemPlan): ReadonlyMap<string, number> =>
  new Map(
    dom0less
      .filter(({ domain: { enhanced } }) => asksForXenstore(enhanced, model.xen.release))
      .flatMap(({ domain: { name }, id }) => [
        [`dom0less-${id.value}`, id.value],
        [name, id.value],
      ]),
  )

const byName = <Planned extends { readonly domain: { readonly name: string } }>(
  domains: readonly Planned[],
): ReadonlyMap<string, Planned> => new Map(domains.map((planned) => [planned.domain.name, planned]))

/** The configuration of one domain. `created`: xl alone starts it; `again`: Xen starts it at boot, and xl can create it again. */
function domainContext(
  config: XlConfig,
  created: SystemPlan['xl'][number] | undefined,
  again: SystemPlan['dom0less'][number] | undefined,
): XlDomainContext {
  const kernel = known(created?.kernel ?? (again && factsOfFile(again.kernel)))
  const ramdisk = known(created?.ramdisk ?? (again?.ramdisk && factsOfFile(again.ramdisk)))
  const partialTree = treeByXl(created ?? again)?.source
  const own = partialTree ? { partialTree } : {}
  const start = created?.domain.lifecycle?.start === 'auto' ? 'with-others' : 'asked'
  return {
    created: again ? 'again' : start,
    config,
    unread: [],
    ...own,
    ...(kernel ? { kernel } : {}),
    ...(ramdisk ? { ramdisk } : {}),
  }
}

/** `domain`, with the keys in `unread` that this xl does not read. */
function asRead(domain: XlDomainContext, { release, features }: SystemModel['xen']): XlDomainContext {
  const isUnread = ({ key }: XlEntry): boolean => isNewer(key, release) && !isAdded(features, 'xlKeys', key)
  const { entries } = domain.config
  return {
    ...domain,
    config: { ...domain.config, entries: entries.filter((entry) => !isUnread(entry)) },
    unread: entries.filter(isUnread),
  }
}

/** Whether `key` is newer than `release`, whose xl ignores it. */
export const isNewer = (key: string, release: Release): boolean => {
  const known = Object.hasOwn(XL_KEYS, key) ? XL_KEYS[key] : undefined
  return known !== undefined && !isAtLeast(release, known.since)
}

const known = (file: FileFacts | undefined): FileFacts | undefined =>
  file?.format.kind === 'missing' ? undefined : file
