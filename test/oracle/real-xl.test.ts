/** The real xl takes from our configurations what plan and model mean. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { assemble } from '../../src/assemble/assemble.ts'
import { unknownInVif } from '../../src/checks/xl/grammar/other.ts'
import { xlConfigText } from '../../src/emit/xl-config.ts'
import type { Guest } from '../../src/model/system-model.ts'
import type { SystemPlan } from '../../src/plan/system-plan.ts'
import { MiB, times } from '../../src/units/quantities.ts'
import { dom0, dom0less, file, makePlan, xlDomain } from '../plan/builder.ts'
import { HOST_CPUS, type RealXl, realXl } from './real-xl.ts'
import { type ExpectedGuest, expectedDomain } from './xl-expectation.ts'

const folder = mkdtempSync(join(tmpdir(), 'domforge-xl-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe.each(['bookworm', 'trixie'] as const)('xl of %s', (debian) => {
  let xl: RealXl
  beforeAll(async () => {
    xl = await realXl(debian, folder)
  })

  /** Reads a configuration that xl must take without a word. */
  const taken = (configuration: string): object => {
    const { status, messages, domain } = xl.read(configuration)
    expect({ status, messages }).toEqual({ status: 0, messages: [] })
    const { uuid, ...info } = domain?.c_info ?? {}
    expect(uuid).toMatch(/^[0-9a-f-]{36}$/)
    return { ...domain, c_info: info }
  }

  it.each(['camera', 'viewer'])('reads %s of the example as planned', (name) => {
    const configuration = readFileSync(join(example, `out/domains/${name}/${name}.cfg`), 'utf8')
    expect(taken(configuration)).toEqual(expectedDomain(exampleGuest(name), xl.release, HOST_CPUS))
  })

  it.each(['brdige=x', 'bridge', 'bridge =x', 'Mac=00:16:3e:01:02:03', 'trusted=1'])(
    "XL-071: passes over '%s' in vif, and says so",
    (part) => {
      const { status, messages } = xl.read(`name = "a"\nkernel = "k"\nvif = ["${part}"]\n`)
      expect(unknownInVif(part, xl.release)).toEqual([part])
      expect({ status, messages }).toEqual({ status: 0, messages: [`unrecognized argument \`${part}'`] })
    },
  )

  it('XL-071: takes what it knows in vif without a word', () => {
    const parts =
      'type=vif, mac=00:16:3e:01:02:03,bridge=x,ip=10.0.0.1,script=s,backend=d,vifname=v,model=m,rate=1Mb/s,mtu=1500'
    const item = `${parts},devid=1,gatewaydev=g,forwarddev=f,colo_checkpoint_host=h,trusted`
    expect(unknownInVif(item, xl.release)).toEqual([])
    expect(xl.read(`name = "a"\nkernel = "k"\nvif = ["${item}"]\n`).messages).toEqual([])
  })

  it('reads any guest as the model has it', () => {
    fc.assert(
      fc.property(guest, guest, (created, again) => {
        const plan = planOf(created, again, xl.release)
        const configs = assemble(plan).xl
        expect(configs.map(({ domain, bootId }) => [domain, bootId])).toEqual([
          ['created', undefined],
          ['again', 1],
        ])
        for (const [index, words] of [created, again].entries()) {
          const config = configs[index]
          const expected = expectedDomain({ ...words, name: config?.domain ?? '' }, xl.release, HOST_CPUS)
          expect(taken(config ? xlConfigText(config) : '')).toEqual(expected)
        }
      }),
      { numRuns: 100 },
    )
  })
})

const example = new URL('../../examples/dom0-and-two', import.meta.url).pathname

interface PlanJson {
  readonly domains: Record<
    string,
    { readonly memory: { readonly value: string }; readonly vcpus: { readonly value: number } }
  >
}

interface ManifestYaml {
  readonly domains: Record<
    string,
    {
      readonly boot: string
      readonly kernel: { readonly image: string; readonly bootargs: string }
      readonly ramdisk: string
      readonly 'files-at'?: string
    }
  >
}

/** Numbers from the plan, texts from the manifest. */
function exampleGuest(name: string): ExpectedGuest {
  const plan = JSON.parse(readFileSync(join(example, 'out/plan.json'), 'utf8')) as PlanJson
  const manifest = parse(readFileSync(join(example, 'dom0-and-two.yaml'), 'utf8')) as ManifestYaml
  const [numbers, words, files] = [plan.domains[name], manifest.domains[name], manifest.domains['dom0']?.['files-at']]
  if (!numbers || !words || files === undefined) throw new Error(`the example has no ${name}`)
  return {
    name,
    kernel: `${files}/${words.kernel.image}`,
    ramdisk: `${files}/${words.ramdisk}`,
    bootargs: words.kernel.bootargs,
    memoryMiB: Number(BigInt(numbers.memory.value) / MiB),
    vcpus: numbers.vcpus.value,
    hasVpl011: words.boot === 'dom0less',
  }
}

/** What xl's grammar, YAML or a shell could trip over. A manifest's file names and arguments hold no NUL. */
const hostile = fc.oneof(
  fc.string({ unit: fc.constantFrom(...`"'\\#;=[](),\`$%&|{} a0é`, '\x01', '\x7f', '%s', '\\x41') }),
  fc.string({ unit: 'grapheme' }).filter((text) => !/[\0\ud800-\udfff]/.test(text)),
)

const fileName = hostile.map((text) => `f${text.replaceAll('/', '_')}`)
const optional = <T>(values: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(values, { nil: undefined })
const limit = optional(fc.oneof(fc.integer({ min: 0, max: 0x7fff_ffff }), fc.constantFrom(0, 1, 0x7fff_ffff)))

const affinity = fc
  .uniqueArray(fc.nat({ max: 3 }), { maxLength: 3 })
  .chain((vcpus) =>
    fc.tuple(
      ...vcpus
        .toSorted((a, b) => a - b)
        .map((vcpu) =>
          fc
            .uniqueArray(fc.nat({ max: HOST_CPUS - 1 }), { minLength: 1, maxLength: HOST_CPUS })
            .map((cpus) => ({ vcpu, cpus: cpus.toSorted((a, b) => a - b) })),
        ),
    ),
  )

/** Everything but the name, which is the domain's. */
type Words = Omit<ExpectedGuest, 'name'>

const guest: fc.Arbitrary<Words> = fc.record({
  kernel: fileName.map((name) => `/boot/guests/${name}`),
  ramdisk: optional(fileName.map((name) => `/boot/guests/${name}`)),
  bootargs: hostile,
  memoryMiB: fc.oneof(fc.integer({ min: 1, max: 1019 * 1024 }), fc.constantFrom(1, 1019 * 1024)),
  vcpus: fc.integer({ min: 4, max: 128 }),
  hasVpl011: fc.boolean(),
  spis: optional(fc.integer({ min: 1, max: 960 })),
  sve: optional(
    fc.oneof(
      fc.integer({ min: 0, max: 16 }).map((n) => n * 128),
      fc.constant('hw' as const),
    ),
  ),
  grantVersion: optional(fc.integer({ min: 1, max: 2 })),
  grantFrames: limit,
  maptrackFrames: limit,
  p2mMiB: optional(fc.integer({ min: 0, max: 1024 * 1024 })),
  affinity,
})

/** A guest that dom0 creates and one that it can create again. */
function planOf(created: Words, again: Words, release: RealXl['release']): SystemPlan {
  const domains = [
    dom0(),
    { ...bare(xlDomain('created')), ...modelOf(created), console: created.hasVpl011 ? 'vpl011' : 'pv' } as const,
    { ...bare(dom0less('again')), ...modelOf(again), console: again.hasVpl011 ? 'vpl011' : 'none' } as const,
  ]
  const plan = makePlan({ domains, release })
  const bound = ({ affinity: cpus = [] }: Words) => cpus.map((one) => ({ ...one, pointer: '/' }))
  return {
    ...plan,
    xl: plan.xl.map((planned) => ({ ...planned, affinity: bound(created) })),
    dom0less: plan.dom0less.map((planned) => ({ ...planned, affinity: bound(again) })),
  }
}

function bare<D extends Guest>({ ramdisk, ...domain }: D): Omit<D, 'ramdisk'> {
  return domain
}

type Limit = 'nr-spis' | 'sve' | 'max-grant-version' | 'max-grant-frames' | 'max-maptrack-frames' | 'p2m-mem'

function modelOf(words: Words): Pick<Guest, 'kernel' | 'ramdisk' | 'memory' | 'vcpus' | Limit> {
  const inDom0 = (path: string) => file(path.replace('/boot/guests/', 'images/'), '/image')
  return given({
    kernel: { pointer: '/kernel', image: inDom0(words.kernel), bootargs: words.bootargs },
    ramdisk: words.ramdisk === undefined ? undefined : inDom0(words.ramdisk),
    memory: times(words.memoryMiB, MiB),
    vcpus: words.vcpus,
    'nr-spis': words.spis,
    sve: words.sve,
    'max-grant-version': words.grantVersion,
    'max-grant-frames': words.grantFrames,
    'max-maptrack-frames': words.maptrackFrames,
    'p2m-mem': words.p2mMiB === undefined ? undefined : times(words.p2mMiB, MiB),
  })
}

/** What is undefined is absent. */
const given = <T extends object>(words: { readonly [K in keyof T]: T[K] | undefined }): T =>
  Object.fromEntries(Object.entries(words).filter(([, value]) => value !== undefined)) as T
