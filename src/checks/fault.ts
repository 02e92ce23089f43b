/** Rules about faults that only some point releases of Xen have. */
import type { Finding, WayOut } from '../diagnostics/diagnostic.ts'
import { type Fault, nearestWithout, presenceOf, type RunningXen } from '../xen/point-releases.ts'
import type { Verdict } from './rule.ts'

/** The function of `verdict` that reports what `fault` breaks, according to how sure it is that this Xen has the fault; `undefined`: it does not. */
export function reporterOf(fault: Fault, xen: RunningXen, verdict: Verdict): ((finding: Finding) => void) | undefined {
  switch (presenceOf(fault, xen)) {
    case 'absent':
      return undefined
    case 'present':
      return verdict.violated
    case 'possible':
      return verdict.assumed
  }
}

/** Advice about what `fault` breaks: `otherwise`, or a Xen without it, or to say that Xen is such a one already. */
export function wayOut(fault: Fault, xen: RunningXen, otherwise: string): WayOut {
  const mended = nearestWithout(fault, xen.release)
  const help = `${otherwise}, or use Xen ${mended} or newer`
  if (presenceOf(fault, xen) === 'present') return { help }
  return { help: `${help} and give that release`, remedy: `${help} and write 'release: "${mended}"'` }
}
