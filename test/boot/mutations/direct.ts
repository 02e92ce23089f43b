/**
 * Boots without a boot loader: QEMU puts every file where it belongs, and a few instructions hand the tree over to Xen. The tree is what Xen
 * gets to the byte, and a boot takes less than a second.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Machine, machineArguments } from '../machine.ts'

/** A file in memory when Xen starts. */
export interface Loaded {
  readonly address: bigint
  readonly file: string
}

/** QEMU keeps its own tree in the first MiB of the RAM of `virt`, whoever uses it. */
export const FIRST_FREE = 0x4020_0000

/** The UART of `virt`. */
const UART = 0x0900_0000n

/** Prints a mark, then enters Xen with the tree in x0 and the other arguments 0, as Linux' booting.rst asks; literals at the end. */
const INSTRUCTIONS = [
  0x58000182, // ldr x2, uart
  0x52800421, // mov w1, '!'
  0xb9000041, // str w1, [x2]
  0x52800141, // mov w1, '\n'
  0xb9000041, // str w1, [x2]
  0x58000120, // ldr x0, tree
  0xaa1f03e1, // mov x1, xzr
  0xaa1f03e2, // mov x2, xzr
  0xaa1f03e3, // mov x3, xzr
  0x580000f0, // ldr x16, xen
  0xd61f0200, // br x16
]

function firmware(tree: bigint, xen: bigint): Uint8Array {
  const literals = Math.ceil(INSTRUCTIONS.length / 2) * 8
  const image = Buffer.alloc(literals + 24)
  for (const [index, instruction] of INSTRUCTIONS.entries()) image.writeUInt32LE(instruction, 4 * index)
  for (const [index, literal] of [UART, tree, xen].entries()) image.writeBigUInt64LE(literal, literals + 8 * index)
  return image
}

export interface DirectBoot {
  readonly machine: Machine
  readonly xen: Loaded
  readonly tree: Loaded
  readonly others: readonly Loaded[]
}

/** QEMU's arguments; the firmware is written into `folder`. */
export function directArguments({ machine, xen, tree, others }: DirectBoot, folder: string): string[] {
  const stub = join(folder, 'firmware.bin')
  writeFileSync(stub, firmware(tree.address, xen.address))
  const load = ({ address, file }: Loaded): string[] => [
    '-device',
    `loader,file=${file},addr=0x${address.toString(16)},force-raw=on`,
  ]
  return [...machineArguments(machine, [], stub), '-nic', 'none', ...[xen, tree, ...others].flatMap(load)]
}
