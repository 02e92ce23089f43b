/** Rules about the model, for faults that neither a device tree nor a configuration of xl shows. */
import { atKey, member } from '../../diagnostics/diagnostic.ts'
import { dom0Of, isGiven, originOf, type SystemModel } from '../../model/system-model.ts'
import { loadOfXen } from '../../u-boot/xen-image.ts'
import type { Rule } from '../rule.ts'
import { virtioRules } from './virtio.ts'

/** Xen's options that keys of dom0 stand for. `dom0=sve=` is allowed, unless that key is given. */
const DOM0_OPTIONS = [
  ['dom0_mem=', 'memory'],
  ['dom0_max_vcpus=', 'vcpus'],
  ['dom0=sve=', 'sve'],
] as const

/** Domforge makes these options from dom0's keys. An option beside its key would make one of the two values useless; alone, it would be unknown to all else. */
const dom0OptionsOnce: Rule<SystemModel> = {
  code: 'REF-003',
  check(model, { violated }) {
    const dom0 = dom0Of(model)
    if (!dom0) return
    for (const option of model.xen.bootargs.split(' ')) {
      const key = DOM0_OPTIONS.find(([prefix]) => option.startsWith(prefix))?.[1]
      if (key === undefined || (key === 'sve' && dom0.sve === undefined)) continue
      const isSaid = isGiven(model, dom0, key)
      violated({
        at: originOf(model.xen, 'bootargs'),
        message: isSaid
          ? `'${option}' is in Xen's arguments, and '${key}' of '${dom0.name}' already sets it`
          : `'${option}' is in Xen's arguments, where plan and report do not account for it`,
        help: isSaid
          ? `remove '${option}' from xen.bootargs; '${key}' of '${dom0.name}' applies`
          : `remove '${option}' from xen.bootargs, and set '${key}' of '${dom0.name}'`,
        related: isSaid
          ? [{ at: originOf(dom0, key), message: `'${key}' of '${dom0.name}', which is dom0, is here` }]
          : [{ at: atKey(dom0.pointer), message: `'${dom0.name}', which is dom0, is here` }],
      })
    }
  },
}

/** Xen's options that keys of `xen.cache-coloring` stand for. */
const COLORING_OPTIONS = [
  ['llc-coloring', undefined],
  ['llc-size', 'llc-size'],
  ['llc-nr-ways', 'llc-nr-ways'],
  ['xen-llc-colors', 'xen'],
  ['dom0-llc-colors', 'dom0'],
  ['buddy-alloc-size', 'buddy-alloc-size'],
] as const

/** Domforge makes these options from the keys. If one is given twice, Xen takes the last. */
const coloringOnce: Rule<SystemModel> = {
  code: 'REF-003',
  check({ xen }, { violated }) {
    const coloring = xen['cache-coloring']
    if (!coloring) return
    for (const option of xen.bootargs.split(' ')) {
      const known = COLORING_OPTIONS.find(([name]) => option === name || option.startsWith(`${name}=`))
      if (!known) continue
      const [, key] = known
      violated({
        at: originOf(xen, 'bootargs'),
        message: `'${option}' is in Xen's arguments, and xen.cache-coloring already says how the cache is coloured`,
        help: `remove it from xen.bootargs${key === undefined ? '' : ` and set '${key}' of xen.cache-coloring`}`,
        related: [{ at: atKey(coloring.pointer), message: 'the cache is coloured here' }],
      })
    }
  },
}

const namesApart: Rule<SystemModel> = {
  code: 'REF-004',
  check({ domains }, { violated }) {
    const first = new Map<string, string>()
    for (const { name, pointer } of domains) {
      const before = first.get(name.toLowerCase())
      first.set(name.toLowerCase(), before ?? name)
      if (before === undefined) continue
      violated({
        at: atKey(pointer),
        message: `'${name}' and '${before}' differ only in case`,
        help: 'choose another name',
        related: [{ at: atKey(member('/domains', before)), message: `'${before}' is here` }],
      })
    }
  },
}

/** The name that dom0 has in xl. */
const NAME_OF_DOM0 = 'Domain-0'

const nameOfDom0: Rule<SystemModel> = {
  code: 'REF-005',
  check(model, { violated }) {
    if (!dom0Of(model)) return
    for (const { name, boot, pointer } of model.domains)
      if (boot !== 'dom0' && name === NAME_OF_DOM0)
        violated({ at: atKey(pointer), message: `'${name}' is what xl calls dom0`, help: 'choose another name' })
  },
}

/** `enable` changes the tree's file, not a tree that U-Boot finds in memory. Overlays are allowed: U-Boot applies them itself. */
const noChangesElsewhere: Rule<SystemModel> = {
  code: 'REF-007',
  check({ platform, boot }, { violated }) {
    const variable = boot['tree-from']
    if (variable === undefined) return
    if (platform.enable.length === 0) return
    violated({
      at: atKey(member(platform.pointer, 'enable')),
      message: `'enable' changes ${platform['device-tree'].path}, but the tree is taken from memory, at the address in ${variable}`,
      help: "enable the nodes in an overlay of platform.overlays, which U-Boot applies, or remove 'boot.tree-from' to load the changed tree",
      related: [{ at: originOf(boot, 'tree-from'), message: 'the tree is taken from memory here' }],
    })
  },
}

const treeFromWithCommands: Rule<SystemModel> = {
  code: 'REF-008',
  check({ boot }, { violated }) {
    if (boot['tree-from'] === undefined || boot['device-tree'] === 'commands') return
    violated({
      at: atKey(member(boot.pointer, 'tree-from')),
      message: `'tree-from' names a tree to edit, but 'device-tree: ${boot['device-tree']}' edits none`,
      help: "set 'device-tree: commands', or remove 'tree-from'",
    })
  },
}

const efiLoaded: Rule<SystemModel> = {
  code: 'REF-033',
  check(model, { violated }) {
    const { boot, xen } = model
    const load = loadOfXen(model)
    if (boot.command !== 'bootefi' || load.from !== 'memory') return
    violated({
      at: originOf(boot, 'command'),
      message: `bootefi starts only what U-Boot has loaded, and ${xen.image.path} is in memory already`,
      help: "set 'command: booti', or a load method of a medium in xen.load",
      related: [{ at: atKey(load.pointer), message: 'this says that the file is in memory' }],
    })
  },
}

export const modelRules: readonly Rule<SystemModel>[] = [
  dom0OptionsOnce,
  coloringOnce,
  namesApart,
  nameOfDom0,
  noChangesElsewhere,
  treeFromWithCommands,
  efiLoaded,
  ...virtioRules,
]
