/** QEMU's board `xlnx-zcu102`, with the tree that Debian's kernel has for the real one. It has no U-Boot of Debian's: QEMU puts everything into memory. */
import { copyFileSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { boardTrees } from '../debian/boards.ts'
import type { BuiltSystem } from './system.ts'

/** Puts the board's tree at `file`. */
export async function zcu102Tree(file: string): Promise<void> {
  copyFileSync(join(await boardTrees('bookworm'), 'xilinx/zynqmp-zcu102-rev1.0.dtb'), file)
}

/**
 * What QEMU's board has otherwise than the real one, over which Xen would hang at the third CPU: registers of the GIC's CPU interface are not
 * repeated in each 64 KiB. Its PHY has another address, too. RAM is the first 2 GiB, which QEMU writes as one range.
 */
export const zcu102Overlay = `/dts-v1/;
/plugin/;

&{/axi/interrupt-controller@f9010000} {
  reg = <0 0xf9010000 0 0x10000>, <0 0xf902f000 0 0x2000>, <0 0xf9040000 0 0x20000>, <0 0xf906f000 0 0x2000>;
};

&{/axi/ethernet@ff0e0000/ethernet-phy@c} {
  reg = <23>;
};
`

/**
 * QEMU's arguments: Xen as its kernel, the tree that was built, and every module where the plan puts it. The console is on standard input and
 * output, the second serial port writes to `secondSerial`; each of the four network controllers has a user network of its own.
 */
export function zcu102Arguments({ plan, files }: BuiltSystem, secondSerial: string): readonly string[] {
  const at = (id: string): string => {
    const file = files.get(plan.load.find((loaded) => loaded.id === id)?.path ?? '')
    if (file === undefined || !existsSync(file)) throw new Error(`nothing is loaded as ${id}`)
    return file
  }
  const modules = plan.load.filter(({ id }) => id !== 'xen' && id !== 'device-tree')
  const loaders = modules.flatMap(({ id, address }) => [
    '-device',
    `loader,file=${at(id)},addr=${address.value},force-raw=on`,
  ])
  return [
    ...['-machine', 'xlnx-zcu102,virtualization=on', '-m', '2048', '-audiodev', 'none,id=silent'],
    ...['-display', 'none', '-monitor', 'none', '-no-reboot', '-serial', `file:${secondSerial}`],
    ...Array.from({ length: 4 }, () => ['-nic', 'user']).flat(),
    ...['-kernel', at('xen'), '-dtb', at('device-tree')],
    ...loaders,
  ]
}
