/** Numbers of Zephyr's nodes: which end sends on which port, where memory and registers are, and what its drivers are told. */
import { describe, expect, it } from 'vitest'
import { Emitted } from '../../support/virtio/emitted-system.ts'

const emitted = new Emitted()

/** The lines of the nodes whose first line has `start`, without indentation. */
function nodes(guest: string, start: RegExp): readonly (readonly string[])[] {
  const lines = emitted.lines(`domains/${guest}/virtio.overlay`)
  return lines.flatMap((line, index) => {
    if (!start.test(line)) return []
    const indent = line.slice(0, line.search(/\S/))
    const end = lines.indexOf(`${indent}};`, index)
    return [lines.slice(index, end).flatMap((own) => own.trim() || [])]
  })
}

describe('a device of the layout zephyr-static-vrings', () => {
  it('sends on the port of the queue away from it, and receives on that of the other', () => {
    // Channels of mcu: up is its port 8, down its port 9. The queue rx leads to the driver, tx to the device.
    expect(nodes('mcu', /ipc_\w+: ipc-to/)).toEqual([
      [
        'ipc_to_mcu: ipc-to-mcu {',
        'compatible = "zephyr,ipc-openamp-static-vrings";',
        'role = "remote";',
        'memory-region = <&ipc_shm_to_mcu>;',
        'mboxes = <&domforge_mbox 8>, <&domforge_mbox 9>;',
        'mbox-names = "tx", "rx";',
        'zephyr,buffer-size = <512>;',
        'status = "okay";',
      ],
      [
        'ipc_to_app: ipc-to-app {',
        'compatible = "zephyr,ipc-openamp-static-vrings";',
        'role = "host";',
        'memory-region = <&ipc_shm_to_app>;',
        'mboxes = <&domforge_mbox 8>, <&domforge_mbox 9>;',
        'mbox-names = "tx", "rx";',
        'zephyr,buffer-size = <256>;',
        'status = "okay";',
      ],
    ])
    const text = emitted.text('domains/mcu/virtio.overlay')
    expect(text).toContain('/* to-mcu: 64 descriptors each way */')
    expect(text).toContain('/* to-app: 16 descriptors each way */')
    expect(text).toContain('CONFIG_IPC_SERVICE_STATIC_VRINGS_MEM_ALIGNMENT=64,')
  })

  it('is inside its region, at its offset and as large as it is', () => {
    const { devices, regions } = JSON.parse(emitted.text('domains/mcu/virtio.json'))
    const cells = (...values: readonly (string | bigint)[]) =>
      `reg = <${values.map((value) => `0x0 0x${BigInt(value).toString(16)}`).join(' ')}>;`
    const base = BigInt(regions.frames.base)
    const memory = (name: string) => {
      const start = base + BigInt(devices[name].offset)
      const label = name.replace('-', '_')
      return [`ipc_shm_${label}: ipc-memory@${start.toString(16)} {`, cells(start, devices[name].size)]
    }
    expect(BigInt(devices['to-app'].offset)).toBeGreaterThan(0n)
    expect(nodes('mcu', /ipc-memory/)).toEqual([memory('to-mcu'), memory('to-app')])
    expect(nodes('mcu', /xen-shmem/)).toEqual([
      [
        `shm_frames: xen-shmem@${base.toString(16)} {`,
        'compatible = "xen,shared-memory-v1";',
        cells(base, 0x20_0000n),
        'xen,id = "frames";',
        '#address-cells = <2>;',
        '#size-cells = <2>;',
        'ranges;',
        ...[...memory('to-mcu'), '};', ...memory('to-app'), '};'],
      ],
    ])
  })

  it('is nowhere in the overlay of a guest that has none', () => {
    expect(emitted.text('domains/rtos/virtio.overlay')).not.toMatch(/mbox|reserved-memory|xen-shmem|ipc/)
    expect(emitted.text('domains/mcu/virtio.overlay')).not.toMatch(/virtio-devices|virtio,mmio/)
  })
})

describe('a virtio-mmio device', () => {
  it("has its interrupt as Zephyr's GIC counts it, and what its driver wants to know", () => {
    const { devices } = JSON.parse(emitted.text('domains/rtos/virtio.json'))
    const node = (name: string, ...driver: readonly string[]) => {
      const { base, interrupt } = devices[name]
      return [
        `virtio_${name}: virtio@${base.slice(2)} {`,
        'compatible = "virtio,mmio";',
        `reg = <0x0 ${base} 0x0 0x200>;`,
        `interrupts = <0x0 0x${(interrupt - 32).toString(16)} 0x4 0xa0>;`,
        'status = "okay";',
        `virtiodev_${name}: device {`,
        ...[...driver, 'status = "okay";', '};'],
      ]
    }
    expect(nodes('rtos', /: virtio@/)).toEqual([
      node('noise', 'compatible = "virtio,entropy", "virtio,device4";'),
      node('eth0', 'compatible = "virtio,net";', 'local-mac-address = [52 54 00 12 34 56];'),
      node('eth1', 'compatible = "virtio,net";', 'zephyr,random-mac-address;'),
    ])
    expect(devices.eth0.interrupt).not.toBe(devices.eth1.interrupt)
  })
})
