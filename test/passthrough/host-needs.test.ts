import { expect, it } from 'vitest'
import { hostNeeds } from '../../src/passthrough/host-needs.ts'
import { hostWith } from './host-tree.ts'

const BOARD = `
  aliases { serial0 = "/uart@1"; serial1 = "/uart@2"; mmc1 = "/mmc@4"; }; chosen { stdout-path = "serial0:115200n8"; };
  uart@1 { }; uart@2 { }; mmc@3 { }; mmc@4 { }; pcie@5 { device_type = "pci"; }; sata@6 { };`

const needs = (bootargs: string, board = BOARD): unknown =>
  hostNeeds(hostWith(board), bootargs).map(({ place, what }) => `${what}: ${place.path}`)

it.each([
  ['', ['console: /uart@1']],
  ['console=hvc0 root=/dev/vda', ['console: /uart@1']],
  ['console=ttyPS1,115200', ['console: /uart@2']],
  ['console=ttyS0 console=ttyS1 root=/dev/mmcblk1p2 rw', ['console: /uart@1', 'console: /uart@2', 'root disk: /mmc@4']],
  ['root=/dev/mmcblk0p1', ['console: /uart@1']],
  ['root=/dev/nvme0n1p1', ['console: /uart@1', 'root disk: /pcie@5']],
  ['root=/dev/sda1', ['console: /uart@1', 'root disk: /sata@6']],
])('are known by the arguments of its kernel: %s', (bootargs, expected) => expect(needs(bootargs)).toEqual(expected))

it('include the only controller of its kind without an alias', () =>
  expect(needs('root=/dev/mmcblk0p1', 'mmc@3 { };')).toEqual(['root disk: /mmc@3']))
