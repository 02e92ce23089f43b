/** FDT, KRN, D0: what this machine has and this build of Xen, with its arguments, cannot drive. */
import { formatRange } from '../../../units/format.ts'
import { identityMapLimit } from '../../../xen/boot-limits.ts'
import { CORES_WITHOUT_AARCH32, TEE_MEDIATORS } from '../../../xen/cores.ts'
import { isAtLeast } from '../../../xen/releases.ts'
import type { Rule } from '../../rule.ts'
import { fileOf } from '../files.ts'
import { placedImage } from '../kernel-image.ts'
import { lastValue, optionOrigin, wordOrigin } from '../view/command-line.ts'
import { whyNoIommu } from '../view/iommu.ts'
import { readProperty, stringList } from '../view/property.ts'
import type { XenView } from '../view.ts'

export const machineRules: readonly Rule<XenView>[] = [
  {
    code: 'FDT-020',
    check({ commandLine, domains, context: { kconfig, optionOrigins } }, verdict) {
      if (lastValue(commandLine, 'acpi') !== 'force' || domains.length === 0) return
      if (kconfig && kconfig.options.get('ACPI') !== 'y') return
      verdict.violated({
        at: optionOrigin(commandLine, optionOrigins, 'acpi'),
        message: `acpi=force makes Xen read ACPI tables and not build ${domains.map(({ name }) => `'${name}'`).join(', ')}`,
        help: 'remove acpi=force',
      })
    },
  },
  {
    code: 'FDT-024',
    check({ gic, context: { kconfig, origin } }, verdict) {
      if (gic?.version === 'v3' && kconfig?.options.get('NEW_VGIC') === 'y')
        verdict.violated({
          at: origin,
          message: `the host has a GICv3 (${gic.node.path}), and Xen was built with NEW_VGIC (${kconfig.path})`,
          help: 'build Xen without CONFIG_NEW_VGIC',
        })
    },
  },
  {
    code: 'FDT-025',
    check({ context }, verdict) {
      const limit = identityMapLimit(context.release)
      const { memory } = context
      if (!memory?.xen || limit === undefined || memory.xen.base < limit) return
      const newer = isAtLeast(context.release, '4.19') ? '' : ', or use Xen 4.19 or newer'
      verdict.violated({
        at: context.origin,
        message: `Xen is loaded to ${formatRange(memory.xen)} (host-physical), and Xen ${context.release} starts only below ${limit / (1n << 40n)} TiB`,
        help: `load Xen below that${newer}`,
        remedy: `set boot.load-window to RAM below that${newer}`,
      })
    },
  },
  {
    code: 'KRN-015',
    check(view, verdict) {
      const [cpu] = view.cpus
      const core =
        cpu && stringList(readProperty(cpu.node, 'compatible')).find((name) => CORES_WITHOUT_AARCH32.has(name))
      if (core === undefined) return
      for (const domain of view.domains) {
        const file = fileOf(view, domain.kernel)
        if (file && placedImage(file, view.context.release)?.bits === 32)
          verdict.violated({
            at: domain.kernel?.node.origin ?? domain.node.origin,
            message: `'${domain.name}' has a 32-bit kernel (${file.path}), and the CPUs of this board (${core}) run only 64-bit kernels`,
            help: 'use a 64-bit kernel',
          })
      }
    },
  },
  {
    code: 'D0-007',
    check({ commandLine, context: { release, kconfig, optionOrigins } }, verdict) {
      const name = lastValue(commandLine, 'tee')
      if (name === undefined || !isAtLeast(release, '4.21')) return
      const option = Object.hasOwn(TEE_MEDIATORS, name) ? TEE_MEDIATORS[name] : undefined
      if (option !== undefined && (!kconfig || kconfig.options.get(option) === 'y')) return
      verdict.violated({
        at: optionOrigin(commandLine, optionOrigins, 'tee'),
        message:
          option === undefined
            ? `tee=${name} is not a TEE mediator of Xen`
            : `tee=${name} is given, and Xen was built without ${option} (${kconfig?.path})`,
        help:
          option === undefined ? `use ${Object.keys(TEE_MEDIATORS).join(' or ')}` : `build Xen with CONFIG_${option}=y`,
      })
    },
  },
  {
    code: 'D0-008',
    check(view, verdict) {
      const { commandLine, context } = view
      const parts = commandLine.words.flatMap((word) =>
        word.key === 'iommu' ? (word.value ?? '').split(',').map((part) => ({ word, part })) : [],
      )
      const isForced = parts.findLast(({ part }) => FORCING.test(part))
      const why = isForced && !isForced.part.startsWith('no-') ? whyNoIommu(view) : undefined
      if (isForced && why !== undefined)
        verdict.violated({
          at: wordOrigin(commandLine, context.optionOrigins, isForced.word),
          message: `iommu=${isForced.part} is given, and ${why}`,
          help: 'remove it, or give Xen an IOMMU',
        })
    },
  },
]

const FORCING = /^(no-)?(force|required)$/
