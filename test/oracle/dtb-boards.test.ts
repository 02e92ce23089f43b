/** Every board tree of Debian's kernel package, against dtc. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { printDts } from '../../src/devicetree/print/print-dts.ts'
import { readDtb } from '../../src/devicetree/read/read-dtb.ts'
import { interruptsOf } from '../../src/devicetree/readings/interrupts.ts'
import { stdoutPath } from '../../src/devicetree/readings/paths.ts'
import { translatedReg } from '../../src/devicetree/readings/translate.ts'
import { indexTree } from '../../src/devicetree/readings/tree-index.ts'
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

  it('have interrupts that all arrive at a controller, and consoles with host addresses', () => {
    const failures: string[] = []
    let interrupts = 0
    let consoles = 0
    for (const board of boards) {
      const index = indexTree(treeOf(board).root)
      for (const place of index.places) {
        const found = interruptsOf(index, place)
        if (found.ok) interrupts += found.value.length
        else failures.push(`${board}: ${found.reason}`)
      }
      const stdout = stdoutPath(index)
      const reg = stdout.ok ? translatedReg(stdout.value.place) : undefined
      if (reg?.ok && reg.value.length > 0) consoles++
      else if (reg && !reg.ok) failures.push(`${board}: ${reg.reason}`)
    }
    process.stdout.write(`board trees: ${interrupts} interrupts, ${consoles} consoles\n`)
    expect(failures).toEqual([])
    expect(interrupts).toBeGreaterThan(50_000)
    expect(consoles).toBeGreaterThan(450)
  })
})
