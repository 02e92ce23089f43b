import { expect, test } from 'vitest'
import { cells, node, pathOf, phandleOf, property, text } from '../../../src/devicetree/build.ts'
import { setChild } from '../../../src/devicetree/edit.ts'
import type { DtNode } from '../../../src/devicetree/model.ts'
import { localFixups } from '../../../src/devicetree/overlay/local-fixups.ts'
import { parseDts } from '../../../src/devicetree/parse/parse-dts.ts'
import { printNode } from '../../../src/devicetree/print/print-dts.ts'
import { resolve } from '../../../src/devicetree/write/resolve.ts'
import { writeDtb } from '../../../src/devicetree/write/write-dtb.ts'

const own = phandleOf({ label: 'own' })
const overlayWith = (value: DtNode['properties'][number]['value']): DtNode => {
  const own = node('own', { labels: ['own'], properties: [property('phandle', [cells([7])])] })
  const user = node('user', { properties: [property('plain', [cells([1])]), property('refers', value)] })
  const contents = node('__overlay__', { children: [own, node('between', { children: [user] })] })
  return node('', {
    children: [node('fragment@0', { properties: [property('target-path', [text('/')])], children: [contents] })],
  })
}

/** What the reader of sources, which is held against dtc, makes of the same. */
function compiled(root: DtNode): Uint8Array {
  const parsed = parseDts(`/dts-v1/;\n/plugin/;\n\n${printNode(root, { path: '/' })}`, { file: 'overlay.dts' })
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  return blobOf(parsed.value.root)
}

function blobOf(root: DtNode): Uint8Array {
  const resolved = resolve({ root, reservations: [], bootCpuid: 0 })
  const blob = resolved.ok ? writeDtb(resolved.value) : resolved
  if (!blob.ok) throw new Error(JSON.stringify(blob.problems))
  return blob.value
}

test.each([
  ['first and last', [cells([own, 5, own])]],
  ['past text and bytes', [text('abc'), { kind: 'bytes', data: new Uint8Array(3) }, cells([own])]],
  ['past wide and narrow cells', [{ kind: 'cells', bits: 64, cells: [1n, 2n] }, cells([own]), cells([own])]],
] as const)('tells where references stand: %s', (_, value) => {
  const root = overlayWith(value)
  const fixups = localFixups(root)
  expect(fixups && blobOf(setChild(root, fixups))).toEqual(compiled(root))
})

test('without references there is nothing to tell', () => {
  const root = overlayWith([cells([1, 2])])
  expect(localFixups(root)).toBeUndefined()
  expect(blobOf(root)).toEqual(compiled(root))
})

test('what has no size yet cannot stand before a reference', () => {
  expect(() => localFixups(overlayWith([pathOf({ label: 'own' }), cells([own])]))).toThrow('size of a part')
})
