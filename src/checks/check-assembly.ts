/** All rules about the finished output: what its formats cannot hold, and what Xen or xl would refuse or lose. */
import type { Assembly } from '../assemble/assembly.ts'
import type { Diagnostic, Judge } from '../diagnostics/diagnostic.ts'
import { argoRules } from './argo/rules.ts'
import { firmwareRules } from './firmware/rules.ts'
import { guestRules } from './guests/rules.ts'
import { isolationRules } from './isolation/rules.ts'
import { lifecycleRules } from './lifecycle/rules.ts'
import { outputRules } from './output/rules.ts'
import { withoutRepeats } from './repeats.ts'
import { runRules } from './rule.ts'
import { virtioPlanRules } from './virtio/rules.ts'
import { bootContextOf } from './xen/assembly-context.ts'
import { checkView } from './xen/check-xen.ts'
import { readAsXen } from './xen/view.ts'
import { xlContextOf } from './xl/assembly-context.ts'
import { checkXl } from './xl/check-xl.ts'
import { judgeOwnTrees, recordingPlaces } from './xl/own-trees.ts'

/** Checks an assembly. `known`: findings so far, which are not repeated. */
export function checkAssembly(assembly: Assembly, judge: Judge, known: readonly Diagnostic[] = []): void {
  const report = withoutRepeats(known, judge)
  runRules(outputRules, assembly, report)
  runRules(firmwareRules, assembly.plan, report)
  runRules(isolationRules, assembly.plan, report)
  runRules(lifecycleRules, assembly.plan, report)
  runRules(virtioPlanRules, assembly.plan, report)
  runRules(argoRules, assembly.plan, report)
  runRules(guestRules, assembly.plan, report)
  const host = readAsXen(bootContextOf(assembly))
  const wrongPlaces = new Set<string>()
  checkView(host, recordingPlaces(wrongPlaces, report))
  checkXl(xlContextOf(assembly, host), judgeOwnTrees(assembly.plan, host, wrongPlaces, report))
}
