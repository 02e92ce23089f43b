/** Files with a declared size: what is built before they exist, and after. */
import { readFileSync, renameSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { domforge, type Workplace, workplace } from '../support/cli/tool.ts'

let place: Workplace
let original: string
beforeAll(async () => {
  place = await workplace('dom0-and-two')
  original = place.read()
  place.write(declared)
})
afterAll(() => place.remove())

const FILES = ['xen', 'Image', 'camera.cpio.gz', 'dom0.cpio.gz', 'viewer.cpio.gz']

interface Plan {
  readonly load: readonly { id: string; address: { value: string }; size: { value: string; by: string } }[]
}

/** Every file of the example, with more room than it needs. */
let declared = ''
beforeAll(() => {
  declared = original
    .replace('image: xen', 'image: { file: xen, size: 4MiB }')
    .replaceAll('image: Image', 'image: Image, size: 40MiB')
    .replaceAll(/ramdisk: (\S+)/g, 'ramdisk: { file: $1, size: 16MiB }')
  place.write(declared)
})

const hide = (names: readonly string[]): void => {
  for (const name of names) renameSync(join(place.folder, name), join(place.folder, `${name}.away`))
}
const bring = (names: readonly string[]): void => {
  for (const name of names) renameSync(join(place.folder, `${name}.away`), join(place.folder, name))
}

const codes = (words: readonly string[]): readonly string[] => {
  const { stderr, stdout } = domforge([...words, '--format', 'json'], place.folder)
  const text = words[0] === 'check' ? stdout : stderr
  return (JSON.parse(text) as { diagnostics: { code: string }[] }).diagnostics.map(({ code }) => code)
}

const plan = (): Plan => JSON.parse(domforge(['plan', 'system.yaml', '--format', 'json'], place.folder).stdout) as Plan
const script = (): string => {
  const { status } = domforge(['build', 'system.yaml', '-q'], place.folder)
  expect(status).toBe(0)
  return readFileSync(join(place.folder, 'out/boot.cmd'), 'utf8')
}

describe('a bitstream that does not exist', () => {
  const withBitstream = (name: string): string =>
    declared.replace(/^boot:$/m, `boot:\n  bitstream: { image: { file: ${name}, size: 1MiB } }`)
  afterAll(() => place.write(declared))

  it.each([
    ['design.bit', 'loadb'],
    ['design.bin', 'load'],
  ])('%s is taken for what its name says, with the size that U-Boot reads', (name, command) => {
    place.write(withBitstream(name))
    expect(codes(['check', 'system.yaml']).filter((code) => code.startsWith('REF-'))).toEqual(['REF-023'])
    const lines = script()
    expect(lines).toMatch(/if itest 0x\$\{filesize\} -gt 0x100000; then/)
    const variable = new RegExp(`fpga ${command} 0x0 0x[0-9a-f]+ 0x\\$\\{(\\w+)\\}; then`).exec(lines)?.[1]
    expect(lines).toContain(`setenv ${variable} \${filesize}`)
  })
})

describe('files that do not exist', () => {
  it('get the same addresses as when they do, and one note each', () => {
    const before = plan()
    expect(codes(['check', 'system.yaml']).filter((code) => code.startsWith('REF-'))).toEqual([])
    hide(FILES)
    expect(codes(['check', 'system.yaml']).filter((code) => code.startsWith('REF-'))).toEqual(
      FILES.map(() => 'REF-023'),
    )
    const after = plan()
    expect(after.load.map(({ id, address }) => [id, address.value])).toEqual(
      before.load.map(({ id, address }) => [id, address.value]),
    )
    expect(after.load.find(({ id }) => id === 'domains/dom0/ramdisk')?.size).toMatchObject({
      value: '0x1000000',
      by: 'manifest',
    })
    expect(before.load.find(({ id }) => id === 'domains/dom0/ramdisk')?.size).toMatchObject({ by: 'image' })
    bring(FILES)
  })

  it('each alone: the tree has its declared size, the others the real one', () => {
    const before = plan()
    for (const file of FILES) {
      hide([file])
      expect(
        plan().load.map(({ address }) => address.value),
        file,
      ).toEqual(before.load.map(({ address }) => address.value))
      bring([file])
    }
  })

  it('are listed among the inputs, and the outputs are known', () => {
    const before = domforge(['plan', 'system.yaml', '--outputs'], place.folder)
    hide(FILES)
    expect(domforge(['plan', 'system.yaml', '--outputs'], place.folder).stdout).toBe(before.stdout)
    expect(domforge(['plan', 'system.yaml', '--inputs'], place.folder).stdout.split('\n')).toEqual(
      expect.arrayContaining(FILES),
    )
    bring(FILES)
  })
})

describe('the boot script', () => {
  it('without them checks for room, and writes their sizes into the tree', () => {
    hide(FILES)
    const text = script()
    bring(FILES)
    for (const { id, address } of plan().load) {
      const digits = address.value.slice(2)
      if (id === 'device-tree') continue
      expect(text).toContain(`setenv domforge_size_${digits} \${filesize}`)
      if (id === 'xen') continue
      const parent = id.startsWith('domains/dom0/') ? '/chosen' : `/chosen/${id.split('/')[1]}`
      expect(text).toContain(
        `fdt set ${parent}/module@${digits} reg "<0x0 0x${digits} 0x0 0x\${domforge_size_${digits}}>" || setenv domforge_failed 1`,
      )
    }
    expect(text.indexOf('fdt set')).toBeGreaterThan(text.indexOf('xen.dtb'))
    expect(text.indexOf('fdt set')).toBeLessThan(text.indexOf('booti '))
  })

  it('with them checks their exact sizes, and leaves the tree alone', () => {
    const text = script()
    expect(text).not.toMatch(/fdt set|domforge_size/)
    expect(text.match(/-ne 0x/g)?.length).toBe(plan().load.length)
  })
})

it('a file that is larger than declared is refused', () => {
  place.write(declared.replace('size: 4MiB', 'size: 64KiB'))
  expect(codes(['check', 'system.yaml'])).toContain('REF-024')
  place.write(declared)
  truncateSync(join(place.folder, 'camera.cpio.gz'), 17 << 20)
  expect(codes(['check', 'system.yaml'])).toContain('REF-024')
})

it.each(['0', '4GiB', '8MB', '-1', 'auto'])('%s is no declared size', (size) => {
  place.write(declared.replace('size: 4MiB', `size: ${size}`))
  const found = codes(['check', 'system.yaml'])
  expect(found.some((code) => /^MAN-01[49]$/.test(code))).toBe(true)
})

it('a uImage that bootm is to start must be there: it says itself where it runs', () => {
  place.write(declared.replace('load: {', 'command: bootm\n  load: {'))
  hide(['xen'])
  const found = codes(['check', 'system.yaml'])
  bring(['xen'])
  expect(found).toContain('REF-010')
  expect(found).not.toContain('REF-023')
})
