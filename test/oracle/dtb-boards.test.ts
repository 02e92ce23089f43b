/** Every board tree of Debian's kernel package, against dtc. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { printDts } from '../../src/devicetree/print/print-dts.ts'
import { readDtb } from '../../src/devicetree/read/read-dtb.ts'
import { writeDtb } from '../../src/devicetree/write/write-dtb.ts'
import { boardTrees } from '../debian/boards.ts'
import { compiled, concurrently, recoded } from './dtc.ts'

const DTC_AT_A_TIME = 2

let directory = ''
let boards: readonly string[] = []

beforeAll(async () => {
  directory = await boardTrees('bookworm')
  boards = readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.dtb'))
})

const blobOf = (board: string): Buffer => readFileSync(join(directory, board))

function treeOf(board: string) {
  const read = readDtb(blobOf(board), board)
  if (!read.ok) throw new Error(`${board}: ${read.problems[0]?.message}`)
  return read.value
}

describe('board trees of the Debian kernel', () => {
  it('are all there', () => {
    process.stdout.write(`board trees: ${boards.length}\n`)
    expect(boards.length).toBeGreaterThanOrEqual(500)
  })

  it('are, read and written, what dtc makes of them', { timeout: 300_000 }, async () => {
    const differing: string[] = []
    await concurrently(boards, DTC_AT_A_TIME, async (board) => {
      const written = writeDtb(treeOf(board))
      const expected = await recoded(blobOf(board))
      if (!written.ok || !expected.equals(written.value)) differing.push(board)
    })
    expect(differing).toEqual([])
  })

  it('are, printed and compiled by dtc, the same blobs', { timeout: 300_000 }, async () => {
    const differing: string[] = []
    await concurrently(boards, DTC_AT_A_TIME, async (board) => {
      const tree = treeOf(board)
      const written = writeDtb(tree)
      const expected = await compiled(printDts(tree), '-b', String(tree.bootCpuid))
      if (!written.ok || !expected.equals(written.value)) differing.push(board)
    })
    expect(differing).toEqual([])
  })
})
