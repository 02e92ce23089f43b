/** Where rules say less, or more, than Xen does, on purpose. */
import { numberOf } from '../../../src/checks/xen/view/host.ts'
import type { XenView } from '../../../src/checks/xen/view.ts'
import type { Code } from '../../../src/diagnostics/catalogue/index.ts'
import { MiB } from '../../../src/units/quantities.ts'
import type { Machine } from '../machine.ts'

/** Errors that say that Xen stops, of which chance can make Xen go on; each with the chance. */
export const MAY_GO_ON: ReadonlyMap<Code, string> = new Map<Code, string>([
  ['CPU-006', 'Xen compares what the CPUs say of themselves, and these are alike whatever the tree says'],
  ['FDT-009', 'what Xen needs of the tree comes before the place after which it reads no further'],
  ['MOD-010', 'another domain has the same kernel, and Xen finds modules by their addresses'],
  ['MOD-012', 'another domain has the same kernel, and Xen finds modules by their addresses'],
  ['MOD-014', 'another domain has the same kernel, and Xen finds modules by their addresses'],
  ['MOD-023', 'page tables keep 48 bits of an address, and the rest can be one of RAM'],
])

/** Whether the tree has RAM that the machine has not: nobody's to know but the hardware's. Xen takes its pages from the top. */
export function inventsRam({ ram }: XenView, { memoryMiB }: Machine): boolean {
  const end = RAM + BigInt(memoryMiB) * MiB
  return ram.some(({ range }) => range.base < RAM || range.base + range.size > end)
}

/** Whether the tree has a CPU that the machine has not, as only the hardware knows, too: Xen starts the others. */
export const inventsCpu = ({ cpus }: XenView, machine: Machine): boolean =>
  cpus.some((cpu) => (numberOf(cpu) ?? 0n) >= BigInt(machine.cpus))

/** Where the RAM of `virt` starts. */
const RAM = 0x4000_0000n

/** Warnings of what U-Boot puts right before Xen starts, as it adds RAM where there is none; nobody does where trees are given to Xen as they are. */
export const PUT_RIGHT_BY_U_BOOT: ReadonlyMap<Code, string> = new Map<Code, string>([
  ['CPU-017', 'fdt_psci adds PSCI on boards whose trees lack it'],
  ['FDT-007', 'fdt_fixup_memory_banks completes the node with device_type'],
])

/** Warnings of what leaves Xen without a console: a Xen that goes on cannot be told from one that stops. */
export const SILENCES: ReadonlySet<Code> = new Set<Code>(['D0-020'])
