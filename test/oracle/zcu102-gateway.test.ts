/**
 * The manifest that uses most of the vocabulary, on the tree that Debian has for its board, with Debian's Xen and stand-ins for the guests' images: built, looked at by
 * `lint`, and every event tried. It is never booted as a whole.
 */
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseDocument } from 'yaml'
import { arm64Image, cpio, gzip } from '../../scripts/stand-ins.mjs'
import { boardTrees } from '../debian/boards.ts'
import { bootPieces } from '../debian/fetch.ts'
import { domforge } from '../support/cli/tool.ts'

const EXAMPLE = resolve(import.meta.dirname, '../../examples/zcu102-gateway')
const MANIFEST = 'zcu102-gateway.yaml'
const GUESTS = ['app', 'net', 'rtos', 'monitor', 'update']

const folder = mkdtempSync(join(tmpdir(), 'domforge-gateway-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const inFolder = (path: string): string => join(folder, path)

/** The options that the build itself asks for, beside those of Debian's Xen; Linux's are all that is known of its configuration. */
beforeAll(async () => {
  const { xen, xenConfig } = await bootPieces('trixie')
  const tree = 'zynqmp-zcu102-rev1.0.dtb'
  copyFileSync(join(await boardTrees('bookworm'), 'xilinx', tree), inFolder(tree))
  copyFileSync(xen, inFolder('xen'))
  for (const file of [MANIFEST, 'headless.dtso']) copyFileSync(join(EXAMPLE, file), inFolder(file))
  writeFileSync(inFolder('Image'), arm64Image({ size: 27_000_000, imageSize: 28_000_256 }))
  writeFileSync(inFolder('zephyr.bin'), arm64Image({ size: 500_000, imageSize: 600_000 }))
  for (const guest of ['app', 'net', 'monitor', 'update'])
    writeFileSync(inFolder(`${guest}.cpio.gz`), gzip(cpio(1_200_000)))
  variant('unconfigured.yaml', [
    ['xen', 'config'],
    ['domains', 'app', 'kernel', 'config'],
  ])
  expect(domforge(['build', 'unconfigured.yaml', '-o', 'options'], folder).status).toBe(0)
  const options = (path: string): string => readFileSync(inFolder(`options/${path}`), 'utf8')
  writeFileSync(inFolder('xen.config'), readFileSync(xenConfig, 'utf8') + options('xen-options.config'))
  writeFileSync(inFolder('Image.config'), options('domains/app/linux.config'))
})

/** The manifest without some of its keys. */
function variant(file: string, without: readonly (readonly string[])[]): void {
  const document = parseDocument(readFileSync(join(EXAMPLE, MANIFEST), 'utf8'))
  for (const path of without) expect(document.deleteIn(path), path.join('.')).toBe(true)
  writeFileSync(inFolder(file), String(document))
}

/** Everything that is said of a manifest, notes included, comes on stderr. */
const said = (words: readonly string[]): { readonly status: number | null; readonly stderr: string } => {
  const { status, stderr } = domforge(words, folder)
  return { status, stderr }
}

const NOTHING = { status: 0, stderr: '' }

describe('the gateway', () => {
  it('builds without a finding or a note, and nothing of it is accepted', () => {
    expect(said(['build', MANIFEST, '-o', 'out'])).toEqual(NOTHING)
    expect(readFileSync(inFolder(MANIFEST), 'utf8')).not.toContain('accept')
  })

  it('builds without a finding where nothing is said of lifetimes', () => {
    variant('mortal.yaml', [
      ...GUESTS.map((guest) => ['domains', guest, 'lifecycle']),
      ['domains', 'net', 'passthrough', 'gem3', 'quiesce'],
      ['platform-resets'],
    ])
    expect(said(['build', 'mortal.yaml', '-o', 'mortal'])).toEqual(NOTHING)
  })

  it('has a tree in which lint finds nothing, with every file where U-Boot puts it; what the SMMU of the board is like it cannot see', () => {
    const { load } = JSON.parse(readFileSync(inFolder('out/plan.json'), 'utf8')) as {
      readonly load: readonly { readonly path: string; readonly address: { readonly value: string } }[]
    }
    const files = load.map(({ path, address }) => ['--file', `${address.value}=${loadedFrom(path)}`])
    const words = ['lint', 'out/xen.dtb', '--release', '4.20', '--config', 'xen.config', ...files.flat()]
    const { stdout, ...rest } = domforge(words, folder)
    expect(rest).toEqual(NOTHING)
    expect(stdout.split('\n')).toEqual([
      'Xen 4.20.4: undecided: no error was found, but',
      '  - whether /axi/iommu@fd800000 takes the stream ids of /axi/ethernet@ff0e0000',
      '',
    ])
  })
})

/** What is in memory where the plan has a file: metadata comes behind a ramdisk, from the next page on. */
function loadedFrom(path: string): string {
  const guest = path.slice(0, -'.cpio.gz'.length)
  const metadata = inFolder(`out/domains/${guest}/metadata.cpio`)
  if (path.endsWith('.cpio.gz') && existsSync(metadata)) {
    const ramdisk = readFileSync(inFolder(path))
    const padding = Buffer.alloc(-ramdisk.length & 0xfff)
    writeFileSync(inFolder(`loaded-${path}`), Buffer.concat([ramdisk, padding, readFileSync(metadata)]))
    return `loaded-${path}`
  }
  return path === 'xen.dtb' || path.startsWith('domains/') ? `out/${path}` : path
}

/** Of every event what decides it, in order. */
const EVENTS: readonly (readonly [event: string, ...texts: readonly string[]])[] = [
  ['poweroff:app', 'app is seen as a power-off', 'app stays down'],
  ['reboot:app', 'app is seen as a reset', 'app is removed', 'app is created'],
  ['crash:app', 'app is seen as a crash', 'app: attempt 1 of 5, in 2 s', 'app is created'],
  ['hang:app', 'app is seen as an expired watchdog', 'app: attempt 1 of 5, in 2 s', 'app is created'],
  ['poweroff:net', 'net is seen as a power-off', 'net stays down'],
  ['reboot:net', 'net is seen as a reset after the mark', 'net is removed', '/quiesce-write', 'net is created'],
  ['crash:net', 'net is seen as a reset', 'net: attempt 1 of 5', '/quiesce-write', 'net is created'],
  ['hang:net', 'net is seen as an expired watchdog', 'net: attempt 1 of 5', '/quiesce-write', 'net is created'],
  ['poweroff:rtos', 'rtos is seen as a power-off', 'rtos stays down'],
  ['reboot:rtos', 'rtos is seen as a reset', 'the machine is reset, 1 of 3'],
  ['crash:rtos', 'rtos is seen as a crash', 'the machine is reset, 1 of 3'],
  ['hang:rtos', 'rtos is seen as an expired watchdog', 'the machine is reset, 1 of 3'],
  ['poweroff:monitor', 'monitor is seen as a power-off', 'monitor stays down'],
  ['reboot:monitor', 'monitor is seen as a reset', 'the machine is reset, 1 of 3'],
  ['crash:monitor', 'monitor is seen as a reset', 'the machine is reset, 1 of 3'],
  ['hang:monitor', 'it goes unnoticed'],
  ['poweroff:update', 'update is seen as a power-off', 'update stays down'],
  ['reboot:update', 'update is seen as a reset', 'update: attempt 1 of 5', 'update is created'],
  ['crash:update', 'update is seen as a reset', 'update: attempt 1 of 5', 'update is created'],
  ['hang:update', 'it goes unnoticed'],
  ['xenstored', 'xenstored is lost', 'the machine is reset, 1 of 3'],
  ['reset', 'a reset of the machine is requested', 'the machine is reset, 1 of 3'],
]

it.each(EVENTS)('simulate says what %s leads to', (event, ...texts) => {
  const { stdout, ...rest } = domforge(['simulate', MANIFEST, '--event', event], folder)
  expect(rest).toEqual(NOTHING)
  expect(texts.filter((text) => !stdout.includes(text))).toEqual([])
})

it('tries every event of every domain that is looked after', () => {
  const names = EVENTS.map(([event]) => event)
  const deaths = ['poweroff', 'reboot', 'crash', 'hang']
  expect(names).toEqual([
    ...GUESTS.flatMap((guest) => deaths.map((death) => `${death}:${guest}`)),
    ...['xenstored', 'reset'],
  ])
})
