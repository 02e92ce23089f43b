import { expect, it } from 'vitest'
import { briefWayOf, type Consumer, consumersOf, wayOf } from '../../src/passthrough/consumers.ts'
import { hostWith } from './host-tree.ts'

function found(text: string, ...given: readonly string[]): readonly Consumer[] {
  const index = hostWith(text)
  return consumersOf(index, new Set(given.flatMap((path) => index.at(path) ?? [])))
}

const consumers = (...words: Parameters<typeof found>): readonly string[] =>
  found(...words).map((one) => `${one.place.path}: ${wayOf(one)}`)

const BOARD = `
  gpio: gpio@1 { compatible = "g"; gpio-controller; #gpio-cells = <1>; interrupt-controller; #interrupt-cells = <1>; };
  i2c@2 { compatible = "i"; pmic@3 { compatible = "p"; regulators { vcc: vcc { }; }; }; eeprom@4 { compatible = "e"; }; };
  sd: regulator-sd { compatible = "regulator-fixed"; gpio = <&gpio 3>; vin-supply = <&vcc>; };
  mmc@5 { compatible = "m"; vmmc-supply = <&sd>; };
  off@6 { compatible = "o"; status = "disabled"; vmmc-supply = <&sd>; };
  leds { compatible = "gpio-leds"; status-led { gpios = <&gpio 9>; }; };
  key@7 { compatible = "k"; interrupt-parent = <&gpio>; interrupts = <2>; };
  usb@8 { compatible = "u"; hub { off { status = "disabled"; compatible = "h"; gpios = <&gpio 2>; }; }; };`

it('finds who names a device, in turn, with the way to it; disabled ones need nothing', () =>
  expect(consumers(BOARD, '/gpio@1')).toEqual(
    [
      '/regulator-sd: /regulator-sd (gpio)',
      '/leds: /leds (gpios)',
      '/key@7: /key@7 (interrupts)',
      '/mmc@5: /regulator-sd (gpio), which in turn is needed by /mmc@5 (vmmc-supply)',
    ].map((line) => line.replace('/leds (gpios)', '/leds/status-led (gpios)')),
  ))

it('says in brief what a consumer itself names', () =>
  expect(found(BOARD, '/i2c@2').map(briefWayOf)).toEqual([
    '/regulator-sd (vin-supply)',
    '/mmc@5 (vmmc-supply: /regulator-sd)',
  ]))

it('finds who names what is on its bus, which goes with it', () =>
  expect(consumers(BOARD, '/i2c@2')).toEqual([
    '/regulator-sd: /regulator-sd (vin-supply)',
    '/mmc@5: /regulator-sd (vin-supply), which in turn is needed by /mmc@5 (vmmc-supply)',
  ]))

it('counts none of what comes along', () => {
  expect(consumers(BOARD, '/i2c@2', '/regulator-sd', '/mmc@5')).toEqual([])
  expect(consumers(BOARD, '/mmc@5')).toEqual([])
})

it('ends where devices need each other', () =>
  expect(
    consumers(
      'a: a { compatible = "a"; phys = <&b>; }; b: b { compatible = "b"; phys = <&a>; }; c { compatible = "c"; phys = <&a>; };',
      '/c',
      '/b',
    ),
  ).toEqual(['/a: /a (phys)']))
