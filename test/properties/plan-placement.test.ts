import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Findings } from '../../src/diagnostics/findings.ts'
import { planSystem } from '../../src/load/plan-system.ts'
import { factsOfFile, type LoadedFile, type SystemPlan } from '../../src/plan/system-plan.ts'
import { anySystem, factsOfSystem, LARGE, modelOf, SMALL, type System, wholeWindow } from './plan-systems.ts'

const ALIGNMENT = 1n << 21n
const PAGE = 4096n

const anywhere = fc.constant({})
const systems = fc.oneof(
  anySystem(SMALL, anywhere),
  anySystem(LARGE, anywhere),
  anySystem(SMALL, fc.constant(wholeWindow(SMALL))),
)

function planned(system: System) {
  const findings = new Findings()
  return { plan: planSystem(modelOf(system), factsOfSystem(system), findings.report), findings: findings.all }
}

const allFiles = (plan: SystemPlan): readonly LoadedFile[] => [
  plan.load.xen,
  plan.load.deviceTree,
  ...plan.load.modules,
]

/** Plain numbers, so that these tests do not lean on the range functions that the allocator uses. */
interface Span {
  readonly from: bigint
  readonly to: bigint
}

const span = ({ base, size }: { readonly base: bigint; readonly size: bigint }): Span => ({
  from: base,
  to: base + size,
})
const meet = (a: Span, b: Span): boolean => a.from < b.to && b.from < a.to

/** Whether every byte of `inner` is in one of `outer`. */
function isCovered(inner: Span, outer: readonly Span[]): boolean {
  let from = inner.from
  for (;;) {
    const next = outer.find((candidate) => candidate.from <= from && from < candidate.to)
    if (!next) return false
    if (next.to >= inner.to) return true
    from = next.to
  }
}

describe('placing files', () => {
  it('keeps every room whole, aligned, in RAM, clear of others and of what somebody owns', () => {
    fc.assert(
      fc.property(systems, (system) => {
        const { plan, findings } = planned(system)
        const isComplaint = (code: string): boolean => code === 'RES-001' || code === 'RES-002'
        expect(plan === undefined).toBe(findings.some(({ code }) => isComplaint(code)))
        if (!plan) return
        const ram = system.board.ram.map(span)
        const taken = [{ from: 0n, to: PAGE }, ...system.board.owned.map(({ range }) => span(range))]
        for (const file of allFiles(plan)) {
          const room = span(file.room)
          const format = factsOfFile(file)?.format
          const lead = file.kind === 'xen' && format?.kind === 'arm64-image' && format.imageSize === 0n ? 0x8_0000n : 0n
          expect((room.from - lead) % ALIGNMENT).toBe(0n)
          expect(file.address.value).toBe(room.from)
          expect(file.size).toBeLessThanOrEqual(file.room.size)
          expect(file.room.size % PAGE).toBe(0n)
          expect(isCovered(room, ram)).toBe(true)
          expect(isCovered(room, plan.loadWindow.map(span))).toBe(true)
          expect(taken.some((other) => meet(other, room))).toBe(false)
          taken.push(room)
        }
      }),
      { numRuns: 400 },
    )
  })

  it('is greedy: every file lies at the lowest place there is, and "no room" means that there is none', () => {
    fc.assert(
      fc.property(anySystem(SMALL, fc.constant(wholeWindow(SMALL))), (system) => {
        const { plan, findings } = planned(system)
        if (findings.some(({ code }) => code === 'RES-002')) return
        const expected = greedily(system)
        expect(findings.filter(({ code }) => code === 'RES-001')).toHaveLength(
          expected.filter((at) => at === undefined).length,
        )
        if (plan) expect(allFiles(plan).map(({ address }) => address.value)).toEqual(expected)
      }),
      { numRuns: 300 },
    )
  })

  it('gives the same plan for the same input', () => {
    fc.assert(
      fc.property(systems, (system) => {
        expect(planned(structuredClone(system))).toEqual(planned(system))
      }),
      { numRuns: 100 },
    )
  })

  it('moves nothing when a domain is appended', () => {
    fc.assert(
      fc.property(
        systems,
        fc.constantFrom('Image', 'Image.gz', 'zephyr'),
        fc.constantFrom('dom0less', 'xl'),
        (system, kernel, boot) => {
          const before = planned(system).plan
          const after = planned({ ...system, domains: [...system.domains, { boot, kernel }] }).plan
          if (!before || !after) return
          const moved = new Map(allFiles(after).map(({ id, room }) => [id, room]))
          for (const { id, room } of allFiles(before)) expect(moved.get(id)).toEqual(room)
          expect(after.dom0less.slice(0, before.dom0less.length).map(({ id }) => id)).toEqual(
            before.dom0less.map(({ id }) => id),
          )
        },
      ),
      { numRuns: 200 },
    )
  })

  it('shares exactly what Xen lets domains share', () => {
    fc.assert(
      fc.property(systems, (system) => {
        const { plan } = planned(system)
        if (!plan) return
        for (const domain of [...plan.dom0less, ...(plan.dom0 ? [plan.dom0] : [])]) {
          const { kernel, ramdisk } = domain
          expect(kernel).toMatchObject({ kind: 'kernel', size: sizeOf(system, domain.domain.kernel.image.path) })
          expect(kernel.usedBy).toContain(domain.domain.name)
          expect(ramdisk === undefined).toBe(domain.domain.ramdisk === undefined)
          if (ramdisk)
            expect(ramdisk).toMatchObject({ kind: 'ramdisk', size: sizeOf(system, domain.domain.ramdisk?.path ?? '') })
        }
        for (const file of plan.load.modules) {
          if (file.usedBy.includes('dom0')) expect(file.usedBy).toEqual(['dom0'])
          if (file.kind === 'kernel' && isCompressed(file)) expect(file.usedBy).toHaveLength(1)
        }
        const shareable = plan.load.modules.filter(
          (file) => !file.usedBy.includes('dom0') && !(file.kind === 'kernel' && isCompressed(file)),
        )
        const names = shareable.map((file) => `${file.kind} ${factsOfFile(file)?.path === '../up' ? 'up' : file.path}`)
        expect(new Set(names).size).toBe(names.length)
      }),
      { numRuns: 200 },
    )
  })
})

function isCompressed(file: LoadedFile): boolean {
  const format = factsOfFile(file)?.format
  return format?.kind === 'gzip' || (format?.kind === 'uimage' && format.compression === 1)
}

const sizeOf = (system: System, path: string): bigint => system.files[path]?.size ?? -1n

/** Where a search through all multiples of 2 MiB puts the files, in order; `undefined`: nowhere. */
function greedily(system: System): (bigint | undefined)[] {
  const ram = system.board.ram.map(span)
  const taken = [{ from: 0n, to: PAGE }, ...system.board.owned.map(({ range }) => span(range))]
  return needs(system).map(({ size, lead }) => {
    for (let at = 0n; at < SMALL.span + 2n * SMALL.largestBank; at += ALIGNMENT) {
      const pages = ((size + PAGE - 1n) / PAGE) * PAGE
      const whole = { from: at, to: at + lead + (pages === 0n ? PAGE : pages) }
      if (!isCovered(whole, ram) || taken.some((other) => meet(other, whole))) continue
      taken.push({ from: at + lead, to: whole.to })
      return at + lead
    }
    return undefined
  })
}

interface PlainNeed {
  readonly size: bigint
  readonly lead: bigint
}

/** What must be placed, in order, told from the words of the system alone. */
function needs(system: System): PlainNeed[] {
  const plain = (path: string): PlainNeed => ({ size: sizeOf(system, path), lead: 0n })
  const seen = new Set<string>()
  const files: PlainNeed[] = [xenNeed(system), { size: 1n << 21n, lead: 0n }]
  if (system.dom0At >= 0) files.push(plain('Image'), plain('a/r.cpio'))
  for (const { boot, kernel = 'Image', ramdisk } of system.domains) {
    if (boot === 'xl') continue
    const name = kernel.replace('./I', 'I')
    const { format } = system.files[kernel] ?? { format: { kind: 'missing' as const } }
    const isCompressedKernel = format.kind === 'gzip' || (format.kind === 'uimage' && format.compression === 1)
    if (isCompressedKernel || !seen.has(`kernel ${name}`)) files.push(plain(kernel))
    seen.add(`kernel ${name}`)
    const disk = ramdisk?.replace('./I', 'I')
    if (ramdisk !== undefined && !seen.has(`ramdisk ${disk}`)) files.push(plain(ramdisk))
    if (disk !== undefined) seen.add(`ramdisk ${disk}`)
  }
  return files
}

function xenNeed({ files }: System): PlainNeed {
  const xen = files['xen']
  if (!xen) throw new Error('every system has Xen')
  if (xen.format.kind !== 'arm64-image') return { size: xen.size, lead: 0n }
  const [size, lead] = xen.format.imageSize === 0n ? [1n << 24n, 0x8_0000n] : [xen.format.imageSize, 0n]
  return { size: size > xen.size ? size : xen.size, lead }
}
