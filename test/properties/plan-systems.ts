/** Random boards and systems for the allocator's properties. */
import fc from 'fast-check'
import type { Board, Facts, ImageFormat } from '../../src/facts/facts.ts'
import type { SystemModel } from '../../src/model/system-model.ts'
import { bytes, hostPhys, MiB, times } from '../../src/units/quantities.ts'
import { range, subtract } from '../../src/units/range.ts'
import { arm64, boardWith, type FileWords, factsFor, gzip, type Words } from '../support/facts/builder.ts'
import { type DomainWords, dom0, dom0less, type ModelWords, systemOf, xlDomain } from '../support/model/builder.ts'

/** How many bytes a board's addresses span. */
export interface Scale {
  readonly lowest: bigint
  readonly span: bigint
  readonly largestBank: bigint
  readonly largestFile: bigint
}

export const SMALL: Scale = { lowest: 0n, span: 1n << 28n, largestBank: 1n << 26n, largestFile: 1n << 24n }
export const LARGE: Scale = { lowest: 0n, span: 1n << 36n, largestBank: 1n << 33n, largestFile: 1n << 29n }

/** Mostly round numbers, as boards have them, sometimes to the byte. */
const awkward = (max: bigint): fc.Arbitrary<bigint> =>
  fc.tuple(fc.bigInt(0n, max), fc.constantFrom(1n << 21n, 1n << 21n, 1n << 12n, 1n)).map(([n, unit]) => n - (n % unit))

const words = ({ lowest, span }: Scale, largest: bigint): fc.Arbitrary<Words> =>
  fc.tuple(awkward(span), awkward(largest)).map(([base, size]) => [lowest + base, size + 1n] as const)

const anyBoard = (scale: Scale): fc.Arbitrary<Board> =>
  fc
    .tuple(
      fc.array(words(scale, scale.largestBank), { minLength: 1, maxLength: 4 }),
      fc.array(words(scale, scale.largestFile), { maxLength: 5 }),
    )
    .map(([banks, owned]) => boardWith(apart(banks), owned))

/** Banks as the facts hold them: in tree order, none over another. */
function apart(banks: readonly Words[]): Words[] {
  const kept: { base: ReturnType<typeof hostPhys>; size: ReturnType<typeof bytes> }[] = []
  for (const [base, size] of banks) kept.push(...subtract([range(hostPhys(base), bytes(size))], kept))
  return kept.map(({ base, size }) => [base, size])
}

const format: fc.Arbitrary<ImageFormat> = fc.oneof(
  fc.bigInt(0n, 1n << 22n).map((size) => arm64(size)),
  fc.constantFrom<ImageFormat>(
    gzip(),
    { kind: 'cpio' },
    { kind: 'missing' },
    { kind: 'unknown' },
    { kind: 'uimage', os: 5, type: 2, arch: 22, compression: 0, load: 0n, entry: 0n, dataSize: MiB },
    { kind: 'uimage', os: 5, type: 2, arch: 22, compression: 1, load: 0n, entry: 0n, dataSize: MiB },
  ),
)

const FILES = ['Image', './Image', 'zephyr', 'Image.gz', 'a/r.cpio', 'b/r.cpio', '../up']

const files = (scale: Scale): fc.Arbitrary<Record<string, FileWords>> =>
  fc
    .array(fc.record({ size: awkward(scale.largestFile).map(bytes), format }), { minLength: 8, maxLength: 8 })
    .map((all) => Object.fromEntries(['xen', ...FILES].map((name, index) => [name, all[index]])))
    .map((known) => ({ ...known, './Image': known['Image'] }) as Record<string, FileWords>)

const domain: fc.Arbitrary<DomainWords & { readonly boot: 'dom0less' | 'xl' }> = fc.record(
  {
    boot: fc.constantFrom('dom0less', 'dom0less', 'xl'),
    kernel: fc.constantFrom(...FILES),
    ramdisk: fc.constantFrom(...FILES),
    memory: fc.bigInt(1n, 1n << 30n).map((pages) => times(pages, bytes(4096))),
  },
  { requiredKeys: ['boot'] },
)

export interface System {
  readonly board: Board
  readonly files: Readonly<Record<string, FileWords>>
  readonly domains: readonly (DomainWords & { readonly boot: 'dom0less' | 'xl' })[]
  /** Where dom0 stands among the domains; -1: nowhere. */
  readonly dom0At: number
  readonly words: ModelWords
}

export const anySystem = (scale: Scale, boot: fc.Arbitrary<ModelWords>): fc.Arbitrary<System> =>
  fc.record({
    board: anyBoard(scale),
    files: files(scale),
    domains: fc.array(domain, { maxLength: 6 }),
    dom0At: fc.integer({ min: -1, max: 6 }),
    words: boot,
  })

export const wholeWindow = ({ lowest, span, largestBank }: Scale): ModelWords => ({
  loadWindow: [lowest, span + 2n * largestBank],
})

export function modelOf({ domains, dom0At, words: model }: System): SystemModel {
  const made = domains.map(({ boot, ...rest }, index) =>
    boot === 'xl' ? xlDomain(`d${index}`, rest) : dom0less(`d${index}`, rest),
  )
  const withDom0 = dom0At < 0 ? made : [...made.slice(0, dom0At), dom0({ ramdisk: 'a/r.cpio' }), ...made.slice(dom0At)]
  return systemOf(withDom0, model)
}

export const factsOfSystem = (system: System): Facts => factsFor(modelOf(system), system.board, system.files)
