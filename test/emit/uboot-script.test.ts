import { describe, expect, it } from 'vitest'
import type { BootCommand, BootMedium, TreeEdit } from '../../src/assemble/assembly.ts'
import { InternalError } from '../../src/diagnostics/internal-error.ts'
import { scriptImage } from '../../src/emit/legacy-image.ts'
import { fdtCommand } from '../../src/emit/uboot-fdt.ts'
import { ubootScript } from '../../src/emit/uboot-script.ts'
import type { BootCommandName } from '../../src/model/system-model.ts'
import { type Bytes, bytes, hostPhys } from '../../src/units/quantities.ts'

const load: Extract<BootCommand, { kind: 'load' }> & { size: Bytes } = {
  kind: 'load',
  from: { kind: 'tftp' },
  path: 'Image',
  address: hostPhys(0x4040_0000n),
  size: bytes(4096),
  what: 'kernel of a',
}

/** The lines that a command becomes, without those that open and close every script. */
const lines = (command: BootCommand): string[] =>
  ubootScript([command])
    .split('\n')
    .filter((line) => line !== '' && line !== 'setenv domforge_failed' && line !== 'false')

describe("U-Boot's script", () => {
  it('remembers a file that cannot be loaded or has another size, and does nothing more then', () => {
    expect(lines(load)).toEqual([
      '# kernel of a',
      `if test -z "\${domforge_failed}"; then`,
      '  if tftpboot 0x40400000 Image; then',
      `    if itest 0x\${filesize} -ne 0x1000; then`,
      "      echo 'domforge: Image is not the file that this script was made for: 4096 bytes expected'",
      '      setenv domforge_failed 1',
      '    fi',
      '  else',
      "    echo 'domforge: cannot load Image'",
      '    setenv domforge_failed 1',
      '  fi',
      'fi',
    ])
  })

  it('takes a file that was not there within its room, and remembers its size; of Xen also what its header asks for', () => {
    const { size, ...file } = load
    const limit = { size, sizeTo: 'domforge_size_40400000', runsInPlace: false }
    const checks = [
      `    setenv domforge_size_40400000 \${filesize}`,
      `    if itest 0x\${filesize} -gt 0x1000; then`,
      "      echo 'domforge: Image has more than the 4096 bytes that this script was made for'",
      '      setenv domforge_failed 1',
      '    fi',
      `    if itest 0x\${filesize} -eq 0; then`,
      "      echo 'domforge: Image is empty'",
      '      setenv domforge_failed 1',
      '    fi',
    ]
    expect(lines({ ...file, limit }).slice(3, -5)).toEqual(checks)
    expect(lines({ ...file, limit: { ...limit, runsInPlace: true } }).slice(3, -5)).toEqual([
      ...checks,
      '    if itest.l *0x40400010 -gt 0x1000; then',
      "      echo 'domforge: Image needs more than the 4096 bytes that this script was made for'",
      '      setenv domforge_failed 1',
      '    fi',
    ])
  })

  it('starts clean and ends in failure: whoever gets there has not booted', () => {
    expect(ubootScript([])).toBe('setenv domforge_failed\nfalse\n')
  })

  it('loads from a block device', () => {
    expect(lines({ ...load, from: { kind: 'virtio', device: '1:2' } })[2]).toBe(
      '  if load virtio 1:2 0x40400000 Image; then',
    )
  })

  it('loads from every medium', () => {
    const command = (from: BootMedium) => lines({ ...load, from })[2]?.trim()
    expect(command({ kind: 'sd', device: '1:2' })).toBe('if load mmc 1:2 0x40400000 Image; then')
    expect(command({ kind: 'scsi', device: '0' })).toBe('if load scsi 0 0x40400000 Image; then')
    expect(command({ kind: 'usb', device: '0:1' })).toBe('if load usb 0:1 0x40400000 Image; then')
    const own = `ext4load mmc \${dev}:2`
    expect(command({ kind: 'command', command: own })).toBe(`if ${own} 0x40400000 Image; then`)
  })

  it('looks for disks', () => {
    expect(lines({ kind: 'scan-bus', bus: 'usb' })).toEqual(['usb start'])
    expect(lines({ kind: 'scan-bus', bus: 'scsi' })).toEqual(['scsi scan'])
  })

  it('clears memory in words of 32 bits, which `mw.l` counts, and in bytes where it does not come out even', () => {
    const clear = (address: bigint, size: number) =>
      lines({ kind: 'clear', address: hostPhys(address), size: bytes(size) })[1]
    expect(clear(0x4040_0000n, 4096)).toBe('  mw.l 0x40400000 0 0x400')
    expect(clear(0x4040_0004n, 4)).toBe('  mw.l 0x40400004 0 0x1')
    expect(clear(0x4040_0002n, 4096)).toBe('  mw.b 0x40400002 0 0x1000')
    expect(clear(0x4040_0000n, 4095)).toBe('  mw.b 0x40400000 0 0xfff')
  })

  it('configures an FPGA, numbers in hexadecimal, and stops where that fails', () => {
    const fpga = {
      kind: 'configure-fpga',
      command: 'loadb',
      device: 10,
      address: hostPhys(0x40_0000n),
      size: bytes(4096),
    } as const
    expect(lines(fpga)).toEqual([
      `if test -z "\${domforge_failed}"; then`,
      '  if fpga loadb 0xa 0x400000 0x1000; then',
      '    true',
      '  else',
      "    echo 'domforge: cannot configure the FPGA: see the messages above'",
      '    setenv domforge_failed 1',
      '  fi',
      'fi',
    ])
    expect(lines({ ...fpga, size: { variable: 'domforge_size_400000' } })[1]).toBe(
      `  if fpga loadb 0xa 0x400000 0x\${domforge_size_400000}; then`,
    )
  })

  it("prints the user's lines as they are, unless something failed", () => {
    const own = ["setenv a 'b", "c'", 'if x; then y; fi']
    expect(lines({ kind: 'user-commands', lines: own })).toEqual([
      '# extra-commands of the manifest',
      `if test -z "\${domforge_failed}"; then`,
      ...own.map((line) => `  ${line}`),
      '  true',
      'fi',
    ])
  })

  it('starts Xen in each way, or leaves it to others with a status that says whether they may', () => {
    const start = (command: BootCommandName) =>
      lines({ kind: 'boot-xen', command, xen: hostPhys(0x4000_0000n), deviceTree: hostPhys(0x4800_0000n) })
    expect(start('bootm')[1]).toBe('  bootm 0x40000000 - 0x48000000')
    expect(start('bootefi')[1]).toBe('  bootefi 0x40000000 0x48000000')
    expect(lines({ kind: 'give-addresses', xen: hostPhys(0x4000_0000n), deviceTree: hostPhys(0x4800_0000n) })).toEqual([
      `if test -z "\${domforge_failed}"; then`,
      '  setenv host_kernel_addr 0x40000000',
      '  setenv host_fdt_addr 0x48000000',
      'fi',
    ])
    expect(start('none')).toEqual([
      `if test -n "\${domforge_failed}"; then`,
      '  setenv host_kernel_addr',
      '  setenv host_fdt_addr',
      'fi',
      `test -z "\${domforge_failed}"`,
    ])
  })

  it('quotes paths in commands and in messages', () => {
    const script = lines({ ...load, path: "it's $x" })
    expect(script[2]).toBe("  if tftpboot 0x40400000 'it'\\''s $x'; then")
    expect(script).toContain("    echo 'domforge: cannot load it'\\''s $x'")
  })

  it('keeps a comment a comment', () => {
    expect(lines({ kind: 'comment', text: 'a\nreset' })).toEqual(['# a?reset'])
  })

  it('starts Xen only when nothing failed, and says so when it comes back', () => {
    expect(
      lines({ kind: 'boot-xen', command: 'booti', xen: hostPhys(0x4000_0000n), deviceTree: hostPhys(0x4800_0000n) }),
    ).toEqual([
      `if test -z "\${domforge_failed}"; then`,
      '  booti 0x40000000 - 0x48000000',
      "  echo 'domforge: Xen was not started: see the messages above'",
      'fi',
    ])
  })

  it('has no line with both a variable and a path: the old shell reads such lines twice', () => {
    const withVariable = lines({ ...load, path: "it's" }).filter((line) => line.includes(`\${`))
    expect(withVariable).toHaveLength(2)
    for (const line of withVariable) expect(line).not.toMatch(/it'|\\/)
  })
})

describe("a script's image", () => {
  const image = scriptImage({ script: 'echo hi\n', name: 'n'.repeat(40), timestamp: 0x0102_0304 })

  it('starts with the header of an arm64 script', () => {
    expect(image.length).toBe(64 + 8 + 8)
    expect(Buffer.from(image.subarray(0, 4)).toString('hex')).toBe('27051956')
    expect(Buffer.from(image.subarray(8, 12)).toString('hex')).toBe('01020304')
    expect([...image.subarray(28, 32)]).toEqual([5, 22, 6, 0])
    expect(Buffer.from(image.subarray(32, 64)).toString()).toBe('n'.repeat(32))
  })

  it('then says how long the script is', () => {
    expect(Buffer.from(image.subarray(64, 72)).toString('hex')).toBe('0000000800000000')
    expect(Buffer.from(image.subarray(72)).toString()).toBe('echo hi\n')
  })
})

describe('edits of the tree', () => {
  const edits: readonly TreeEdit[] = [
    { kind: 'fdt-addr', address: hostPhys(0x4420_0000n) },
    { kind: 'fdt-addr', address: { variable: 'fdtcontroladdr' } },
    { kind: 'fdt-move', from: { variable: 'fdtcontroladdr' }, to: hostPhys(0x4420_0000n), size: bytes(0x10_0000) },
    { kind: 'fdt-resize', extra: bytes(4096) },
    { kind: 'fdt-apply', address: hostPhys(0x4440_0000n) },
    { kind: 'fdt-mknod', parent: '/', name: 'chosen', unlessThere: true },
    { kind: 'fdt-mknod', parent: '/chosen', name: 'a@1' },
    { kind: 'fdt-mknod', parent: '/chosen', name: 'b', unlessThere: true },
    { kind: 'fdt-get', path: '/cpus/cpu@1', property: 'phandle', variable: 'domforge_cpu' },
    { kind: 'fdt-set', path: '/chosen', property: '#size-cells', value: { kind: 'cells', cells: [2n, 0xffff_ffffn] } },
    { kind: 'fdt-set', path: '/chosen', property: 'x', value: { kind: 'strings', strings: ["it's", ''] } },
    { kind: 'fdt-set', path: '/chosen', property: 'y', value: { kind: 'strings', strings: [] } },
    { kind: 'fdt-set', path: '/chosen', property: 'z', value: { kind: 'bytes', data: Uint8Array.of(0, 0xab) } },
    { kind: 'fdt-rm', path: '/chosen', property: 'linux,initrd-end' },
    { kind: 'fdt-set', path: '/a', property: 'reg', value: { kind: 'cells', cells: [1n, { variable: 'filesize' }] } },
  ]

  it('are one command each', () => {
    expect(edits.map(fdtCommand)).toEqual([
      'fdt addr 0x44200000',
      `fdt addr \${fdtcontroladdr}`,
      `fdt move \${fdtcontroladdr} 0x44200000 0x100000`,
      'fdt resize 0x1000',
      'fdt apply 0x44400000',
      'fdt get size domforge_children /chosen || fdt mknod / chosen',
      'fdt mknod /chosen a@1',
      'fdt get size domforge_children /chosen/b || fdt mknod /chosen b',
      'fdt get value domforge_cpu /cpus/cpu@1 phandle',
      "fdt set /chosen '#size-cells' '<0x2 0xffffffff>'",
      "fdt set /chosen x 'it'\\''s' ''",
      'fdt set /chosen y',
      "fdt set /chosen z '[00 ab]'",
      'fdt rm /chosen linux,initrd-end',
      `fdt set /a reg "<0x1 0x\${filesize}>"`,
    ])
  })

  it('stop the script when one of them fails', () => {
    const [addr] = edits
    expect(lines({ kind: 'edit-tree', what: 'domain a', edits: addr ? [addr] : [] })).toEqual([
      '# domain a',
      `if test -z "\${domforge_failed}"; then`,
      '  fdt addr 0x44200000 || setenv domforge_failed 1',
      `  if test -n "\${domforge_failed}"; then`,
      "    echo 'domforge: cannot change the device tree (domain a): see the messages above'",
      '  fi',
      'fi',
    ])
  })

  it('have no variable beside a word that must be quoted', () => {
    const value = { kind: 'cells', cells: [{ variable: 'filesize' }] } as const
    expect(() => fdtCommand({ kind: 'fdt-set', path: '/a', property: '#x', value })).toThrow(InternalError)
  })
})
