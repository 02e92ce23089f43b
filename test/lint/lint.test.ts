/** Verdicts over trees that no manifest made. */
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { parseDts } from '../../src/devicetree/parse/parse-dts.ts'
import { writeDtb } from '../../src/devicetree/write/write-dtb.ts'
import { lintTree, type ReleaseVerdict } from '../../src/lint/lint.ts'
import type { LintRequest } from '../../src/lint/request.ts'
import { hostPhys } from '../../src/units/quantities.ts'
import { xenVersion } from '../../src/xen/version.ts'
import { makeInputs } from '../support/checks/inputs.ts'
import { xenImage } from '../support/facts/images.ts'

const folder = mkdtempSync(join(tmpdir(), 'domforge-lint-'))
makeInputs(folder)
afterAll(() => rmSync(folder, { recursive: true }))

const SYSTEM = `/dts-v1/;
/include/ "board.dts"
/ {
  chosen {
    #address-cells = <2>;
    #size-cells = <2>;
    xen,xen-bootargs = "console=dtuart dtuart=serial0";
    guest {
      compatible = "xen,domain";
      #address-cells = <2>;
      #size-cells = <2>;
      cpus = <1>;
      memory = <0 0x10000>;
      vpl011;
      module@48000000 {
        compatible = "multiboot,kernel", "multiboot,module";
        reg = <0 0x48000000 0 SIZE>;
      };
    };
  };
};
`

/** The guest's kernel in the folder of inputs. */
const KERNEL = { address: hostPhys(0x4800_0000n), path: join(folder, 'Image') }
const XEN = { address: hostPhys(0x4020_0000n), path: join(folder, 'xen') }

const xens = (...names: readonly string[]) => names.flatMap((name) => xenVersion(name) ?? [])

function lint(text: string, request: Partial<LintRequest> = {}) {
  const tree = join(folder, 'tree.dts')
  writeFileSync(tree, text)
  return lintTree({ tree, overlays: [], releases: xens('4.20'), files: [], entry: 'booti', ...request })
}

function verdictsOf(text: string, request: Partial<LintRequest> = {}): readonly ReleaseVerdict[] {
  const outcome = lint(text, request)
  if (outcome.kind !== 'verdicts') throw new Error(JSON.stringify(outcome))
  return outcome.verdicts
}

const errorsOf = ({ findings }: ReleaseVerdict) =>
  findings.flatMap(({ code, severity }) => (severity === 'error' ? [code] : []))

const system = (size = '0x1000') => SYSTEM.replace('SIZE', size)

/** `text`, compiled. */
function blobOf(text: string): Uint8Array {
  const include = (file: string) => ({ file, text: readFileSync(join(folder, file), 'utf8') })
  const tree = parseDts(text, { file: 'tree.dts', include })
  const blob = tree.ok ? writeDtb(tree.value) : tree
  if (!blob.ok) throw new Error(JSON.stringify(blob.problems))
  return blob.value
}

describe('a tree alone', () => {
  it('is undecided, and it is said what would decide it', () => {
    const [verdict] = verdictsOf(system())
    expect(verdict?.verdict).toBe('undecided')
    expect(verdict?.unknowns.map(({ remedy }) => remedy)).toEqual([
      '--file 0x48000000=FILE',
      '--file ADDRESS=xen',
      '--file ADDRESS=TREE',
    ])
  })

  it('fails where a rule is broken, at the line of the property', () => {
    const [verdict] = verdictsOf(system().replace('cpus = <1>', 'cpus = <0>'))
    expect(verdict?.verdict).toBe('fails')
    expect(verdict?.findings.filter(({ severity }) => severity === 'error')).toMatchObject([
      { code: 'DOM-002', at: { kind: 'file', line: 12 } },
    ])
  })

  it('is judged for each release', () => {
    const text = system().replace('vpl011;', 'vpl011; trap-unmapped-accesses = <2>;')
    const verdicts = verdictsOf(text, { releases: [] })
    expect(verdicts.map((verdict) => [verdict.xen.name, errorsOf(verdict)])).toEqual([
      ['4.17', ['DOM-047']],
      ['4.18', ['DOM-047']],
      ['4.19', ['DOM-047']],
      ['4.20', ['DOM-047']],
      ['4.21', ['DOM-026']],
      ['4.22', ['DOM-026']],
    ])
  })

  it('needs options that a stock build lacks: undecided without the .config, judged by it', () => {
    const text = system().replace('vpl011;', 'vpl011; xen,static-mem = <0 0x50000000 0 0x4000000>;')
    const remedies = (request: Partial<LintRequest>) =>
      verdictsOf(text, request)[0]?.unknowns.filter(({ what }) => what.includes('SM-001')) ?? []
    expect(remedies({})).toMatchObject([{ remedy: '--config .config' }])
    expect(remedies({ config: join(folder, 'xen.config') })).toEqual([])
    const config = join(folder, 'stock.config')
    writeFileSync(config, 'CONFIG_GICV3=y\nCONFIG_SBSA_VUART_CONSOLE=y\nCONFIG_DOM0LESS_BOOT=y\n')
    const [verdict] = verdictsOf(text, { config })
    expect(verdict && errorsOf(verdict)).toEqual(['SM-001'])
  })

  it('needs FLASK, which a stock build has: nothing is missing', () => {
    const policy = 'policy { compatible = "xen,xsm-policy", "multiboot,module"; reg = <0 0x4c000000 0 0x1000>; };'
    const text = system().replace('serial0', 'serial0 xsm=flask').replace('guest {', `${policy} guest {`)
    const unknowns = verdictsOf(text).flatMap((verdict) => verdict.unknowns)
    expect(unknowns.filter(({ what }) => what.includes('MOD-029'))).toEqual([])
  })
})

it('counts modules whether it is known where Xen lies or not', () => {
  const guest = (
    index: number,
  ): string => `g${index} { compatible = "xen,domain"; #address-cells = <2>; #size-cells = <2>; cpus = <1>;
    memory = <0 0x4000>; module@${(0x4800_0000 + index * 0x1000).toString(16)} { compatible = "multiboot,kernel", "multiboot,module";
    reg = <0 ${0x4800_0000 + index * 0x1000} 0 0x1000>; }; };`
  const tree = (count: number): string =>
    SYSTEM.replace(/guest \{[\s\S]*\n {4}\};/, Array.from({ length: count }, (_, index) => guest(index)).join('\n'))
  const codes = (count: number) => verdictsOf(tree(count)).map(errorsOf)
  expect([codes(30), codes(31)]).toEqual([[[]], [['MOD-003']]])
})

it('finds that an alias without a path names no console', () => {
  const [verdict] = verdictsOf(`${system()}/ { aliases { serial0 = ""; }; };\n`)
  expect(verdict?.findings.map(({ code }) => code)).toContain('D0-013')
})

describe('files in memory', () => {
  const blob = { address: hostPhys(0x4700_0000n), path: join(folder, 'board.dtb') }

  it('show what a partial tree gives away, at its node', () => {
    const tree = blobOf(`/dts-v1/; / { passthrough { #address-cells = <2>; #size-cells = <2>;
      memory { xen,force-assign-without-iommu; xen,reg = <0 0x60000000 0 0x1000 0 0x10000000>; }; }; };`)
    const path = join(folder, 'partial.dtb')
    writeFileSync(path, tree)
    const module = `module@49000000 { compatible = "multiboot,device-tree", "multiboot,module"; reg = <0 0x49000000 0 ${tree.length}>; };`
    const text = system().replace('vpl011;', `vpl011; ${module}`)
    const [verdict] = verdictsOf(text, { files: [{ address: hostPhys(0x4900_0000n), path }] })
    expect(verdict?.findings.filter(({ severity }) => severity === 'error')).toMatchObject([
      { code: 'PT-036', at: { kind: 'file', file: path, node: '/passthrough/memory' } },
    ])
  })

  it('decide: the exact size boots, another one fails', () => {
    const { size } = statSync(KERNEL.path)
    writeFileSync(blob.path, blobOf(system()))
    const files = [KERNEL, XEN, blob]
    const config = join(folder, 'xen.config')
    const [exact] = verdictsOf(system(`0x${size.toString(16)}`), { files, config })
    expect([exact?.verdict, exact?.unknowns, exact?.findings]).toEqual(['boots', [], []])
    const [shorter] = verdictsOf(system(`0x${(size - 1).toString(16)}`), { files, config })
    expect(shorter && errorsOf(shorter)).toEqual(['MOD-021'])
  })

  it('show where Xen lies: a module over it fails', () => {
    const [verdict] = verdictsOf(system(), { files: [{ ...XEN, address: KERNEL.address - 0x1000n } as typeof XEN] })
    expect(verdict && errorsOf(verdict)).toEqual(['MOD-007'])
  })

  it('at addresses where nothing points are refused, with the addresses of modules', () => {
    expect(lint(system(), { files: [{ ...KERNEL, address: hostPhys(0x4900_0000n) }, XEN] })).toMatchObject({
      kind: 'strangers',
      files: [{ address: 0x4900_0000n }, { address: XEN.address }],
      places: [0x4800_0000n],
    })
  })
})

describe('which Xen', () => {
  const levels = (count: number): string => (count === 0 ? '' : `n { ${levels(count - 1)} };`)
  const deep = `${system()} / { ${levels(20)} };`
  const put = (name: string, data: string | Buffer): string => {
    writeFileSync(join(folder, name), data)
    return join(folder, name)
  }
  const image = (branch: string, extra: string) => ({
    ...XEN,
    path: put(`xen-${branch}${extra}`, xenImage({ branch, extra })),
  })
  const config = put(
    '4.21.2.config',
    `# Xen/arm 4.21.2 Configuration\n${readFileSync(join(folder, 'xen.config'), 'utf8')}`,
  )
  const judged = (request: Partial<LintRequest>) =>
    verdictsOf(deep, request).map(({ xen, verdict, findings }) => [
      xen.name,
      verdict,
      ...findings.filter(({ code }) => code === 'FDT-011').map(({ severity }) => severity),
    ])

  it('is asked for, as a point release or not', () => {
    expect(judged({ releases: xens('4.21.2', '4.20', '4.20.3', '4.20') })).toEqual([
      ['4.20', 'undecided', 'warning'],
      ['4.20.3', 'fails', 'error'],
      ['4.21.2', 'undecided'],
    ])
  })

  it('is read from its image, else from the .config', () => {
    expect(judged({ releases: [], files: [image('4.20', '.3')] })).toEqual([['4.20.3', 'fails', 'error']])
    expect(judged({ releases: xens('4.20'), files: [image('4.20', '.5-pre')] })).toEqual([['4.20.4', 'undecided']])
    expect(judged({ releases: [], config })).toEqual([['4.21.2', 'undecided']])
    expect(judged({ releases: [], files: [image('4.23', '-unstable')] })).toEqual([['4.23', 'undecided']])
  })

  it.each<[string, Partial<LintRequest>, string]>([
    ['another release', { releases: xens('4.20.4'), files: [image('4.20', '.3')] }, 'is of Xen 4.20.3'],
    ['another .config', { releases: xens('4.20'), config }, 'is of Xen 4.21.2'],
    ['an image of a release that is not known', { releases: [], files: [image('4.16', '.1')] }, 'domforge knows 4.17'],
  ])('is refused: %s', (_, request, message) => {
    const outcome = lint(deep, request)
    expect(outcome.kind).toBe('another Xen')
    expect(outcome).toHaveProperty('message', expect.stringContaining(message))
  })
})

describe('what cannot be read', () => {
  writeFileSync(join(folder, 'unfit.dtso'), '/dts-v1/; /plugin/; &not_there { a; };')
  writeFileSync(join(folder, 'nothing'), '')

  it.each<[string, Partial<LintRequest>, string[]]>([
    ['a tree', { tree: join(folder, 'none.dtb') }, ['REF-010']],
    ['a folder', { tree: folder }, ['REF-011']],
    ['an image instead of a tree', { tree: join(folder, 'Image') }, ['REF-013']],
    ['an overlay that is a tree', { overlays: [join(folder, 'board.dts')] }, ['REF-018']],
    ['an overlay that does not fit', { overlays: [join(folder, 'unfit.dtso')] }, ['REF-018']],
    ['an empty tree', { tree: join(folder, 'nothing') }, ['REF-012']],
    ['a .config of something else', { config: join(folder, 'board.dts') }, ['REF-014']],
    ['a file in memory', { files: [{ ...KERNEL, path: join(folder, 'none') }] }, ['REF-010']],
  ])('%s is one finding', (_, request, codes) => {
    const outcome = lint(system(), request)
    if (outcome.kind !== 'unreadable') throw new Error(outcome.kind)
    expect([...new Set(outcome.findings.all.map(({ code }) => code))]).toEqual(codes)
  })
})
