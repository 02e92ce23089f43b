/** Which comes first where memory of domains and files want the same RAM, with a lock and without. */
import { describe, expect, it } from 'vitest'
import { Findings } from '../../src/diagnostics/findings.ts'
import { lockText } from '../../src/emit/lock-file.ts'
import type { Board } from '../../src/facts/facts.ts'
import { EMPTY_LOCK, type Lock } from '../../src/facts/lock.ts'
import { planSystem } from '../../src/load/plan-system.ts'
import { formatRange, hex } from '../../src/units/format.ts'
import { MiB, times } from '../../src/units/quantities.ts'
import { arm64, boardWith, factsFor } from '../support/facts/builder.ts'
import { auto, lockOf, partitionModel, type Words } from '../support/plan/partition-systems.ts'

/** 1 GiB, of which U-Boot keeps the last 128 MiB while it loads files. */
const small = boardWith([[0x4000_0000n, 0x4000_0000n]])

/** `kernel`: size in MiB of the one that all domains have. */
function planned(words: Words, kernel: number, board: Board = small, lock: Lock = EMPTY_LOCK) {
  const system = partitionModel(words)
  const size = times(kernel, MiB)
  const findings = new Findings()
  const facts = factsFor(system, board, { Image: { size, format: arm64(size) } })
  const plan = planSystem(system, facts, findings.report, lock)
  return { plan, said: findings.all.map(({ code, message }) => `${code} ${message}`) }
}

describe('a file that is larger than all RAM', () => {
  const withMemory = (size: number) => planned({ domains: { a: { ...auto, memory: times(size, MiB) } } }, 2000)

  it('is what is reported, and not memory of domains, which gives way to the other files', () => {
    expect(withMemory(896).said).toEqual([
      "RES-001 'Image' (kernel of 'a') needs 2000 MiB at a multiple of 2 MiB; the largest free range is 114 MiB at [0x40e00000..0x48000000)",
    ])
  })

  it('does not hide that memory has no room beside the other files', () => {
    expect(withMemory(1016).said).toEqual([
      "RES-008 RAM of 'a' needs 1016 MiB, and 1010 MiB of RAM are free besides what is reserved, given out or needed for files: 6 MiB are missing",
      "RES-001 'Image' (kernel of 'a') needs 2000 MiB at a multiple of 2 MiB; the largest free range is 882 MiB at [0x40e00000..0x78000000)",
    ])
  })
})

describe('memory that came after files', () => {
  /** U-Boot uses the upper half; below it are 17 MiB, 1 MiB that others own, and 2 MiB, in which a kernel fits but no region. */
  const board = boardWith([[0x4000_0000n, 0x280_0000n]], [[0x4110_0000n, 0x10_0000n]])
  const regions = { s: { by: ['a'], size: times(16, MiB) }, r: { by: ['a'], size: times(3, MiB) } }
  const words = { domains: { a: {} }, regions }
  const places = ({ plan }: ReturnType<typeof planned>) => [
    ...(plan?.regions.map(({ region, host }) => `${region.name} ${hex(host.value.base)} ${host.by}`) ?? []),
    ...(plan?.load.modules.map(({ id, room }) => `${id} ${formatRange(room)}`) ?? []),
  ]

  it('comes after them with a lock that has some of it, as without', () => {
    const first = planned(words, 1, board)
    const kernel = 'domains/a/kernel [0x40e00000..0x40f00000)'
    expect(places(first)).toEqual(['s 0x41800000 allocated', 'r 0x41400000 allocated', kernel])
    if (!first.plan) throw new Error('no plan')
    const { entries } = lockOf(lockText(first.plan))
    const lock = { ...EMPTY_LOCK, entries: new Map([...entries].filter(([key]) => key.startsWith('shared-memory/s/'))) }
    expect(lock.entries.size).toBeGreaterThan(0)
    // The region could lie where the kernel does, and the kernel beyond what others own.
    const again = planned(words, 1, board, lock)
    expect([places(again), again.said]).toEqual([places(first), []])
  })
})
