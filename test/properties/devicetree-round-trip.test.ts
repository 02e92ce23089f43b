import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type DeviceTree, type DtNode, propertyNamed, walk } from '../../src/devicetree/model.ts'
import { readDtb } from '../../src/devicetree/read/read-dtb.ts'
import { resolve } from '../../src/devicetree/write/resolve.ts'
import { valueBytes } from '../../src/devicetree/write/value-bytes.ts'
import { writeDtb } from '../../src/devicetree/write/write-dtb.ts'
import { ok } from '../devicetree/expect-ok.ts'
import { deviceTree } from '../support/devicetree/arbitrary-tree.ts'

/** What a blob can hold of a tree. */
interface Flat {
  readonly name: string
  readonly properties: readonly (readonly [string, string | undefined])[]
  readonly children: readonly Flat[]
}

const flat = ({ name, properties, children }: DtNode): Flat => ({
  name,
  properties: properties.map((property) => [property.name, hex(valueBytes(property.value))]),
  children: children.map(flat),
})
const hex = (bytes: Uint8Array | undefined): string | undefined => bytes && Buffer.from(bytes).toString('hex')
const held = (tree: DeviceTree) => ({ ...tree, root: flat(tree.root) })

describe('a random typed tree', { timeout: 60_000 }, () => {
  it('comes back from its blob as it was resolved', () => {
    fc.assert(
      fc.property(deviceTree, (tree) => {
        expect(held(ok(readDtb(ok(writeDtb(tree)))))).toEqual(held(ok(resolve(tree))))
      }),
      { numRuns: 300 },
    )
  })

  it('has one blob, whether written from source or read and written again', () => {
    fc.assert(
      fc.property(deviceTree, fc.nat({ max: 64 }), (tree, padding) => {
        const blob = Buffer.from(ok(writeDtb(tree)))
        const roomy = ok(writeDtb(tree, { padding }))
        for (const same of [ok(readDtb(blob)), ok(resolve(tree)), ok(readDtb(roomy))]) {
          expect(blob.equals(ok(writeDtb(same)))).toBe(true)
        }
      }),
      { numRuns: 200 },
    )
  })

  it('keeps every phandle that it had', () => {
    const phandles = (root: DtNode): Map<string, string> => {
      const found = new Map<string, string>()
      for (const { node, path } of walk(root)) {
        const property = propertyNamed(node, 'phandle')
        const value = property && hex(valueBytes(property.value))
        if (value !== undefined) found.set(path, value)
      }
      return found
    }
    fc.assert(
      fc.property(deviceTree, (tree) => {
        const after = phandles(ok(resolve(tree)).root)
        for (const [path, phandle] of phandles(tree.root)) expect([phandle, undefined]).toContain(after.get(path))
        expect(new Set(after.values()).size).toBe(after.size)
      }),
      { numRuns: 200 },
    )
  })
})
