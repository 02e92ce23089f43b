/** Files before they have an address: what their bytes are, and the room that they are given. */
import { describe, expect, it } from 'vitest'
import { bitstreamItem, givenRoom, moduleItem } from '../../src/load/items.ts'
import { bytes, hostPhys, MiB, times } from '../../src/units/quantities.ts'
import { range } from '../../src/units/range.ts'
import { systemOf } from '../support/model/builder.ts'

const tftp = { from: 'tftp', prefix: '', pointer: '/boot/load' } as const

describe('a file to place', () => {
  it('says what its bytes are: of the user, or made', () => {
    const image = { pointer: '/boot/bitstream/image', path: 'top.bit', folder: '/nowhere' }
    const facts = { path: 'top.bit', size: bytes(10), format: { kind: 'unknown', looksLike: 'a bitstream' } } as const
    const bitstream = { pointer: '/boot/bitstream', image, device: 0 }
    expect(bitstreamItem(systemOf([]), bitstream, facts).file.contents).toEqual({ kind: 'file', facts })
    const output = 'domains/a/passthrough.dtb'
    const tree = { kind: 'generated', output, pointer: '/virtio', size: bytes(10) } as const
    const request = { id: 'a', kind: 'partial-tree', file: tree, load: tftp, usedBy: ['a'] } as const
    expect(moduleItem(request).file).toMatchObject({
      path: output,
      pointer: '/virtio',
      contents: { kind: 'generated', output, pointer: '/virtio' },
    })
  })

  it('takes whole pages where the manifest puts it', () => {
    const load = { from: 'memory', pointer: '/l', addresses: new Map([['a', hostPhys(0x4000_1008n)]]) } as const
    const generated = { kind: 'generated', output: 'a', pointer: '' } as const
    const kind = 'partial-tree' as const
    const file = { id: 'a', kind, path: 'a', load, contents: generated, size: bytes(1), usedBy: [], pointer: '' }
    const room = (size: bigint) => givenRoom({ file, need: { size: bytes(size), alignment: times(2, MiB) } })
    expect(room(1n)).toEqual(range(hostPhys(0x4000_1008n), bytes(0x1000)))
    expect(room(0x1001n)?.size).toBe(0x2000n)
  })
})
