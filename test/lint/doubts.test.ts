/** Rules that a build can know only in part: asked where the tree is about them, and only there. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { parseDts } from '../../src/devicetree/parse/parse-dts.ts'
import { writeDtb } from '../../src/devicetree/write/write-dtb.ts'
import { type LintOutcome, lintTree } from '../../src/lint/lint.ts'
import { hostPhys } from '../../src/units/quantities.ts'
import type { Release } from '../../src/xen/releases.ts'
import { makeInputs } from '../support/checks/inputs.ts'

const folder = mkdtempSync(join(tmpdir(), 'domforge-doubts-'))
makeInputs(folder)
for (const name of ['ethernet', 'memory']) compile(`${name}.dts`, `${name}.dtb`)
const far = readFileSync(join(folder, 'ethernet.dts'), 'utf8').replace(
  /(xen,reg = <0 0xa000000 0 0x1000) 0 /,
  '$1 0x100 ',
)
writeFileSync(join(folder, 'far.dts'), far)
compile('far.dts', 'far.dtb')
afterAll(() => rmSync(folder, { recursive: true }))

function compile(source: string, blob: string): void {
  const tree = parseDts(readFileSync(join(folder, source), 'utf8'), { file: source })
  const made = tree.ok ? writeDtb(tree.value) : tree
  if (!made.ok) throw new Error(JSON.stringify(made.problems))
  writeFileSync(join(folder, blob), made.value)
}

const KERNEL = '48000000'
const PARTIAL = '4a000000'

interface Case {
  readonly board?: string
  readonly release?: Release
  readonly bootargs?: string
  /** In the domain's node. */
  readonly guest?: string
  /** Beside it, in `/chosen`. */
  readonly chosen?: string
  /** At the root. */
  readonly root?: string
  /** File of the guest's kernel, and of its partial tree. */
  readonly kernel?: string
  readonly partial?: string
}

function rulesOf({ board = 'board.dts', release = '4.21', bootargs = '', ...own }: Case): readonly string[] {
  const module = (kind: string, address: string): string =>
    `${kind}@${address} { compatible = "multiboot,${kind}", "multiboot,module"; reg = <0x${address} 0x1000>; };`
  const tree = join(folder, 'tree.dts')
  writeFileSync(
    tree,
    `/dts-v1/;
/include/ "${board}"
/ { ${own.root ?? ''} chosen { #address-cells = <1>; #size-cells = <1>; xen,xen-bootargs = "console=dtuart dom0_mem=128M ${bootargs}";
  ${own.chosen ?? ''}
  guest { compatible = "xen,domain"; cpus = <1>; ${own.guest?.includes('memory =') ? '' : 'memory = <0 0x10000>;'} ${own.guest ?? ''}
    ${module('kernel', KERNEL)} ${own.partial ? module('device-tree', PARTIAL) : ''} }; }; };`,
  )
  const at = (address: string, name: string) => ({
    address: hostPhys(BigInt(`0x${address}`)),
    path: join(folder, name),
  })
  const files = [...(own.kernel ? [at(KERNEL, own.kernel)] : []), ...(own.partial ? [at(PARTIAL, own.partial)] : [])]
  const releases = [{ text: release, branch: release }]
  const outcome: LintOutcome = lintTree({ tree, overlays: [], releases, files, entry: 'booti' })
  if (outcome.kind !== 'verdicts') throw new Error(JSON.stringify(outcome))
  return outcome.verdicts.flatMap(({ unknowns }) => unknowns.flatMap(({ rule }) => rule ?? []))
}

const SMMU = 'smmu-board.dts'
const BOTH = `kernel@46000000 { compatible = "multiboot,kernel", "multiboot,module"; reg = <0x46000000 0x1000>; };`
const HEAP_REGION =
  'shm { compatible = "xen,domain-shared-memory-v1"; #address-cells = <1>; xen,shm-id = "heap"; xen,shared-mem = <0x60000000 0x100000>; };'
const COLORS = 'llc-coloring=on llc-size=1M llc-nr-ways=16'

/** Each with what it asks, and with what it would be without. */
const CASES: readonly (readonly [rule: string, asks: Case, decided: Case])[] = [
  ['DOM-009', { guest: 'memory = <0 0xf8000>;' }, { guest: 'memory = <0 0xe0000>;' }],
  [
    'DOM-010',
    { guest: 'memory = <0 0xc0000>; xen,domain-p2m-mem-mb = <1>;' },
    { guest: 'xen,domain-p2m-mem-mb = <1>;' },
  ],
  ['DOM-017', { board: SMMU, guest: 'capabilities = <2>;' }, { board: SMMU }],
  ['D0-008', { board: SMMU, bootargs: 'iommu=force' }, { board: SMMU, bootargs: 'iommu=on' }],
  ['PT-020', { board: SMMU, partial: 'ethernet.dtb' }, { board: SMMU, partial: 'memory.dtb' }],
  ['PT-023', { board: SMMU, partial: 'far.dtb' }, { board: SMMU, partial: 'ethernet.dtb' }],
  ['DOM-030', { board: 'sve-board.dts', guest: 'sve = <256>;' }, { board: 'sve-board.dts', guest: 'sve;' }],
  ['KRN-015', { board: 'sve-board.dts', kernel: 'zImage' }, { kernel: 'zImage' }],
  ['D0-007', { bootargs: 'tee=optee' }, { bootargs: 'tee=optee', release: '4.20' }],
  [
    'D0-018',
    { root: 'memory@30000000000 { device_type = "memory"; reg = <0x300 0 0 0x40000000>; };' },
    { root: 'memory@80000000 { device_type = "memory"; reg = <0 0x80000000 0 0x40000000>; };' },
  ],
  [
    'FDT-026',
    {
      chosen: BOTH,
      root: 'soc { #address-cells = <1>; #size-cells = <1>; ranges = <0 0 0x10000000 0x1000>; dev@2000 { reg = <0x2000 0x1000>; }; };',
    },
    {
      chosen: BOTH,
      root: 'soc { #address-cells = <1>; #size-cells = <1>; ranges = <0 0 0x10000000 0x1000>; dev@0 { reg = <0 0x1000>; }; }; i2c { #address-cells = <1>; #size-cells = <0>; chip@50 { reg = <0x50>; }; };',
    },
  ],
  [
    'SHM-029',
    { bootargs: COLORS, guest: `#address-cells = <1>; #size-cells = <1>; ${HEAP_REGION}` },
    { guest: `#address-cells = <1>; #size-cells = <1>; ${HEAP_REGION}` },
  ],
  ['LLC-016', { bootargs: `${COLORS} buddy-alloc-size=16M` }, { bootargs: COLORS }],
  [
    'KRN-014',
    { kernel: 'large.gz', root: 'memory@40000000 { reg = <0 0x40000000 0 0x10000000>; };' },
    { kernel: 'large.gz' },
  ],
]

describe('what is known in part', () => {
  it.each(CASES)('%s is asked, and not where nothing depends on it', (rule, asks, decided) => {
    expect([rulesOf(asks).includes(rule), rulesOf(decided).includes(rule)]).toEqual([true, false])
  })

  it('is nothing for a plain guest', () => {
    expect(rulesOf({})).toEqual([])
  })
})
