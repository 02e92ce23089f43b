/** What Xen does with devices that name IOMMUs. The same trees were given to Xen 4.17 and 4.22 with IOMMUs that lie in RAM. */
import { expect, it } from 'vitest'
import { defined } from '../../src/diagnostics/defined.ts'
import { XenIommus } from '../../src/iommu/xen-iommus.ts'
import { wordsOf } from '../../src/xen/command-words.ts'
import type { Release } from '../../src/xen/releases.ts'
import { hostWith } from '../passthrough/host-tree.ts'

const SMMU = 'a: a { compatible = "arm,mmu-500"; #iommu-cells = <1>; };'
const OTHER = 'b: b { compatible = "arm,mmu-500"; #iommu-cells = <1>; };'
const TABLE = 't: t { compatible = "arm,smmu-v3"; #iommu-cells = <1>; };'
const RENESAS = 'r: r { compatible = "renesas,ipmmu-r8a77965"; #iommu-cells = <1>; };'
const NEWER = RENESAS.replace('r8a77965', 'r8a779g0')
const FOREIGN = 'f: f { compatible = "example,iommu"; #iommu-cells = <1>; };'
const off = (iommu: string): string => iommu.replace('; };', '; status = "disabled"; };')
const marked = (iommu: string): string => iommu.replace('; };', '; xen,passthrough; };')
const device = (iommus: string): string => `dma { iommus = ${iommus}; };`
const many = (count: number): string => Array.from({ length: count }, (_, id) => `<&a ${id}>`).join(', ')

const EVERY = ['ARM_SMMU', 'ARM_SMMU_V3', 'IPMMU_VMSA']

interface Xen {
  readonly release?: Release
  /** Absent: every driver; `unknown`: no `.config`. */
  readonly drivers?: readonly string[] | 'unknown'
  readonly bootargs?: string
}

function iommusOf(tree: string, { release = '4.20', drivers = EVERY, bootargs = '' }: Xen) {
  const index = hostWith(tree)
  const options = drivers === 'unknown' ? undefined : new Map(drivers.map((name) => [name, 'y']))
  const kconfig = options ? { kconfig: { path: 'xen.config', options } } : {}
  return { index, iommus: new XenIommus(index, { release, words: wordsOf(bootargs), ...kconfig }) }
}

/** `behind 1, 2`, `free`, `free (/b)`, or why it is refused. */
function outcome(tree: string, xen: Xen = {}): string {
  const { index, iommus } = iommusOf(tree, xen)
  const admission = iommus.admissionOf(defined(index.at('/dma'), '/dma'))
  if (admission.kind === 'behind') return `behind ${admission.named.map(({ cells }) => cells.join(' ')).join(', ')}`
  if (admission.kind === 'free') return admission.disabled === undefined ? 'free' : `free (${admission.disabled})`
  return `${admission.refusal.doubt === undefined ? '' : 'perhaps '}${admission.refusal.why}`
}

const KIND = ' before it: Xen drives one kind of IOMMU, that of the first'

const CASES: readonly (readonly [string, string, string, Xen?])[] = [
  ['of the only kind', SMMU + device('<&a 1>'), 'behind 1'],
  ['of the first kind', SMMU + RENESAS + device('<&a 1>'), 'behind 1'],
  [
    'of the second kind',
    SMMU + RENESAS + device('<&r 1>'),
    `is behind /r (IPMMU_VMSA), and the board has /a (ARM_SMMU)${KIND}`,
  ],
  ['of the first, in the other order', RENESAS + SMMU + device('<&r 1>'), 'behind 1'],
  [
    'of the second, in the other order',
    RENESAS + SMMU + device('<&a 1>'),
    `is behind /a (ARM_SMMU), and the board has /r (IPMMU_VMSA)${KIND}`,
  ],
  ['where the first is disabled', off(RENESAS) + SMMU + device('<&a 1>'), 'behind 1'],
  ['where the first is marked', marked(RENESAS) + SMMU + device('<&a 1>'), 'behind 1'],
  ['where the first is not built in', RENESAS + SMMU + device('<&a 1>'), 'behind 1', { drivers: ['ARM_SMMU'] }],
  [
    'behind a cache that waits for its root',
    RENESAS.replace('; };', '; renesas,ipmmu-main = <1>; };') +
      SMMU +
      RENESAS.replaceAll(/\br\b/g, 'root') +
      device('<&a 1>'),
    'behind 1',
  ],
  [
    'that is marked',
    SMMU + marked(RENESAS) + device('<&r 1>'),
    'is behind /r, which is marked with xen,passthrough, so that Xen does not drive it',
  ],
  ['that nothing drives', SMMU + FOREIGN + device('<&f 1>'), 'is behind /f, and Xen has no driver for it'],
  ['that nothing drives, and nothing else either', FOREIGN + device('<&f 1>'), 'free'],
  [
    'whose driver is missing',
    SMMU + TABLE + device('<&t 1>'),
    'is behind /t, and Xen was built without ARM_SMMU_V3 (xen.config)',
    { drivers: ['ARM_SMMU'] },
  ],
  ['whose driver is missing, as is every other', TABLE + device('<&t 1>'), 'free', { drivers: [] }],
  ['that is switched off', SMMU + OTHER + device('<&a 1>, <&b 1>'), 'free', { bootargs: 'iommu=off' }],
  ['that Xen drives from 4.20 on', NEWER + device('<&r 1>'), 'behind 1', { release: '4.20' }],
  ['that Xen drives from 4.20 on, before', NEWER + device('<&r 1>'), 'free', { release: '4.19' }],
  ['that is disabled', SMMU + off(OTHER) + device('<&b 1>'), 'free (/b)'],
  [
    'with another',
    SMMU + OTHER + device('<&a 1>, <&b 1>'),
    'is behind /a and /b, and Xen supports only one IOMMU for a device',
  ],
  [
    'with another that nothing drives',
    SMMU + FOREIGN + device('<&a 1>, <&f 1>'),
    'is behind /a and /f, and Xen supports only one IOMMU for a device',
  ],
  ['with a disabled one', SMMU + off(OTHER) + device('<&a 1>, <&b 1>'), 'behind 1', { release: '4.20' }],
  ['with a disabled one, from 4.21', SMMU + off(OTHER) + device('<&a 1>, <&b 1>'), 'free (/b)', { release: '4.21' }],
  ['after a disabled one', off(SMMU) + OTHER + device('<&a 1>, <&b 1>'), 'free (/a)', { release: '4.20' }],
  ['with one that says no cells', `${SMMU} b: b { };${device('<&a 1>, <&b>')}`, 'behind 1'],
  ['after a hole', SMMU + device('<0>, <&a 1>'), 'free'],
  ['with two streams', SMMU + device('<&a 1>, <&a 2>'), 'behind 1, 2'],
  ['with one stream twice', SMMU + device('<&a 1>, <&a 1>'), 'behind 1, 1'],
  [
    'with streams that overlap',
    SMMU.replace('<1>', '<2>') + device('<&a 1 0>, <&a 0 7>'),
    'has stream 1 and stream 0 with the mask 0x7 of /a, which overlap',
  ],
  [
    'with streams that overlap, before masks',
    SMMU.replace('<1>', '<2>') + device('<&a 1 0>, <&a 0 7>'),
    'behind 1 0, 0 7',
    { release: '4.19' },
  ],
  ['with 16 streams', SMMU + device(many(16)), `behind ${Array.from({ length: 16 }, (_, id) => id).join(', ')}`],
  ['with 17 streams', SMMU + device(many(17)), 'has 17 streams of /a, and Xen has room for 16 of a device'],
  [
    'with 17 streams at an SMMUv3',
    TABLE.replaceAll(/\bt\b/g, 'a') + device(many(17)),
    `behind ${Array.from({ length: 17 }, (_, id) => id).join(', ')}`,
  ],
  ['with the last micro-TLB', RENESAS + device('<&r 63>'), 'behind 63'],
  [
    'past the last micro-TLB',
    RENESAS + device('<&r 64>'),
    "has '64' of /r in its iommus, and Xen takes one cell below 64",
  ],
  [
    'with two cells for a micro-TLB',
    RENESAS.replace('<1>', '<2>') + device('<&r 1 0>'),
    "has '1 0' of /r in its iommus, and Xen takes one cell below 64",
  ],
  [
    'without the .config, of the kind that every build has',
    SMMU + TABLE + device('<&a 1>'),
    'behind 1',
    { drivers: 'unknown' },
  ],
  [
    'without the .config, of the other kind',
    SMMU + TABLE + device('<&t 1>'),
    'perhaps is behind /t (ARM_SMMU_V3), and the board has /a (ARM_SMMU): Xen drives one kind of IOMMU, that of the first which it has a driver for',
    { drivers: 'unknown' },
  ],
  [
    'without the .config, of either kind',
    TABLE + SMMU + device('<&t 1>'),
    'perhaps is behind /t (ARM_SMMU_V3), and the board has /a (ARM_SMMU): Xen drives one kind of IOMMU, that of the first which it has a driver for',
    { drivers: 'unknown' },
  ],
  ['without the .config, of the only kind', TABLE + device('<&t 1>'), 'behind 1', { drivers: 'unknown' }],
]

it.each(CASES.map(([name, tree, expected, xen = {}]) => ({ name, tree, expected, xen })))(
  'a device that names an IOMMU $name',
  ({ tree, expected, xen }) => expect(outcome(tree, xen)).toBe(expected),
)

it.each<readonly [string, Xen, string | undefined]>([
  [off(SMMU) + off(OTHER), {}, '/a, /b are disabled in the device tree'],
  [marked(SMMU), {}, '/a is marked with xen,passthrough in the device tree'],
  [FOREIGN, {}, 'the board has no IOMMU that Xen drives'],
  [SMMU, { bootargs: 'iommu=force no-iommu' }, "Xen's arguments switch the IOMMU off"],
  [SMMU, { bootargs: 'iommu=off iommu=force' }, undefined],
  [SMMU + TABLE, { drivers: [] }, 'Xen was built without ARM_SMMU, ARM_SMMU_V3 (xen.config)'],
  [SMMU + TABLE, { drivers: ['ARM_SMMU_V3'] }, undefined],
])('Xen has none: %s %o', (tree, xen, why) => expect(iommusOf(tree, xen).iommus.whyNone).toBe(why))
