import { expect, it } from 'vitest'
import { nextStep } from '../../src/cli/next-step.ts'
import type { Boot, LoadMethod } from '../../src/model/system-model.ts'

const pointer = '/boot/load'

/** What is to be typed at the board. */
function typed(load: LoadMethod, command: Boot['command'] = 'booti'): readonly string[] {
  const [, ...lines] = nextStep('out', { pointer: '/boot', load, 'device-tree': 'merged', command })
    .trimEnd()
    .split('\n')
  return lines.map((line) => line.trim())
}

it('is the command that loads the script from the medium, after looking for its disks', () => {
  const run = `&& source \${scriptaddr}`
  const of = (from: 'sd' | 'scsi' | 'usb' | 'virtio') => typed({ from, device: '0:1', prefix: '/boot/', pointer })[0]
  expect(typed({ from: 'tftp', prefix: '', pointer })).toEqual([
    `tftpboot \${scriptaddr} boot.scr ${run}`,
    expect.stringContaining('setenv autoload no; dhcp'),
  ])
  expect(of('sd')).toBe(`load mmc 0:1 \${scriptaddr} /boot/boot.scr ${run}`)
  expect(of('scsi')).toBe(`scsi scan; load scsi 0:1 \${scriptaddr} /boot/boot.scr ${run}`)
  expect(of('usb')).toBe(`usb start; load usb 0:1 \${scriptaddr} /boot/boot.scr ${run}`)
  expect(of('virtio')).toBe(`load virtio 0:1 \${scriptaddr} /boot/boot.scr ${run}`)
  const own = { from: 'command', command: 'ext4load mmc 0:2', prefix: '', pointer } as const
  expect(typed(own)).toEqual([`ext4load mmc 0:2 \${scriptaddr} boot.scr ${run}`])
})

it("ends with the user's own start of Xen, where that is wanted", () => {
  expect(typed({ from: 'virtio', device: '0:1', prefix: '', pointer }, 'none')[1]).toMatch(
    /host_kernel_addr.*host_fdt_addr/,
  )
})
