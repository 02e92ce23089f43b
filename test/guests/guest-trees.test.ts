/** What becomes of a partial tree whose guest has virtio devices, right ones and wrong ones. */
import { afterAll, describe, expect, it } from 'vitest'
import { Bench, codesOf, manifestOf } from '../support/checks/systems.ts'
import { RPMSG_LINK, systemWith } from '../support/virtio/arbitrary-devices.ts'

const bench = new Bench()
afterAll(() => bench.remove())

const lines = {
  ...RPMSG_LINK,
  notify: 'kick',
  buffers: { count: 64, size: 512 },
}
const third = 'three: { boot: dom0less, kernel: { image: Image }, memory: 64MiB, enhanced: no-xenstore }'

/** Both guests have the partial tree `name`. */
function manifest(name: string, change: (text: string) => string = (text) => text): string {
  const parts = systemWith([{ name: 'link', lines }])
  const domains = (parts.domains ?? []).map((line) => line.replace('memory:', `device-tree: ${name}, memory:`))
  return change(manifestOf({ ...parts, domains: [...domains, third] }))
}

const passthrough = (name: string): string => `/dts-v1/;\n/ { ${name} { compatible = "simple-bus"; ranges; }; };\n`
bench.put('own.dts', passthrough('passthrough'))
bench.put('capital.dts', passthrough('Passthrough'))
bench.put('none.dts', '/dts-v1/;\n/ { aliases { }; };\n')

it.each(['own.dts', 'capital.dts', 'none.dts'])('%s gets one node, in the one place where Xen looks', (name) => {
  const { plan, findings } = bench.outcomeOf(manifest(name))
  expect(findings.all.filter(({ severity }) => severity === 'error')).toEqual([])
  const root = plan?.dom0less[0]?.partialTree?.source.tree.root
  const places = root?.children.filter((child) => child.name.toLowerCase() === 'passthrough') ?? []
  expect(places.map(({ children }) => children.map((child) => child.name))).toEqual([['virtio-static-shm']])
})

const KICK = 'kick: { ends: { one: {}, two: {} } }'
const FRAMES = 'frames: { size: 16MiB, access: { one: {}, two: {} } }'

describe('a device that is wrong is a finding, and no more', () => {
  it.each<[string, string, string, string[]]>([
    ['a channel to somebody else', KICK, KICK.replace('two', 'three'), ['VIO-007']],
    ['a channel that has lost an end', KICK, KICK.replace('two', 'four'), ['REF-009']],
    ['a region that an end does not see', FRAMES, FRAMES.replace(', two: {}', ''), ['VIO-006']],
    ['a region without room', FRAMES, FRAMES.replace('16MiB', '4KiB'), ['VIO-001']],
    ['one domain at both ends', '"backend":"two"', '"backend":"one"', ['VIO-006']],
  ])('%s', (_, before, after, codes) => {
    const text = manifest('own.dts', (whole) => whole.replace(before, after))
    expect(text).toContain(after)
    expect(codesOf(bench.buildText(text).filter(({ severity }) => severity === 'error'))).toEqual(codes)
  })
})
