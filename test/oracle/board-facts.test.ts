/** Facts and plans on every board tree of Debian's kernel package, with files that really boot; and on trees of QEMU, whose makers we know. */
import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Findings } from '../../src/diagnostics/findings.ts'
import { collectFacts } from '../../src/facts/collect.ts'
import type { Facts } from '../../src/facts/facts.ts'
import { planSystem } from '../../src/load/plan-system.ts'
import type { SystemPlan } from '../../src/plan/system-plan.ts'
import { formatRange } from '../../src/units/format.ts'
import { contains, overlaps } from '../../src/units/range.ts'
import { boardTrees } from '../debian/boards.ts'
import { bootPieces } from '../debian/fetch.ts'
import { dom0, dom0less, systemOf } from '../support/model/builder.ts'

let folder = ''
let trees = ''

beforeAll(async () => {
  trees = await boardTrees('bookworm')
  const { xen, image, xenConfig } = await bootPieces('trixie')
  folder = mkdtempSync(join(tmpdir(), 'domforge-boards-'))
  copyFileSync(xen, join(folder, 'xen'))
  copyFileSync(image, join(folder, 'Image'))
  copyFileSync(xenConfig, join(folder, '.config'))
  for (const name of ['a.cpio', 'b.cpio']) writeFileSync(join(folder, name), '070701'.padEnd(2 ** 20))
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Outcome {
  readonly codes: readonly string[]
  readonly facts: Facts | undefined
  readonly plan: SystemPlan | undefined
}

function planned(tree: string): Outcome {
  const findings = new Findings()
  const domains = [
    dom0({ ramdisk: 'a.cpio' }),
    dom0less('a', { ramdisk: 'a.cpio' }),
    dom0less('b', { ramdisk: 'b.cpio' }),
  ]
  const model = systemOf(domains, { folder, tree, config: '.config' })
  const facts = collectFacts(model, findings.report)
  const plan = facts && planSystem(model, facts, findings.report)
  return { codes: findings.all.map(({ code }) => code), facts, plan }
}

/** What is wrong with the places of the files in a plan. */
function misplaced({ board, load }: SystemPlan): string[] {
  const rooms = [load.xen, load.deviceTree, ...load.modules].map(({ room }) => room)
  return rooms.flatMap((room, index) => {
    const others = [...rooms.slice(index + 1), ...board.owned.map(({ range }) => range)]
    const isApart = !others.some((other) => overlaps(room, other))
    return isApart && board.ram.some((bank) => contains(bank, room)) ? [] : [formatRange(room)]
  })
}

describe('boards of the Debian kernel', () => {
  it('have RAM and a plan, or are told to have none, and never anything else', { timeout: 120_000 }, () => {
    const count = { boards: 0, planned: 0, 'without RAM': 0, 'without room': 0 }
    for (const name of readdirSync(trees, { recursive: true, encoding: 'utf8' })) {
      if (!name.endsWith('.dtb')) continue
      const { codes, plan } = planned(join(trees, name))
      count.boards++
      if (plan) {
        count.planned++
        expect([name, codes, misplaced(plan)]).toEqual([name, [], []])
      } else {
        expect([name, new Set(codes).size]).toEqual([name, 1])
        count[codes[0] === 'RES-003' ? 'without RAM' : 'without room']++
        expect(codes[0]).toMatch(/^RES-00[123]$/)
      }
    }
    process.stdout.write(`${JSON.stringify(count)}\n`)
    expect(count.planned).toBeGreaterThan(200)
    expect(count['without room']).toBeLessThan(10)
  })

  it('are read as their makers wrote them', () => {
    const { facts } = planned(join(trees, 'xilinx/zynqmp-zcu102-rev1.0.dtb'))
    expect(facts?.board.model).toBe('ZynqMP ZCU102 Rev1.0')
    expect(facts?.board.ram.map(formatRange)).toEqual(['[0x0..0x80000000)', '[0x800000000..0x880000000)'])
    expect(facts?.board.cpus.map(({ mpidr }) => mpidr)).toEqual([0n, 1n, 2n, 3n])
    expect(facts?.board.gic?.version).toBe('v2')
  })
})

describe("QEMU's virt board", () => {
  it.each([
    ['2', 1, 512, '[0x40000000..0x60000000)'],
    ['3', 4, 2048, '[0x40000000..0xc0000000)'],
    ['3', 8, 6144, '[0x40000000..0x1c0000000)'],
  ])('with GICv%s, %i CPUs and %i MiB is what QEMU was asked for', (gic, cpus, megabytes, ram) => {
    const tree = join(folder, 'virt.dtb')
    const machine = `virt,virtualization=true,gic-version=${gic},dumpdtb=${tree}`
    const machineOf = ['-machine', machine, '-cpu', 'cortex-a57', '-smp', `${cpus}`, '-m', `${megabytes}`]
    execFileSync('qemu-system-aarch64', [...machineOf, '-display', 'none', '-nic', 'none'], { stdio: 'ignore' })
    const { facts, plan, codes } = planned(tree)
    expect(codes).toEqual([])
    expect(facts?.board.ram.map(formatRange)).toEqual([ram])
    expect(facts?.board.cpus.map(({ mpidr }) => mpidr)).toEqual(
      Array.from({ length: cpus }, (_, index) => BigInt(index)),
    )
    expect(facts?.board.gic?.version).toBe(`v${gic}`)
    expect(facts?.board.stdout).toBe('/pl011@9000000')
    expect(plan && misplaced(plan)).toEqual([])
  })
})

describe('files that really boot', () => {
  it('are recognised', () => {
    const { facts } = planned(join(trees, 'xilinx/zynqmp-zcu102-rev1.0.dtb'))
    const formats = [...(facts?.files.values() ?? [])].map(({ path, format }) => [path, format.kind])
    expect(formats).toEqual([
      ['xen', 'arm64-image'],
      ['Image', 'arm64-image'],
      ['a.cpio', 'cpio'],
      ['b.cpio', 'cpio'],
    ])
    const xen = facts?.files.get(`${folder}\nxen`)
    expect(xen?.format).toMatchObject({ anywhere: true, textOffset: 0n })
    expect(xen?.format.kind === 'arm64-image' && xen.format.imageSize > xen.size).toBe(true)
    expect(facts?.kconfig?.options.get('ARM_64')).toBe('y')
  })
})
