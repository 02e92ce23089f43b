/**
 * What our rules of xl say, against what the real xl does. A rule is violated where xl refuses a configuration or warns;
 * where they differ, the case says why.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { XlConfig, XlEntry } from '../../src/assemble/assembly.ts'
import { isNewer } from '../../src/checks/xl/assembly-context.ts'
import { checkXl } from '../../src/checks/xl/check-xl.ts'
import { Findings } from '../../src/diagnostics/findings.ts'
import { xlConfigText } from '../../src/emit/xl-config.ts'
import { XL_KEYS, type XlValueKind } from '../../src/xen/xl-keys.ts'
import { type RealXl, realXl, type XlDomainJson } from './real-xl.ts'
import { itemGroups } from './xl-item-groups.ts'

type Value = XlEntry['value']
type Keys = Readonly<Record<string, Value>>

const folder = mkdtempSync(join(tmpdir(), 'domforge-xl-rules-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** What every configuration here has; a case adds to it or replaces. */
const plain: Keys = { name: 'd', type: 'pvh', kernel: '/k', memory: 128n, vcpus: 2n }

function configOf(keys: Keys): XlConfig {
  const origin = { kind: 'manifest', pointer: '/x', on: 'value' } as const
  const entries = Object.entries({ ...plain, ...keys }).map(([key, value]) => ({ key, value, origin }))
  return { domain: 'd', pointer: '/x', entries }
}

function violated(keys: Keys, release: RealXl['release']): readonly string[] {
  const findings = new Findings()
  const config = configOf(keys)
  const isUnread = ({ key }: XlEntry): boolean => isNewer(key, release)
  const read = config.entries.filter((entry) => !isUnread(entry))
  checkXl(
    {
      release,
      gic: 'v3',
      cpus: { count: 8 },
      grantVersion: 1,
      bootNames: new Map(),
      domains: [{ created: 'asked', config: { ...config, entries: read }, unread: config.entries.filter(isUnread) }],
    },
    findings.judge,
  )
  return findings.all.map(({ code }) => code)
}

interface Group {
  readonly code: string
  readonly since?: '4.20'
  /** Right for xl and for the rule. */
  readonly taken: readonly Keys[]
  /** Wrong for both. */
  readonly refused: readonly Keys[]
  /** Wrong for the rule alone, by reason. */
  readonly stricter?: Readonly<Record<string, readonly Keys[]>>
}

const withKey = (key: string, values: readonly Value[]): Keys[] => values.map((value) => ({ [key]: value }))
const onKeys = ['on_poweroff', 'on_reboot', 'on_watchdog', 'on_crash', 'on_soft_reset']
const actions = [
  ...['destroy', 'restart', 'rename-restart', 'preserve', 'coredump-destroy', 'coredump-restart', 'soft-reset'],
]
const sveLengths = Array.from({ length: 16 }, (_, index) => String((index + 1) * 128))
const grantLimits = ['max_grant_frames', 'max_maptrack_frames']

const groups: readonly Group[] = [
  {
    code: 'XL-003',
    taken: withKey('type', ['pvh', 'pv']),
    refused: withKey('type', ['PVH', 'x', 3n, ' pvh']),
    stricter: {
      'xl takes the beginning of a word, and an empty text for hvm': withKey('type', ['p', 'h', '']),
      'libxl refuses it on Arm, later': withKey('type', ['hvm']),
    },
  },
  {
    code: 'XL-005',
    taken: onKeys.flatMap((key) => withKey(key, actions)),
    refused: onKeys.flatMap((key) => withKey(key, ['Destroy', 'soft_reset', '', 'x', 0n, 'destroy '])),
  },
  {
    code: 'XL-006',
    taken: withKey('maxvcpus', [2n, 3n, '0x2']),
    refused: withKey('maxvcpus', [1n, '01']),
    stricter: { 'xl takes 0 for no word on it': withKey('maxvcpus', [0n]) },
  },
  {
    code: 'XL-007',
    taken: withKey('vcpus', [1n, 128n]),
    refused: [],
    stricter: { 'Xen refuses it, later': withKey('vcpus', [0n, 129n]) },
  },
  {
    code: 'XL-008',
    taken: ['cpus', 'cpus_soft'].flatMap((key) => [
      ...withKey(key, ['0', '0-3', '3-3', '0,2', 'all', 'all,^0', '0-3,^1', 'node:0', 'nodes:0-1', '^1,0', '0,,1', 3n]),
      ...withKey(key, ['nodes:all', 'node:all', ['0'], ['0-1', 'all'], ['^1,0-2', 'node:1']]),
    ]),
    refused: ['cpus', 'cpus_soft'].flatMap((key) => [
      ...withKey(key, [
        '3-1',
        '^all',
        '^node:all',
        'a',
        '0-',
        '-1',
        '1 ',
        '0x1',
        '^^1',
        '1-2-3',
        'node:',
        'nodes:a',
        'ALL',
      ]),
      ...withKey(key, ['18446744073709551615', '0-18446744073709551615', '0;1', ['0', 'a'], ['3-1', 'all']]),
    ]),
    stricter: { 'xl passes over blanks and signs in front': withKey('cpus', [' 1', '+1', '0, 1', ['+1']]) },
  },
  {
    code: 'XL-010',
    taken: withKey('memory', [1n, 1_043_456n]),
    refused: [],
    stricter: { 'libxl refuses it, later': withKey('memory', [0n, 1_043_457n]) },
  },
  {
    code: 'XL-013',
    taken: withKey('gic_version', ['default', 'v2', 'v3', 'V3', 'DEFAULT']),
    refused: withKey('gic_version', ['v4', '', 'v', 3n]),
  },
  {
    code: 'XL-015',
    taken: withKey('tee', ['none', 'optee', 'OPTEE']),
    refused: withKey('tee', ['x', '', 'optee ', 1n]),
  },
  { code: 'XL-015', since: '4.20', taken: withKey('tee', ['ffa']), refused: [] },
  {
    code: 'XL-016',
    since: '4.20',
    taken: withKey('sve', ['disabled', 'hw', 'HW', ...sveLengths, 256n]),
    refused: withKey('sve', ['0', '64', '129', '2176', 'x', '', 0n]),
  },
  {
    code: 'XL-020',
    since: '4.20',
    taken: withKey('nr_spis', [0n, 960n]),
    refused: [],
    stricter: { 'Xen refuses it, later': withKey('nr_spis', [961n]) },
  },
  {
    code: 'XL-021',
    taken: withKey('irqs', [['32', '33'], ['0'], ['040'], []]),
    refused: withKey('irqs', [['0x20'], ['a'], [''], ['32 '], ['32,33'], ['99999999999'], ['32', '-1']]),
    stricter: { 'xl passes over blanks and signs in front': withKey('irqs', [[' 32'], ['+32']]) },
  },
  {
    code: 'XL-045',
    taken: withKey('passthrough', ['default', 'disabled', 'enabled', 'share_pt', 'Enabled']),
    refused: withKey('passthrough', ['x', '', 1n]),
    stricter: { 'libxl refuses it on Arm, later': withKey('passthrough', ['sync_pt']) },
  },
  {
    code: 'XL-053',
    taken: [...grantLimits.flatMap((key) => withKey(key, [1n, 0x7fff_ffffn, '010'])), { max_maptrack_frames: 0n }],
    refused: [...grantLimits, 'max_grant_version'].flatMap((key) => withKey(key, [-1n, 0x8000_0000n])),
    stricter: {
      'Xen refuses it, later': [{ max_grant_frames: 0n }, { max_grant_version: 2n }, { max_grant_version: 0n }],
    },
  },
  {
    code: 'XL-057',
    taken: [{ cmdline: 'a' }, { root: '/dev/x', extra: 'ro' }],
    refused: [
      { cmdline: 'a', root: '/dev/x' },
      { cmdline: '', extra: 'ro' },
    ],
  },
  {
    code: 'XL-060',
    taken: withKey('cpu_weight', [1n, '1', '0x10', '010', ' 1', '-1', '+1', 0x7fff_ffff_ffff_ffffn]),
    refused: withKey('cpu_weight', [
      '',
      'a',
      '1 ',
      '0x',
      '08',
      '1k',
      '1.5',
      '1_000',
      0x8000_0000_0000_0000n,
      '-9223372036854775809',
    ]),
  },
]

const kindMessage =
  /is not a valid number|could not be parsed as a number|is a single value but should be a list|is a list but should be a single value/

/** Values of another kind than a key takes. */
const wrong: Readonly<Record<XlValueKind, readonly Value[]>> = {
  text: [['a']],
  integer: [['a'], 'abc'],
  boolean: [['a'], 'abc'],
  list: ['abc'],
  'text-or-list': [],
  'text-or-integer': [['a']],
}

describe.each(['bookworm', 'trixie'] as const)('xl of %s', (debian) => {
  const known = [...groups, ...itemGroups].filter(({ since }) => since === undefined || debian === 'trixie')
  let xl: RealXl
  beforeAll(async () => {
    xl = await realXl(debian, folder)
  })

  const read = (keys: Keys) => {
    const verdict = xl.read(xlConfigText(configOf(keys)))
    return { ...verdict, complains: verdict.status !== 0 || verdict.messages.length > 0 }
  }
  const withoutId = (domain: XlDomainJson | undefined) => ({ ...domain, c_info: { ...domain?.c_info, uuid: '' } })

  it.each(known)('agrees with $code', ({ code, taken, refused, stricter = {} }) => {
    const judged = (cases: readonly Keys[]) =>
      cases.map((keys) => ({ keys, xl: read(keys).complains, rule: violated(keys, xl.release).includes(code) }))
    const both = (cases: readonly Keys[], complains: boolean) =>
      cases.map((keys) => ({ keys, xl: complains, rule: complains }))
    expect(judged(taken)).toEqual(both(taken, false))
    expect(judged(refused)).toEqual(both(refused, true))
    const ours = Object.values(stricter).flat()
    expect(judged(ours)).toEqual(ours.map((keys) => ({ keys, xl: false, rule: true })))
  })

  it('has the keys of our table, and none that is newer (XL-002)', () => {
    const program = readFileSync(xl.program, 'latin1')
    const wanted = Object.entries(XL_KEYS).map(([key, { since }]) => [key, since <= xl.release])
    expect(Object.keys(XL_KEYS).map((key) => [key, program.includes(`${key}\0`)])).toEqual(wanted)
  })

  it('passes over keys that it does not know without a word (XL-002)', () => {
    const base = withoutId(read({}).domain)
    for (const keys of [{ memroy: 1n }, { altp2m_count: 3n }] as const) {
      const { complains, domain } = read(keys)
      expect([complains, violated(keys, xl.release)]).toEqual([false, ['XL-002']])
      expect(withoutId(domain)).toEqual(base)
    }
  })

  it('wants the kinds of values that our table has (XL-060)', () => {
    const base = withoutId(read({}).domain)
    for (const [key, { kind, since }] of Object.entries(XL_KEYS))
      for (const value of since <= xl.release ? wrong[kind] : []) {
        const { status, messages, domain } = read({ [key]: value })
        const isSeen = messages.some((message) => kindMessage.test(message))
        // The limits of grants end xl without a word; keys for other machines are as good as absent.
        const isSilent = messages.length === 0
        const isPassedOver = status === 0 && JSON.stringify(withoutId(domain)) === JSON.stringify(base)
        const ok = isSeen || (isSilent && (status !== 0 || isPassedOver))
        expect({ key, value, ok, messages }).toMatchObject({ ok: true })
        expect({ key, value, codes: violated({ [key]: value }, xl.release) }).toMatchObject({
          codes: expect.arrayContaining(['XL-060']),
        })
      }
  })

  it('dies of a virtio device whose type ends at its comma (XL-027)', () => {
    if (xl.release === '4.17') return
    expect(read({ virtio: ['transport=mmio,type=virtio'] })).toMatchObject({ messages: ['xl died of SIGSEGV'] })
  })

  it('cuts off affinities of virtual CPUs that are not there (XL-061)', () => {
    const keys = { cpus: ['0', '1', '2'] }
    const { complains, domain } = read(keys)
    expect([complains, violated(keys, xl.release)]).toEqual([false, ['XL-061']])
    expect(domain?.b_info['vcpu_hard_affinity']).toEqual([[0], [1]])
  })
})
