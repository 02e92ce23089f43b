/** KRN: whether Linux finds a root file system, by its boot arguments or in its ramdisk (init/do_mounts.c, init/initramfs.c). */
import { atKey, atValue } from '../../diagnostics/diagnostic.ts'
import type { FileFacts, ImageFormat } from '../../facts/facts.ts'
import { type Domain, isGiven } from '../../model/system-model.ts'
import { bootedGuest, createdGuest } from '../../plan/by-domain.ts'
import { factsOfFile, type SystemPlan } from '../../plan/system-plan.ts'
import type { Rule } from '../rule.ts'
import { contiguousMemoryRules } from './contiguous-memory.ts'

/** Whether a domain surely runs Linux, which is the default: the manifest says so, or gives the kernel boot arguments, which only Linux reads. */
const isLinux = ({ model }: SystemPlan, domain: Domain): boolean =>
  domain.os === 'linux' && (isGiven(model, domain, 'os') || domain.kernel.bootargs !== '')

const namesRoot = ({ kernel }: Domain): boolean => kernel.bootargs.split(/\s+/).some((word) => word.startsWith('root='))

/** Facts about a domain's ramdisk; `undefined`: there is none, its file is not there (which a rule reports), or not known. */
function ramdiskOf(plan: SystemPlan, { boot, name }: Domain): FileFacts | undefined {
  if (boot === 'xl') return createdGuest(plan, name)?.ramdisk
  const loaded = boot === 'dom0' ? plan.dom0?.ramdisk : bootedGuest(plan, name)?.ramdisk
  return loaded && factsOfFile(loaded)
}

const holdsNoFile = (format: ImageFormat): boolean =>
  format.kind === 'gzip'
    ? format.content !== undefined && holdsNoFile(format.content)
    : format.kind === 'cpio' && format.holdsNoFile === true

export const guestRules: readonly Rule<SystemPlan>[] = [
  {
    code: 'KRN-019',
    check(plan, { violated }) {
      for (const domain of plan.model.domains)
        if (isLinux(plan, domain) && !domain.ramdisk && !namesRoot(domain))
          violated({
            at: atKey(domain.pointer),
            message: `'${domain.name}' runs Linux with neither a ramdisk nor root= among its boot arguments`,
            help: 'give it a ramdisk, or name its root in kernel.bootargs; for a system other than Linux set os',
          })
    },
  },
  {
    code: 'KRN-020',
    check(plan, { violated }) {
      for (const domain of plan.model.domains) {
        const file = ramdiskOf(plan, domain)
        if (domain.ramdisk && file && holdsNoFile(file.format) && !namesRoot(domain))
          violated({
            at: atValue(domain.ramdisk.pointer),
            message: `the ramdisk of '${domain.name}' (${file.path}) is an archive without a single file`,
            help: 'build it again: the folder was empty when it was packed',
          })
      }
    },
  },
  ...contiguousMemoryRules,
]
