/** `domforge simulate`, from outside. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { domforge, type Workplace, workplace } from '../support/cli/tool.ts'

let place: Workplace
beforeAll(async () => {
  place = await workplace('dom0-and-two')
  place.write(
    place
      .read()
      .replace('console=hvc0 }', 'console=hvc0 panic=5 }')
      .replace('    enhanced: enabled', '    enhanced: enabled\n    lifecycle: { on-crash: stop }'),
  )
})
afterAll(() => place.remove())

const simulate = (...words: readonly string[]) => domforge(['simulate', 'system.yaml', ...words], place.folder)

it('prints steps, and what runs at the end', () => {
  const { status, stdout } = simulate('--event', 'crash:camera')
  expect(stdout.split('\n').map((line) => line.trim())).toEqual([
    '0 s  camera crashes',
    '2 s  camera is seen as a reset',
    '2 s  camera stays down, as its lifecycle says',
    '',
    'At the end: camera is down',
    '',
  ])
  expect(status).toBe(0)
})

it('says the same to programs', () => {
  const { status, stdout } = simulate('--event', 'crash:camera', '--times', '2', '--format', 'json')
  expect(JSON.parse(stdout)).toMatchObject({
    version: 1,
    event: 'camera crashes',
    steps: [
      { at: 0, what: 'event' },
      { at: 2, what: 'seen', domain: 'camera', as: 'reboot' },
      { at: 2, what: 'stopped', domain: 'camera', why: 'reboot' },
    ],
    ends: { camera: 'down' },
  })
  expect(status).toBe(0)
})

describe('is refused with a remedy', () => {
  it.each([
    [[], 'say what happens'],
    [['--event', 'crush:camera'], "did you mean 'crash'?"],
    [['--event', 'crash:camra'], "did you mean 'camera'?"],
    [['--event', 'crash:viewer'], "'viewer' is not supervised"],
    [['--event', 'crash:dom0'], 'Xen resets'],
    [['--event', 'crash'], 'crash:NAME'],
    [['--event', 'crash:camera', '--times', '0'], 'from 1 to 1000'],
    [['--event', 'crash:camera', '--times', 'ten'], 'from 1 to 1000'],
  ])('%j', (words, remedy) => {
    const { status, stdout, stderr } = simulate(...words)
    expect(stderr).toContain(remedy)
    expect([status, stdout]).toEqual([2, ''])
  })

  it('a manifest with errors', () => {
    const before = place.read()
    place.write(before.replace('on-crash: stop', 'on-hang: restart'))
    const { status, stdout, stderr } = simulate('--event', 'crash:camera')
    place.write(before)
    expect(stderr).toContain('LIF-002')
    expect([status, stdout]).toEqual([1, ''])
  })
})
