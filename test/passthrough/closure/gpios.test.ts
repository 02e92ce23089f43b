import { expect, it } from 'vitest'
import type { Closure } from '../../../src/passthrough/closure.ts'
import { closed, linesOf } from '../host-tree.ts'

const give = (text: string): Closure =>
  closed(`gpio: gpio { #gpio-cells = <2>; }; mmc@2000 { reg = <0 0x2000 0 1>; ${text} };`, '/mmc@2000')

it('lines of others stay as they are, and are told', () => {
  const { node, choices } = give('reset-gpios = <&gpio 1 0>, <&gpio 2 0>; wp-gpio = <&gpio 3 0>; gpio = <&gpio 4 0>;')
  expect(linesOf(node)).toEqual([])
  expect(choices.map(({ dependency, fate, provider, weight }) => [dependency, fate, provider, weight])).toEqual([
    ['reset-gpios', 'dropped', '/gpio', 'warning'],
    ['wp-gpio', 'dropped', '/gpio', 'warning'],
    ['gpio', 'dropped', '/gpio', 'warning'],
  ])
})

it.each([
  ['', ['broken-cd;'], 'replaced'],
  ['non-removable;', ['non-removable;'], 'dropped'],
  ['broken-cd;', ['broken-cd;'], 'dropped'],
])('a card that a line would tell of is polled for unless it always is: %s', (text, lines, fate) => {
  const { node, choices } = give(`cd-gpios = <&gpio 7 1>; cd-inverted; ${text}`)
  expect(linesOf(node)).toEqual(lines)
  expect(choices).toMatchObject([{ dependency: 'cd-gpios', fate, weight: 'note' }])
})

it('a hog of its own is no line of others', () => {
  const { node, choices } = give('gpio-controller; #gpio-cells = <2>; hog { gpio-hog; gpios = <1 0>; output-low; };')
  expect(linesOf(node)).toContain('gpios = <0x1 0x0>;')
  expect(choices).toEqual([])
})
