import { expect, it } from 'vitest'
import type { Wishes } from '../../../src/passthrough/closure.ts'
import { closed, linesOf } from '../host-tree.ts'

const give = (property: string, wishes: Partial<Wishes> = {}): ReturnType<typeof closed> =>
  closed(
    `grf: syscon@3000 { compatible = "syscon"; reg = <0 0x3000 0 1>; }; eth@2000 { reg = <0 0x2000 0 1>; ${property} };`,
    '/eth@2000',
    wishes,
  )

it.each(['rockchip,grf', 'syscon', 'altr,sysmgr-syscon', 'fsl,stop-mode', 'intf_mode', 'rockchip,php-grf'])(
  'registers of a system controller stop a device: %s',
  (name) => {
    const { node, obstacles } = give(`${name} = <&grf 0x10 3>;`)
    expect(linesOf(node)).toEqual([])
    expect(obstacles.map(({ message }) => message)).toEqual([
      `/eth@2000: its driver changes registers of /syscon@3000 (${name}), which is a device of its own`,
    ])
  },
)

it('says what to write, as YAML has it', () =>
  expect(give('rockchip,grf = <&grf>;').obstacles).toMatchObject([
    {
      code: 'DEV-002',
      help: `if firmware has set them, write 'drop: ["rockchip,grf"]'; if nothing else needs /syscon@3000, write 'include: [/syscon@3000]'`,
    },
  ]))

it('is found where it is included, with its arguments; and forgotten where it is dropped', () => {
  const included = give('rockchip,grf = <&grf 0x10 3>;', { include: ['/syscon@3000'] })
  expect(linesOf(included.node)).toEqual([expect.stringMatching(/^rockchip,grf = <&host_syscon_3000_\w+ 0x10 0x3>;$/)])
  expect(included.obstacles).toEqual([])
  expect(give('rockchip,grf = <&grf>;', { drop: ['rockchip,grf'] }).obstacles).toEqual([])
})

it('is not told of a number that is no node', () =>
  expect(give('rockchip,grf = <0x7777>;')).toMatchObject({ obstacles: [] }))
