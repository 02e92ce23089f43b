import type { Assembly } from '../../assemble/assembly.ts'
import { atValue } from '../../diagnostics/diagnostic.ts'
import { type Guest, originOf } from '../../model/system-model.ts'
import { type FileOfXl, filesOfXl, guestsOfXl } from '../../plan/in-dom0.ts'
import { formatSize, nearestSizes } from '../../units/format.ts'
import { type Bytes, isAligned, MiB } from '../../units/quantities.ts'
import type { Verdict } from '../rule.ts'

/** Checks that different files of domains that xl creates have different paths in dom0. */
export function baseNames({ plan }: Assembly, verdict: Verdict): void {
  const taken = new Map<string, FileOfXl>()
  const files = filesOfXl(plan)
  for (const own of [...files.filter(isCompiled), ...files.filter((one) => !isCompiled(one))]) {
    const owner = taken.get(own.place)
    if (!owner) taken.set(own.place, own)
    else
      verdict.violated({
        at: atValue(own.pointer),
        message: `'${writtenAs(own)}' and '${writtenAs(owner)}' are different files, but both would be ${own.place} in ${plan.dom0?.domain.name}`,
        help: 'rename one of them',
        related: [{ at: atValue(owner.pointer), message: `'${writtenAs(owner)}' is named here` }],
      })
  }
}

const isCompiled = ({ file }: FileOfXl): boolean => typeof file === 'string'

/** Path of a file in the manifest, or below the output folder. */
const writtenAs = ({ file }: FileOfXl): string => (typeof file === 'string' ? file : file.path)

/** Checks that sizes that xl reads in MiB are whole MiB. */
export function wholeMiB(assembly: Assembly, verdict: Verdict): void {
  for (const { domain } of guestsOfXl(assembly.plan)) check(domain, 'memory', domain.memory, verdict)
  for (const { domain } of [...assembly.plan.dom0less, ...assembly.plan.xl]) {
    if (domain['p2m-mem'] !== undefined) check(domain, 'p2m-mem', domain['p2m-mem'], verdict)
  }
}

function check(guest: Guest, key: 'memory' | 'p2m-mem', size: Bytes, verdict: Verdict): void {
  if (isAligned(size, MiB)) return
  verdict.violated({
    at: originOf(guest, key),
    message: `${key} of '${guest.name}' is ${formatSize(size)}, which is not a whole number of MiB`,
    help: `give ${nearestSizes(size, MiB)}`,
  })
}
