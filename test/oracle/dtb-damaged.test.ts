/** Damaged blobs: what dtc refuses, the library must refuse; what dtc still reads, it must read as the same or say why not. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readDtb } from '../../src/devicetree/read/read-dtb.ts'
import { writeDtb } from '../../src/devicetree/write/write-dtb.ts'
import { damagedBlob } from '../support/devicetree/arbitrary-damage.ts'
import { CRASHED, dtc } from './dtc.ts'

/** dtc reads these, some with a warning; libfdt, and with it U-Boot, Linux and Xen, does not, or loses something. */
const STRICTER = new RegExp(
  [
    ...['can be read from version', 'versions 16 and 17 can be read', 'structure block ends too early'],
    // Of the structure block, whose size dtc ignores.
    'more than are left',
    ...[
      'root node has a name',
      'follows a child node',
      'levels of nodes',
      'too long',
      'would end the list',
      'is empty',
    ],
  ].join('|'),
)

describe('a damaged blob', () => {
  it('is refused when dtc refuses it, and otherwise the same blob when read and written', async () => {
    let same = 0
    await fc.assert(
      fc.asyncProperty(damagedBlob, async (blob) => {
        const { status, output } = await dtc(['-I', 'dtb', '-O', 'dtb'], blob)
        const read = readDtb(blob)
        const written = read.ok ? writeDtb(read.value) : read
        if (status === CRASHED) return
        if (status !== 0) expect(written.ok).toBe(false)
        else if (written.ok) {
          same++
          expect(Buffer.from(written.value).toString('latin1')).toBe(output.toString('latin1'))
        } else expect(written.problems[0]?.message).toMatch(STRICTER)
      }),
      // Each smaller input takes another run of dtc.
      { numRuns: 500, endOnFailure: true },
    )
    expect(same).toBeGreaterThan(10)
  })
})
