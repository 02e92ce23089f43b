/** Every board tree of Debian's kernel package, as source. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import type { DeviceTree } from '../../src/devicetree/model.ts'
import { parseDts } from '../../src/devicetree/parse/parse-dts.ts'
import { printDts } from '../../src/devicetree/print/print-dts.ts'
import { readDtb } from '../../src/devicetree/read/read-dtb.ts'
import { writeDtb } from '../../src/devicetree/write/write-dtb.ts'
import { boardTrees } from '../debian/boards.ts'
import { ok } from '../devicetree/expect-ok.ts'
import { cpuTimer } from '../support/cpu-time.ts'
import { compiled, concurrently, dtc } from './dtc.ts'

/** dtc takes a tenth of a second for each: some of each vendor will do. */
const EVERY = 9

let directory = ''
let boards: readonly string[] = []

beforeAll(async () => {
  directory = await boardTrees('bookworm')
  boards = readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.dtb'))
})

const blobOf = (board: string): Buffer => readFileSync(join(directory, board))
const parsed = (source: string): DeviceTree => ok(parseDts(source, { file: 'board.dts' }))

describe('the source of a board', () => {
  it('as dtc prints it becomes the blob that dtc makes of it', { timeout: 300_000 }, async () => {
    const some = boards.filter((_, index) => index % EVERY === 0)
    expect(some.length).toBeGreaterThan(50)
    const differing: string[] = []
    await concurrently(some, 2, async (board) => {
      const source = (await dtc(['-I', 'dtb', '-O', 'dts'], blobOf(board))).output.toString()
      const written = writeDtb(parsed(source))
      if (!written.ok || !(await compiled(source)).equals(written.value)) differing.push(board)
    })
    expect(differing).toEqual([])
  })

  it('as we print it becomes the same tree again', { timeout: 300_000 }, () => {
    let characters = 0
    let milliseconds = 0
    const differing = boards.filter((board) => {
      const tree = ok(readDtb(blobOf(board)))
      const source = printDts(tree)
      const elapsed = cpuTimer()
      const again = parsed(source)
      milliseconds += elapsed()
      characters += source.length
      return Buffer.compare(ok(writeDtb({ ...again, bootCpuid: tree.bootCpuid })), ok(writeDtb(tree))) !== 0
    })
    process.stdout.write(
      `parsed ${Math.round(characters / 1e3)} kB of ${boards.length} boards in ${Math.round(milliseconds)} ms\n`,
    )
    expect(differing).toEqual([])
  })
})
