/** Keys of xl that say the same as a user's own partial tree. */
import { atKey, atValue, type Report } from '../../diagnostics/diagnostic.ts'
import type { SystemModel } from '../../model/system-model.ts'
import { KEYS_OF_DEVICES } from '../../xen/xl-keys.ts'
import type { OwnTree } from './own-tree.ts'

/** PT-048 for each in `extra-xl` of a domain whose tree gives devices: `trees`, by name of the domain. */
export function checkExtraXl({ domains }: SystemModel, trees: ReadonlyMap<string, OwnTree>, report: Report): void {
  for (const domain of domains) {
    const tree = trees.get(domain.name)
    if (domain.boot === 'dom0' || !tree) continue
    const { path } = tree.partial
    const [first] = tree.devices
    for (const { name, pointer } of domain['extra-xl'].filter((extra) => KEYS_OF_DEVICES.includes(extra.name)))
      report('PT-048', {
        at: atKey(pointer),
        message: `'${name}' would replace what domforge writes for the devices that ${path} gives`,
        help: "remove it, and give these devices with 'xen,path' and 'xen,reg' in the tree",
        related: [
          { at: atValue(tree.pointer), message: `${path} is named here` },
          ...(first ? [{ at: first.at, message: 'it gives a device here' }] : []),
        ],
      })
  }
}
