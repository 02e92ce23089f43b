/** DOM, D0: scalable vectors of domains (arch/arm/dom0less-build.c; domain_build.c: parse_arch_dom0_param). */
import type { Origin } from '../../../diagnostics/diagnostic.ts'
import { isAtLeast } from '../../../xen/releases.ts'
import { CORES_WITHOUT_SVE, SVE_STEP } from '../../../xen/sve.ts'
import type { Rule } from '../../rule.ts'
import { fileOf } from '../files.ts'
import { placedImage } from '../kernel-image.ts'
import { optionOrigin, parseUnsigned } from '../view/command-line.ts'
import { at, type DomainView } from '../view/domains.ts'
import { readProperty, readU32, stringList } from '../view/property.ts'
import type { XenView } from '../view.ts'

const isBuiltIn = ({ context: { kconfig } }: XenView): boolean => !kconfig || kconfig.options.get('ARM64_SVE') === 'y'

/** Domains that have the property, where this release reads it. */
const domainsWithSve = ({ domains, context }: XenView): readonly DomainView[] =>
  isAtLeast(context.release, '4.18') ? domains.filter(({ node }) => readProperty(node.node, 'sve')) : []

/** Bytes of the property. Empty, it asks for vectors as long as the machine's. */
const lengthOf = ({ node }: DomainView): number => readProperty(node.node, 'sve')?.data.length ?? 0

/** Name of the first processor's core, if it is known to have no SVE. */
function coreWithoutSve({ cpus }: XenView): string | undefined {
  const [cpu] = cpus
  return cpu && stringList(readProperty(cpu.node, 'compatible')).find((core) => CORES_WITHOUT_SVE.has(core))
}

/** The length that `dom0=sve=` gives, in bits; `undefined`: none, or no number. 4.17 has no such option. */
function dom0Sve(view: XenView): { readonly bits: number; readonly origin: Origin } | undefined {
  if (!isAtLeast(view.context.release, '4.18')) return undefined
  const settings = view.commandLine.words.flatMap(({ key, value }) => (key === 'dom0' ? (value ?? '').split(',') : []))
  const text = settings.findLast((setting) => setting.startsWith('sve='))?.slice('sve='.length)
  const size = text === undefined ? undefined : parseUnsigned(text.replace(/^-/, ''))
  if (text === undefined || size === undefined) return undefined
  const bits = text.startsWith('-') ? -Number(size) : Number(size)
  return { bits, origin: optionOrigin(view.commandLine, view.context.optionOrigins, 'dom0') }
}

export const sveRules: readonly Rule<XenView>[] = [
  {
    code: 'DOM-027',
    check(view, verdict) {
      if (isBuiltIn(view)) return
      for (const domain of domainsWithSve(view))
        verdict.violated({
          at: at(domain, 'sve'),
          message: `'${domain.name}' wants SVE, and Xen was built without ARM64_SVE (${view.context.kconfig?.path})`,
          help: 'build Xen with CONFIG_ARM64_SVE=y, or remove sve',
        })
    },
  },
  {
    code: 'DOM-028',
    check(view, verdict) {
      for (const domain of domainsWithSve(view))
        if (lengthOf(domain) > 0 && lengthOf(domain) < 4)
          verdict.violated({
            at: at(domain, 'sve'),
            message: `sve of '${domain.name}' is shorter than a cell`,
            help: 'write sve = <256>, or sve without a value for the longest vectors of the machine',
          })
    },
  },
  {
    code: 'DOM-029',
    check(view, verdict) {
      for (const domain of domainsWithSve(view)) {
        const bits = readU32(domain.node.node, 'sve') ?? 0
        if (bits % SVE_STEP !== 0)
          verdict.violated({
            at: at(domain, 'sve'),
            message: `sve of '${domain.name}' is ${bits}, not a multiple of ${SVE_STEP}`,
            help: `use a multiple of ${SVE_STEP}, or hw`,
          })
      }
    },
  },
  {
    code: 'DOM-030',
    check(view, verdict) {
      const core = coreWithoutSve(view)
      if (core === undefined) return
      for (const domain of domainsWithSve(view))
        if (readU32(domain.node.node, 'sve') !== 0)
          verdict.violated({
            at: at(domain, 'sve'),
            message: `'${domain.name}' wants SVE, and the CPUs of this board (${core}) do not have it`,
            help: 'remove sve',
          })
    },
  },
  {
    code: 'DOM-031',
    check(view, verdict) {
      for (const domain of domainsWithSve(view)) {
        const file = fileOf(view, domain.kernel)
        if (file && readU32(domain.node.node, 'sve') !== 0 && placedImage(file, view.context.release)?.bits === 32)
          verdict.violated({
            at: at(domain, 'sve'),
            message: `'${domain.name}' wants SVE, and its kernel is 32-bit (${file.path})`,
            help: 'remove sve, or use a 64-bit kernel',
          })
      }
    },
  },
  {
    code: 'D0-005',
    check(view, verdict) {
      const sve = dom0Sve(view)
      if (!sve || sve.bits === 0) return
      const core = coreWithoutSve(view)
      const why = !isBuiltIn(view)
        ? `Xen was built without ARM64_SVE (${view.context.kconfig?.path})`
        : sve.bits > 0 && sve.bits % SVE_STEP !== 0
          ? `${sve.bits} is not a multiple of ${SVE_STEP}`
          : core === undefined
            ? undefined
            : `the CPUs of this board (${core}) have no SVE`
      if (why !== undefined)
        verdict.violated({
          at: sve.origin,
          message: `dom0 wants SVE, and ${why}`,
          help: `remove sve, or build Xen with CONFIG_ARM64_SVE=y and use a multiple of ${SVE_STEP} that the machine has`,
        })
    },
  },
]
