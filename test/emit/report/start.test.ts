/** Names of media, and what is said of a script that loads nothing. */
import { expect, it } from 'vitest'
import { assemble } from '../../../src/assemble/assemble.ts'
import { mediumName, startLines } from '../../../src/emit/report/start.ts'
import { makePlan } from '../../plan/builder.ts'

it('media are named with what U-Boot calls them', () => {
  expect(mediumName({ kind: 'tftp' })).toBe('the TFTP server')
  expect(mediumName({ kind: 'sd', device: '0:1' })).toBe('SD card or eMMC 0:1')
  expect(mediumName({ kind: 'usb', device: '1:2' })).toBe('usb device 1:2')
  expect(mediumName({ kind: 'command', command: 'fsload' })).toBe("where 'fsload' reads from")
})

it('a script that loads files stops where one is wrong, and one that loads none cannot tell', () => {
  const of = (options: Parameters<typeof makePlan>[0]) =>
    startLines(assemble(makePlan(options)))
      .join(' ')
      .replaceAll(/\s+/g, ' ')
  expect(of({})).toContain('It stops with a message if a file is missing or has another size.')
  const memory = of({ load: { from: 'memory', addresses: new Map(), pointer: '/boot/load' } })
  expect(memory).toContain('It cannot tell whether')
  expect(memory).not.toContain('and these files')
})
