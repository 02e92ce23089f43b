/** A good tree with everything that is loaded beside it leaves nothing to ask: each example boots. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { STOCK_OPTIONS } from '../../src/xen/kconfig.ts'
import { UART_DRIVERS } from '../../src/xen/uart-drivers.ts'
import { domforge, workplace } from '../support/cli/tool.ts'

interface Planned {
  readonly path: string
  readonly address: { readonly value: string }
  readonly size: { readonly value: string }
  /** What U-Boot loads after it, up to the end of `size`. */
  readonly behind?: { readonly path: string }
}

/** What lies in memory at the address of a file: the file, or a file of its own with what is loaded after it. */
function inMemory({ path, size, behind }: Planned, folder: string): string {
  const placed = (name: string): string => (existsSync(join(folder, 'out', name)) ? `out/${name}` : name)
  if (!behind) return placed(path)
  const [first, last] = [path, behind.path].map((name) => readFileSync(join(folder, placed(name)))) as [Buffer, Buffer]
  const name = `${path.replaceAll('/', '-')}-and-more`
  const gap = Buffer.alloc(Number(size.value) - first.length - last.length)
  writeFileSync(join(folder, name), Buffer.concat([first, gap, last]))
  return name
}

/** As Xen would be built for the example: with what is usual, and what `xen-options.config` asks for. */
const configOf = (out: string): string =>
  [...STOCK_OPTIONS, ...UART_DRIVERS.map(({ option }) => option)].map((name) => `CONFIG_${name}=y\n`).join('') +
  readFileSync(join(out, 'xen-options.config'), 'utf8')

it.each(['two-guests', 'dom0-and-two', 'three-static'])('%s boots, without a question', async (name) => {
  const place = await workplace(name)
  domforge(['build', 'system.yaml', '-o', 'out'], place.folder)
  const { load } = JSON.parse(readFileSync(join(place.folder, 'out/plan.json'), 'utf8')) as { load: readonly Planned[] }
  const files = load.map((planned) => `--file=${planned.address.value}=${inMemory(planned, place.folder)}`)
  writeFileSync(join(place.folder, 'built.config'), configOf(join(place.folder, 'out')))
  const release = /release: "(.*?)"/.exec(place.read())?.[1] ?? ''
  const words = ['lint', 'out/xen.dtb', '--release', release, '--config', 'built.config', ...new Set(files)]
  const { stdout, stderr } = domforge(words, place.folder)
  place.remove()
  expect(`${stderr}${stdout}`.trimEnd().split('\n').at(-1)).toBe(`Xen ${release}: boots`)
})
