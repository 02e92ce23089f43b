/** MOD: what Xen's EFI stub makes of boot modules before Xen reads the tree (arch/arm/efi/efi-boot.h: efi_check_dt_boot). */
import { MAX_EFI_FILES } from '../../../xen/boot-limits.ts'
import type { Rule } from '../../rule.ts'
import { efiFileOf } from '../view/modules.ts'
import { readProperty } from '../view/property.ts'
import { originOfProperty } from '../view/scan.ts'
import type { XenView } from '../view.ts'

export const efiModuleRules: readonly Rule<XenView>[] = [
  {
    code: 'MOD-024',
    check(view, verdict) {
      if (view.context.entry !== 'bootefi') return
      for (const { name, node } of view.domains)
        for (const property of ['#address-cells', '#size-cells'])
          if (!readProperty(node.node, property))
            verdict.violated({
              at: node.origin,
              message: `'${name}' (${node.path}) has no ${property}, and Xen's EFI stub takes it from no other node`,
              help: `add ${property} = <2>`,
            })
      const files = new Set<string>()
      for (const { node } of view.modules) {
        const file = efiFileOf(node)
        if (file === undefined || files.has(file)) continue
        files.add(file)
        if (files.size === MAX_EFI_FILES + 1)
          verdict.violated({
            at: originOfProperty(node, 'xen,uefi-binary'),
            message: `xen,uefi-binary of ${node.path} is the file ${files.size} that Xen's EFI stub is to load, and it has room for ${MAX_EFI_FILES}`,
            help: 'let domains share files, or load some before Xen starts',
          })
      }
    },
  },
]
