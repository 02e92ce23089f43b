import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** QEMU's board `virt`, as far as tests vary it. */
export interface Machine {
  readonly cpus: number
  /** RAM, which starts at 0x40000000. */
  readonly memoryMiB: number
  readonly gic: 2 | 3
  /** With a GPIO controller (pl061), which QEMU leaves out where firmware may find ACPI tables. */
  readonly gpio?: true
}

/** Enough for two Linux guests and a dom0. */
export const plainMachine: Machine = { cpus: 2, memoryMiB: 2048, gic: 3 }

/** Debian's U-Boot for `virt`, from the package u-boot-qemu. */
const firmware = '/usr/lib/u-boot/qemu_arm64/u-boot.bin'

/**
 * QEMU's arguments without media. EL2 for Xen comes with `virtualization`; the serial line is on standard input and
 * output, without the monitor, which would swallow the key that switches Xen's console.
 */
export function machineArguments(
  machine: Machine,
  extraMachineOptions: readonly string[] = [],
  bios = firmware,
): string[] {
  const options = [
    'virt',
    'virtualization=true',
    `gic-version=${machine.gic}`,
    'dtb-randomness=off',
    ...(machine.gpio ? ['acpi=off'] : []),
    ...extraMachineOptions,
  ]
  return [
    ...['-machine', options.join(','), '-cpu', 'cortex-a57', '-smp', `${machine.cpus}`, '-m', `${machine.memoryMiB}`],
    ...['-display', 'none', '-monitor', 'none', '-no-reboot', '-bios', bios],
  ]
}

/**
 * What every board tree has and QEMU's lacks: the alias by which `dtuart=serial0` finds the console, and a seed, since
 * without one the first user of random numbers in Linux waits for seconds. The seed is constant: same tree every time.
 */
const additions = `
/ {
  aliases { serial0 = "/pl011@9000000"; };
  chosen { rng-seed = <0x11 0x22 0x33 0x44 0x55 0x66 0x77 0x88>; };
};
`

/**
 * The machine's own device tree as a packed blob in `scratch`. It is dumped with the firmware in place: without one,
 * QEMU describes a GPIO controller (pl061) that the real run does not have. `more`: source of what the tree has besides.
 */
export async function boardTree(machine: Machine, scratch: string, more = ''): Promise<string> {
  const [dump, source, board] = ['dump.dtb', 'board.dts', 'board.dtb'].map((name) => join(scratch, name)) as [
    string,
    string,
    string,
  ]
  await run('qemu-system-aarch64', [
    ...machineArguments(machine, [`dumpdtb=${dump}`]),
    '-serial',
    'none',
    '-nic',
    'none',
  ])
  await run('dtc', ['-q', '-I', 'dtb', '-O', 'dts', '-o', source, dump])
  writeFileSync(source, readFileSync(source, 'utf8') + additions + more)
  await run('dtc', ['-q', '-I', 'dts', '-O', 'dtb', '-o', board, source])
  return board
}
