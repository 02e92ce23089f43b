/** Kernels that Xen starts, of dom0 and of boot-time domains. */
import type { Origin } from '../../diagnostics/diagnostic.ts'
import type { FileFacts } from '../../facts/facts.ts'
import { fileOf } from './files.ts'
import { originOfProperty } from './view/scan.ts'
import type { XenView } from './view.ts'

/** A kernel, and who runs it. */
export interface KernelUse {
  readonly owner: string
  readonly file: FileFacts
  readonly origin: Origin
}

/** Every kernel whose file is known. */
export function kernelsOf(view: XenView): readonly KernelUse[] {
  const dom0 = view.modules.find((module) => module.kind === 'kernel' && !module.domU)
  const all = [
    ...(dom0 ? [{ owner: 'dom0', kernel: dom0 }] : []),
    ...view.domains.map((d) => ({ owner: d.name, kernel: d.kernel })),
  ]
  return all.flatMap(({ owner, kernel }) => {
    const file = fileOf(view, kernel)
    return kernel && file ? [{ owner, file, origin: originOfProperty(kernel.node, 'reg') }] : []
  })
}
