/** Which device a first manifest offers to a guest, and which never. */
import { expect, it } from 'vitest'
import { parseDts } from '../../src/devicetree/parse/parse-dts.ts'
import { offeredDevice } from '../../src/init/offered-device.ts'
import { ok } from '../devicetree/expect-ok.ts'

const offered = (text: string): string | undefined =>
  offeredDevice(
    ok(
      parseDts(
        `/dts-v1/; / { #address-cells = <2>; #size-cells = <2>; interrupt-parent = <&gic>;
          gic: gic@1000 { compatible = "arm,gic-v3"; interrupt-controller; #interrupt-cells = <3>; reg = <0 0x1000 0 0x1000>; };
          ${text} };`,
        { file: 'board.dts' },
      ),
    ),
  )?.path

const device = (name: string, page: number, text: string): string =>
  `${name}@${page}000 { compatible = "acme,${name}"; reg = <0 0x${page}000 0 0x1000>; ${text} };`

const LATE = device('rtc', 9, 'interrupts = <0 9 4>;')

it('is the first that nothing else needs', () => {
  expect(offered(device('rtc', 8, 'interrupts = <0 3 4>;') + LATE)).toBe('/rtc@8000')
  expect(offered(LATE)).toBe('/rtc@9000')
  expect(offered('')).toBeUndefined()
})

it('does not have the interrupt of the virtual PL011', () => {
  expect(offered(device('rtc', 7, 'interrupts = <0 0 4>;') + LATE)).toBe('/rtc@9000')
  expect(offered(device('rtc', 7, 'interrupts = <0 1 4>;') + LATE)).toBe('/rtc@7000')
})

it('shares its interrupt with no enabled device', () => {
  const rtc = device('rtc', 7, 'interrupts = <0 3 4>;')
  const besides = (interrupts: string): string | undefined =>
    offered(rtc + device('watchdog', 8, `interrupts = ${interrupts};`) + LATE)
  expect(besides('<0 3 4>')).toBe('/rtc@9000')
  expect(besides('<0 5 4>, <0 3 4>')).toBe('/rtc@9000')
  expect(besides('<0 4 4>')).toBe('/rtc@7000')
  expect(besides('<0 3 4>; status = "disabled"')).toBe('/rtc@7000')
})

it.each([
  ['a system controller', 'watchdog', '"acme,one", "syscon"', ''],
  ['one by its name', 'syscon', '"acme,one"', ''],
  ['a mailbox', 'mailbox', '"acme,one"', ''],
  ['a mailbox by what it provides', 'timer', '"acme,one"', '#mbox-cells = <1>;'],
  ['a clock controller', 'watchdog', '"acme,one"', '#clock-cells = <1>;'],
  ['a reset controller', 'watchdog', '"acme,one"', '#reset-cells = <1>;'],
  ['a reset controller by its name', 'reset-controller', '"acme,one"', ''],
  ['a power controller', 'watchdog', '"acme,one"', '#power-domain-cells = <1>;'],
])('is not %s', (_, name, compatible, text) => {
  const own = `${name}@7000 { compatible = ${compatible}; reg = <0 0x7000 0 0x1000>; interrupts = <0 3 4>; ${text} };`
  expect(offered(own + LATE)).toBe('/rtc@9000')
})
