/** The examples as they are, on several boards, by the tool as its users run it: every file that comes out, before who will read it. */
import { execFileSync } from 'node:child_process'
import { copyFileSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { basename, extname, join, resolve } from 'node:path'
import { Ajv2020, type AnySchema } from 'ajv/dist/2020.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { boardTrees } from '../debian/boards.ts'
import { domforge, type Workplace, workplace } from '../support/cli/tool.ts'
import { compiled, recoded } from './dtc.ts'
import { compileReader, readConfig } from './xl-config.ts'

const root = resolve(import.meta.dirname, '../..')

/** Puts a board's blob at a path. */
type MakeBoard = (file: string) => Promise<void>

const virtWith =
  (memory: string): MakeBoard =>
  async (file) => {
    const source = readFileSync(join(root, 'examples/boards/qemu-virt.dts'), 'utf8')
    const changed = source.replace('reg = <0x00 0x40000000 0x00 0x80000000>', `reg = <${memory}>`)
    expect(changed).not.toBe(source)
    writeFileSync(file, await compiled(changed))
  }

const BOARDS: readonly (readonly [string, MakeBoard])[] = [
  ["QEMU's virt", async () => undefined],
  ['virt with 8 GiB from 1 GiB on', virtWith('0 0x40000000 2 0')],
  ['virt with RAM above 4 GiB only', virtWith('8 0 1 0')],
  ['virt with a bank on each side of 4 GiB', virtWith('0 0x40000000 0 0x40000000 8 0 1 0')],
  ['ZCU102', async (file) => copyFileSync(join(await boardTrees('bookworm'), 'xilinx/zynqmp-zcu102-rev1.0.dtb'), file)],
]

const ajv = new Ajv2020({ strict: false })
const schemaOf = (name: string): AnySchema =>
  JSON.parse(readFileSync(join(root, `schemas/${name}.schema.json`), 'utf8'))
const conformsTo = {
  plan: ajv.compile(schemaOf('plan')),
  'build-record': ajv.compile(schemaOf('build-record')),
  diagnostics: ajv.compile(schemaOf('diagnostics')),
}

function expectConforming(name: keyof typeof conformsTo, text: string): void {
  const validate = conformsTo[name]
  validate(JSON.parse(text))
  expect(validate.errors ?? []).toEqual([])
}

const run = (program: string, ...words: readonly string[]): string =>
  execFileSync(program, words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })

/** By ending: what accepts such a file, in the words of whoever reads it. */
const READERS: Readonly<Record<string, (file: string) => Promise<void> | void>> = {
  '.dtb': blobIsSound,
  '.dtbo': blobIsSound,
  '.dts': async (file) => {
    const blob = file.endsWith('xen-chosen.dts') ? `${file.slice(0, -1)}bo` : `${file.slice(0, -1)}b`
    expect((await compiled(readFileSync(file, 'utf8'))).equals(readFileSync(blob))).toBe(true)
  },
  '.scr': (file) => {
    expect(run('mkimage', '-l', file)).toContain('AArch64 Linux Script (uncompressed)')
    expect(
      readFileSync(file)
        .subarray(72)
        .equals(readFileSync(file.replace(/scr$/, 'cmd'))),
    ).toBe(true)
  },
  '.cmd': (file) => expect(readFileSync(file, 'utf8')).toMatch(/^[\n\x20-\x7e]+$/),
  '.cfg': (file) => {
    const keys = [...readFileSync(file, 'utf8').matchAll(/^(\w+) *=/gm)].map(([, key = '']) => key)
    const read = readConfig(compileReader(resolve(file, '..')), file, keys)
    expect(keys).toContain('kernel')
    expect([...read].filter(([, value]) => value === undefined)).toEqual([])
  },
  '.json': (file) =>
    expectConforming(basename(file) === 'plan.json' ? 'plan' : 'build-record', readFileSync(file, 'utf8')),
  '.config': (file) => {
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n')
    expect(
      lines.filter((line) => !/^(?:|#.*|CONFIG_[A-Z0-9_]+=(?:y|"[^"\\]*"|(?:0x)?[0-9a-fA-F]+))$/.test(line)),
    ).toEqual([])
  },
  // For dom0: scripts, which shellcheck judges in a test of its own, and a unit, which systemd-analyze judges in another.
  '': shellReads,
  '.init': shellReads,
  '.openrc': shellReads,
  '.service': (file) =>
    expect(readFileSync(file, 'utf8').match(/^\[.*\]$/gm)).toEqual(['[Unit]', '[Service]', '[Install]']),
  '.txt': (file) => expect(readFileSync(file, 'utf8')).toMatch(/^[\n\x20-\x7e]+$/),
}

/** Says nothing of a script that it can read. */
function shellReads(file: string): void {
  run('dash', '-n', file)
}

async function blobIsSound(file: string): Promise<void> {
  const blob = readFileSync(file)
  expect((await recoded(blob)).equals(blob)).toBe(true)
  expect(run('fdtdump', file)).toContain('/dts-v1/;')
}

/** Of domains that dom0 creates or looks after. */
const WITH_DOM0 = new Set(['.cfg', '', '.init', '.openrc', '.service'])

describe.each(['two-guests', 'dom0-and-two'])('%s', (example) => {
  describe.each(BOARDS)('on %s', (_, makeBoard) => {
    let place: Workplace
    beforeAll(async () => {
      place = await workplace(example)
      await makeBoard(join(place.folder, 'board.dtb'))
    })
    afterAll(() => place.remove())

    it('builds, and every file is accepted by who reads it', async () => {
      const { status, stderr } = domforge(['build', 'system.yaml', '-o', 'out'], place.folder)
      expect(stderr).not.toMatch(/ (?:error|warning) /)
      expect(status).toBe(0)
      const out = join(place.folder, 'out')
      const files = readdirSync(out, { recursive: true, encoding: 'utf8' }).filter((path) =>
        statSync(join(out, path)).isFile(),
      )
      expect(new Set(files.map((path) => extname(path)))).toEqual(
        new Set(Object.keys(READERS).filter((ending) => example === 'dom0-and-two' || !WITH_DOM0.has(ending))),
      )
      for (const path of files) await READERS[extname(path)]?.(join(out, path))
    })

    it('is described as the schema of findings says, right or wrong', () => {
      for (const mistake of ['', '\nx: y\n']) {
        writeFileSync(join(place.folder, 'checked.yaml'), place.read() + mistake)
        const { status, stdout } = domforge(['check', 'checked.yaml', '--format', 'json'], place.folder)
        expect(status).toBe(mistake === '' ? 0 : 1)
        expectConforming('diagnostics', stdout)
      }
    })
  })
})
