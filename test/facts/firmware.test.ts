import { describe, expect, it } from 'vitest'
import { assumedFirmware } from '../../src/facts/firmware.ts'
import { SOC_FIRMWARE } from '../../src/facts/soc-firmware.ts'
import { formatRange } from '../../src/units/format.ts'
import { bytes, type HostPhys, hostPhys } from '../../src/units/quantities.ts'
import { type Range, range } from '../../src/units/range.ts'

const at = (base: bigint, size: bigint): Range<HostPhys> => range(hostPhys(base), bytes(size))
const found = (compatible: string, ram: readonly Range<HostPhys>[], owned: readonly Range<HostPhys>[] = []) =>
  assumedFirmware(
    ['vendor,board', compatible],
    ram,
    owned.map((one) => ({ range: one })),
  ).map((part) => formatRange(part.range))

const LOW = at(0x8000_0000n, 0x4000_0000n)

describe('assumedFirmware', () => {
  it.each([
    ['fsl,imx8qm', LOW, ['[0x80000000..0x80020000)']],
    ['fsl,imx8qxp', LOW, ['[0x80000000..0x80020000)']],
    ['fsl,imx95', LOW, ['[0x8a200000..0x8a240000)']],
    ['rockchip,rk3399', at(0n, 0x8000_0000n), ['[0x0..0x100000)']],
    ['rockchip,rk3588', at(0x20_0000n, 0x8000_0000n), []],
    ['ti,am625', LOW, ['[0x80000000..0x80080000)', '[0x9e780000..0x9e800000)']],
    ['amlogic,g12b', at(0n, 0x4000_0000n), ['[0x5100000..0x5200000)']],
    ['allwinner,sun50i-h616', at(0x4000_0000n, 0x4000_0000n), ['[0x40000000..0x40040000)']],
    ['nvidia,tegra210', at(0x8000_0000n, 0x1_0000_0000n), ['[0xff800000..0xff840000)']],
    ['renesas,r8a7795', at(0x4800_0000n, 0x3800_0000n), []],
    ['fsl,imx8mm', at(0x4000_0000n, 0x8000_0000n), []],
    ['xlnx,zynqmp', at(0n, 0x8000_0000n), []],
    ['linux,dummy-virt', LOW, []],
  ])('%s: %s', (compatible, ram, expected) => expect(found(compatible, [ram])).toEqual(expected))

  it('leaves out what is reserved already', () => {
    expect(found('fsl,imx8qm', [LOW], [at(0x8000_0000n, 0x10_0000n)])).toEqual([])
    expect(found('fsl,imx8qm', [LOW], [at(0x8000_8000n, 0x8000n)])).toEqual([
      '[0x80000000..0x80008000)',
      '[0x80010000..0x80020000)',
    ])
  })

  it('is about each SoC once, in whole pages, with a source', () => {
    const names = SOC_FIRMWARE.flatMap(({ compatibles }) => compatibles)
    expect(new Set(names).size).toBe(names.length)
    for (const { extents, source } of SOC_FIRMWARE) {
      expect(source).toMatch(/: /)
      for (const [base, size] of extents) expect([base % 4096n, size % 4096n, size > 0n]).toEqual([0n, 0n, true])
    }
  })
})
