/** Overlays for a tree that U-Boot has: it applies them itself, before anything else changes the tree. */
import { readFileSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import type { BootCommand } from '../../src/assemble/assembly.ts'
import { roomForEdits } from '../../src/assemble/tree-edits.ts'
import { parseDts } from '../../src/devicetree/parse/parse-dts.ts'
import { readDtb } from '../../src/devicetree/read/read-dtb.ts'
import { writeDtb } from '../../src/devicetree/write/write-dtb.ts'
import { emitAll } from '../../src/emit/registry.ts'
import { ubootScript } from '../../src/emit/uboot-script.ts'
import { hex } from '../../src/units/format.ts'
import { ok } from '../devicetree/expect-ok.ts'
import { type FlatNode, flatNode, flatSize, runFdt } from '../emit/fdt-model.ts'
import { Bench, codesOf, manifestOf } from '../support/checks/systems.ts'
import { oldHush } from '../support/emit/hush.ts'

const bench = new Bench()
afterAll(() => bench.remove())

const overlaySource = (body: string): string => `/dts-v1/; /plugin/; ${body}`
const blobOf = (source: string): Uint8Array => ok(writeDtb(ok(parseDts(source, { file: 'test.dts', symbols: true }))))

const board = readFileSync(new URL('../diagnostics/board.dts', import.meta.url), 'utf8')
bench.put('labelled.dts', `${board}/ { bus: bus@a000000 { reg = <0 0xa000000 0 0x1000>; }; };`)
bench.put('carrier.dtso', overlaySource('&bus { xen,passthrough; port: port@1 { reg = <1>; }; };'))
bench.putBytes(
  'late.dtbo',
  blobOf(overlaySource('/ { fragment@0 { target-path = "/bus@a000000"; __overlay__ { late; }; }; };')),
)
bench.put('lost.dtso', overlaySource('&nowhere { a; };'))

const manifest = (overlays: string, tree = 'labelled.dts', boot = ', tree-from: fdt_addr'): string =>
  manifestOf({ board: tree })
    .replace(`device-tree: ${tree}`, `device-tree: ${tree}, overlays: [${overlays}]`)
    .replace('tftp }', `tftp }, device-tree: commands${boot}`)

function built(overlays: string, boot?: string) {
  const { plan, assembly, findings } = bench.outcomeOf(manifest(overlays, 'labelled.dts', boot))
  expect(codesOf(findings.all)).toEqual([])
  if (!plan || !assembly) throw new Error('not built')
  return { plan, assembly, artifacts: emitAll(assembly) }
}

const kinds = (script: readonly BootCommand[]) =>
  script.flatMap((command) => (command.kind === 'edit-tree' ? command.edits.map(({ kind }) => kind) : [command.kind]))

/** Properties in any order; nodes in theirs, without the labels. */
const plain = ({ name, properties, children }: FlatNode): object => ({
  name,
  properties: Object.fromEntries([...properties].map(([key, value]) => [key, value.toString('hex')])),
  children: children.filter((child) => child.name !== '__symbols__').map(plain),
})

describe('overlays on a tree that is found at boot', () => {
  it('are loaded like any file: to a place of their own, with their size checked', () => {
    const { plan, assembly, artifacts } = built('carrier.dtso, late.dtbo')
    const made = artifacts.find(({ path }) => path === 'overlays/carrier.dtbo')?.contents
    const loads = assembly.script.flatMap((command) => (command.kind === 'load' ? [command] : []))
    expect(loads.slice(-3).map(({ path, size }) => [path, size])).toEqual([
      ['overlays/carrier.dtbo', BigInt(made?.length ?? 0)],
      ['late.dtbo', plan.board.overlays[1]?.size],
      ['xen', plan.load.xen.size],
    ])
    expect(plan.load.overlays.map(({ id, kind }) => [id, kind])).toEqual([
      ['overlays/1', 'overlay'],
      ['overlays/2', 'overlay'],
    ])
    expect(artifacts.some(({ path }) => path === 'late.dtbo')).toBe(false)
  })

  it('are applied before anything else changes the tree, and make of it what was planned', () => {
    const { plan, assembly, artifacts } = built('carrier.dtso, late.dtbo')
    expect(
      kinds(assembly.script)
        .filter((kind) => kind.startsWith('fdt-'))
        .slice(0, 6),
    ).toEqual(['fdt-addr', 'fdt-move', 'fdt-addr', 'fdt-resize', 'fdt-apply', 'fdt-apply'])
    const late = blobOf(overlaySource('/ { fragment@0 { target-path = "/bus@a000000"; __overlay__ { late; }; }; };'))
    const contents = [artifacts.find(({ path }) => path === 'overlays/carrier.dtbo')?.contents, late]
    const inMemory = new Map(
      plan.load.overlays.map(({ address }, index) => [
        hex(address.value),
        flatNode(ok(readDtb(Buffer.from(contents[index] ?? ''))).root),
      ]),
    )
    const tree = flatNode(ok(readDtb(blobOf(readFileSync(bench.path('labelled.dts'), 'utf8')))).root)
    const before = flatSize(tree)
    const script = ubootScript(assembly.script)
    for (const [, line = ''] of script.matchAll(/^ {2}(fdt .*) \|\| setenv domforge_failed 1$/gm)) {
      if (line.includes('$') || line.includes('domforge_children')) continue
      const words = oldHush(line)
      if (words === 'syntax error') throw new Error(line)
      runFdt(words, tree, inMemory)
    }
    expect(flatSize(tree) - before).toBeLessThanOrEqual(Number(roomForEdits(plan, assembly.additions)))
    expect(plain(tree)).toEqual(plain(flatNode(assembly.hostTree.root)))
  })

  it('stop the script where one cannot be applied, with its name', () => {
    const { plan, assembly } = built('carrier.dtso')
    const [address] = plan.load.overlays.map((file) => hex(file.address.value))
    expect(ubootScript(assembly.script)).toContain(
      `  fdt apply ${address} || setenv domforge_failed 1\n  if test -n "\${domforge_failed}"; then\n    echo 'domforge: cannot change the device tree (apply overlays/carrier.dtbo): see the messages above'`,
    )
  })

  it('are each loaded once more where they are applied once more', () => {
    const { plan } = built('carrier.dtso, late.dtbo, carrier.dtso, late.dtbo')
    expect(plan.load.overlays.map(({ path }) => path)).toEqual([
      'overlays/carrier.dtbo',
      'late.dtbo',
      'overlays/carrier-2.dtbo',
      'late.dtbo',
    ])
  })

  it('that do not fit are refused', () => expect(codesOf(bench.buildText(manifest('lost.dtso')))).toEqual(['REF-018']))
})

it('overlays on a tree that is loaded are in it', () => {
  const { plan, assembly } = built('carrier.dtso', '')
  expect(plan.load.overlays).toEqual([])
  expect(kinds(assembly.script)).not.toContain('fdt-apply')
})
