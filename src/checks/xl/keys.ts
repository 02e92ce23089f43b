/** XL: keys as such: known, of the right kind, given once. */
import type { Origin } from '../../diagnostics/diagnostic.ts'
import { isAdded } from '../../xen/fork-features.ts'
import { scalarsBy } from '../../xen/guest-scalars.ts'
import { XL_KEYS, type XlValueKind } from '../../xen/xl-keys.ts'
import { didYouMean } from '../did-you-mean.ts'
import type { Rule, Verdict } from '../rule.ts'
import { integerOf, isExtra, type XlContext } from './xl-context.ts'

/** Keys of xl that domforge writes, with the keys of the manifest for them. */
const OWN_WORDS: Readonly<Record<string, string>> = {
  name: "the domain's name",
  kernel: 'kernel.image',
  ramdisk: 'ramdisk',
  device_tree: 'device-tree',
  cmdline: 'kernel.bootargs',
  memory: 'memory',
  vcpus: 'vcpus',
  vuart: 'console',
  sve: 'sve',
  cpus: 'hard-affinity',
  ...scalarsBy(
    ({ xlKey }) => xlKey,
    (_, key) => key,
  ),
}

const WANTED: Readonly<Record<XlValueKind, string>> = {
  text: 'a string',
  integer: 'a number',
  boolean: 'a number, 0 or 1',
  list: 'a list',
  'text-or-list': 'a string or a list',
  'text-or-integer': 'a string or a number',
}

/** Reports a key of the user's own as doubtful: it may be for an xl that domforge does not know. */
const reportTo = (verdict: Verdict, origin: Origin): Verdict['violated'] =>
  isExtra(origin) ? verdict.doubtful : verdict.violated

export const keyRules: readonly Rule<XlContext>[] = [
  {
    code: 'XL-002',
    check({ domains, release, features = [] }, verdict) {
      for (const { config, unread } of domains) {
        for (const { key, origin } of unread) {
          const { since } = XL_KEYS[key] ?? {}
          reportTo(
            verdict,
            origin,
          )({
            at: origin,
            message: `'${key}' of '${config.domain}' is new in xl ${since}, and this is ${release}`,
            help: `use Xen ${since} or newer, or remove the key`,
          })
        }
        for (const { key, origin } of config.entries)
          if (!Object.hasOwn(XL_KEYS, key) && !isAdded(features, 'xlKeys', key))
            reportTo(
              verdict,
              origin,
            )({
              at: origin,
              message: `xl has no key '${key}' ('${config.domain}')`,
              help: didYouMean(key, XL_KEYS) ?? 'remove the key',
            })
      }
    },
  },
  {
    code: 'XL-059',
    check({ domains }, verdict) {
      for (const { config } of domains)
        for (const { key, origin } of config.entries)
          if (isExtra(origin) && Object.hasOwn(OWN_WORDS, key))
            verdict.violated({
              at: origin,
              message: `'${key}' of '${config.domain}' replaces what the manifest says elsewhere`,
              help: 'remove the key',
              remedy: `use ${OWN_WORDS[key]} instead`,
            })
    },
  },
  {
    code: 'XL-060',
    check({ domains }, verdict) {
      for (const { config } of domains)
        for (const entry of config.entries) {
          const known = Object.hasOwn(XL_KEYS, entry.key) ? XL_KEYS[entry.key] : undefined
          const isList = typeof entry.value === 'object'
          if (!known) continue
          const fits =
            known.kind === 'list'
              ? isList
              : known.kind === 'text-or-list'
                ? true
                : known.kind === 'integer' || known.kind === 'boolean'
                  ? integerOf(entry) !== undefined
                  : !isList
          if (!fits)
            verdict.violated({
              at: entry.origin,
              message: `'${entry.key}' of '${config.domain}' is not ${WANTED[known.kind]}`,
              help: `write ${WANTED[known.kind]}${known.kind === 'list' ? ', in brackets even if it has one item' : ''}`,
            })
        }
    },
  },
]
