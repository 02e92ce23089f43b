/** The commands with which U-Boot loads everything and starts Xen. */
import type { DeviceTree } from '../devicetree/model.ts'
import type { LoadMethod } from '../model/system-model.ts'
import type { LoadedFile, SystemPlan } from '../plan/system-plan.ts'
import { type Bytes, bytes } from '../units/quantities.ts'
import type { BootCommand, BootMedium } from './assembly.ts'
import { flattened } from './flattened.ts'

/** Modules first, then the tree and Xen: what is most likely to be stale or missing is found before anything is started. */
export function bootScript(plan: SystemPlan, hostTree: DeviceTree): readonly BootCommand[] {
  const { load, model } = plan
  const loadOf = (file: LoadedFile, size: Bytes | undefined) => loadCommand(model.boot.load, file, size)
  return [
    { kind: 'comment', text: `Starts ${model.name}: Xen ${model.xen.release} with ${describeDomains(plan)}.` },
    {
      kind: 'comment',
      text: 'Every file goes where the device tree says; the script stops when one is missing or of another size.',
    },
    ...load.modules.map((file) => loadOf(file, knownSize(file))),
    loadOf(load.deviceTree, treeSize(hostTree)),
    loadOf(load.xen, knownSize(load.xen)),
    {
      kind: 'comment',
      text: 'Leave the tree where it is: a copy elsewhere could overwrite a module, of which U-Boot knows nothing.',
    },
    { kind: 'set', name: 'fdt_high', value: '0xffffffffffffffff' },
    { kind: 'boot-xen', command: 'booti', xen: load.xen.address.value, deviceTree: load.deviceTree.address.value },
  ]
}

function loadCommand(method: LoadMethod, file: LoadedFile, size: Bytes | undefined): BootCommand {
  const command = {
    kind: 'load' as const,
    from: mediumOf(method),
    path: `${method.prefix}${file.path}`,
    address: file.address.value,
    what: describeFile(file),
  }
  return size === undefined ? command : { ...command, size }
}

const mediumOf = (method: LoadMethod): BootMedium =>
  method.from === 'tftp' ? { kind: 'tftp' } : { kind: 'virtio', device: method.device }

/** A missing file has a made-up size; that was reported. */
const knownSize = (file: LoadedFile): Bytes | undefined =>
  file.file === undefined || file.file.format.kind === 'missing' ? undefined : file.size

function treeSize(tree: DeviceTree): Bytes | undefined {
  const blob = flattened(tree)
  return blob.ok ? bytes(blob.value.length) : undefined
}

/** `Xen`, `device tree`, `kernel of camera and viewer`. */
export function describeFile(file: LoadedFile): string {
  if (file.kind === 'xen') return 'Xen'
  if (file.kind === 'device-tree') return 'device tree'
  return `${file.kind} of ${enumeration(file.usedBy)}`
}

function describeDomains({ dom0, dom0less }: SystemPlan): string {
  const names = [...(dom0 ? [dom0.domain.name] : []), ...dom0less.map(({ domain }) => domain.name)]
  return names.length === 0 ? 'no domain' : enumeration(names)
}

function enumeration(names: readonly string[]): string {
  if (names.length < 2) return names.join('')
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}
