/** The section `domains`. */
import { atKey, atValue, member } from '../diagnostics/diagnostic.ts'
import type {
  HardAffinity,
  Manifest,
  Dom0 as ManifestDom0,
  Dom0LessDomain as ManifestDom0less,
  XlDomain as ManifestXl,
} from '../manifest/manifest.gen.ts'
import type { Bytes } from '../units/quantities.ts'
import { guestScalars, type ScalarValues } from '../xen/guest-scalars.ts'
import { readColors } from './colors.ts'
import { readExtraProperties, readExtraXl } from './extras.ts'
import { readLoad } from './load.ts'
import { checkName } from './names.ts'
import { orDefault, type Reading } from './reading.ts'
import { type Declared, isDeclared } from './references.ts'
import { readSize } from './sizes.ts'
import { readStaticMemory } from './static-memory.ts'
import type { Dom0, Dom0lessDomain, Domain, Kernel, VcpuAffinity, XlDomain } from './system-model.ts'
import { readBootArguments, readFile, readFolder } from './text.ts'

const PARENT = '/domains'

type ManifestDomain = ManifestDom0 | ManifestDom0less | ManifestXl

/**
 * Every domain in document order, without those that cannot be represented. `undefined` when dom0 is one of them, or when
 * none is left: what follows would mislead.
 */
export function readDomains(
  reading: Reading,
  domains: Manifest['domains'],
  pools: Declared,
): readonly Domain[] | undefined {
  const readable: Domain[] = []
  let losesDom0 = false
  for (const [name, given] of Object.entries(domains)) {
    const domain = given && readDomain(reading, name, given, pools)
    if (domain) readable.push(domain)
    else losesDom0 ||= given?.boot === 'dom0'
  }
  return losesDom0 || readable.length === 0 ? undefined : withOneDom0(reading, readable)
}

function readDomain(reading: Reading, name: string, domain: ManifestDomain, pools: Declared): Domain | undefined {
  const named = checkName(reading, PARENT, name, 'domain')
  const pointer = member(PARENT, name)
  const common = readCommon(reading, pointer, domain)
  if (!named || !common) return undefined
  const entity = { pointer, name, ...common }
  switch (domain.boot) {
    case 'dom0':
      return {
        ...entity,
        boot: domain.boot,
        ...readOwnLoad(reading, pointer, domain),
        'files-at': readFilesAt(reading, pointer, domain),
      }
    case 'dom0less':
      return { ...entity, ...readDom0less(reading, pointer, domain, pools) }
    case 'xl':
      return { ...entity, ...readXl(reading, pointer, domain, pools) }
  }
}

function readCommon(reading: Reading, pointer: string, domain: ManifestDomain) {
  const kernel = readKernel(reading, `${pointer}/kernel`, domain.kernel)
  const ramdisk = domain.ramdisk === undefined ? undefined : readFile(reading, `${pointer}/ramdisk`, domain.ramdisk)
  const memory = readSize(reading, `${pointer}/memory`, domain.memory)
  const vcpus = orDefault(reading, pointer, 'vcpus', domain.vcpus, 1)
  const os = orDefault(reading, pointer, 'os', domain.os, 'linux')
  if (!kernel || memory === undefined) return undefined
  return { kernel, ...(ramdisk ? { ramdisk } : {}), memory, vcpus, ...given('sve', domain.sve), os }
}

/** What is absent stays absent. */
const given = <K extends string, V>(key: K, value: V | undefined): { readonly [P in K]?: V } =>
  value === undefined ? {} : ({ [key]: value } as { [P in K]: V })

function readKernel(reading: Reading, pointer: string, kernel: ManifestDomain['kernel']): Kernel | undefined {
  const size = kernel.size === undefined ? undefined : { pointer: `${pointer}/size`, value: kernel.size }
  const image = readFile(reading, `${pointer}/image`, kernel.image, size)
  const given = orDefault(reading, pointer, 'bootargs', kernel.bootargs, '')
  const bootargs = readBootArguments(reading, `${pointer}/bootargs`, given)
  return image && { pointer, image, bootargs }
}

const readOwnLoad = (reading: Reading, pointer: string, { load }: ManifestDom0 | ManifestDom0less) =>
  load ? { load: readLoad(reading, `${pointer}/load`, load) } : {}

const FILES_AT = '/boot/guests'

function readFilesAt(reading: Reading, pointer: string, domain: ManifestDom0): Dom0['files-at'] {
  const given = orDefault(reading, pointer, 'files-at', domain['files-at'], FILES_AT)
  return readFolder(reading, `${pointer}/files-at`, given, FILES_AT)
}

type Own<D extends Domain> = Omit<D, 'pointer' | 'name' | 'kernel' | 'ramdisk' | 'memory' | 'vcpus' | 'sve' | 'os'>

function readDom0less(
  reading: Reading,
  pointer: string,
  domain: ManifestDom0less,
  pools: Declared,
): Own<Dom0lessDomain> {
  const staticMem = domain['static-mem']
  const properties = orDefault(reading, pointer, 'extra-properties', domain['extra-properties'], {})
  return {
    boot: domain.boot,
    ...readOwnLoad(reading, pointer, domain),
    console: orDefault(reading, pointer, 'console', domain.console, usualConsole(domain)),
    enhanced: orDefault(reading, pointer, 'enhanced', domain.enhanced, 'disabled'),
    ...given('capabilities', domain.capabilities),
    ...(staticMem === undefined ? {} : { 'static-mem': readStaticMemory(reading, `${pointer}/static-mem`, staticMem) }),
    'direct-map': orDefault(reading, pointer, 'direct-map', domain['direct-map'], false),
    ...readPlaces(reading, pointer, domain, pools),
    ...readLimits(reading, pointer, domain),
    'extra-properties': readExtraProperties(reading, `${pointer}/extra-properties`, properties),
  }
}

/** Xen emulates none for the hardware domain, which has Xen's own. */
const usualConsole = ({ capabilities }: ManifestDom0less): Dom0lessDomain['console'] =>
  capabilities?.includes('hardware') ? 'none' : 'vpl011'

function readXl(reading: Reading, pointer: string, domain: ManifestXl, pools: Declared): Own<XlDomain> {
  return {
    boot: domain.boot,
    console: orDefault(reading, pointer, 'console', domain.console, 'pv'),
    ...readPlaces(reading, pointer, domain, pools),
    ...readLimits(reading, pointer, domain),
  }
}

/** Which CPUs and which part of the cache the domain has. */
function readPlaces(reading: Reading, pointer: string, domain: ManifestDom0less | ManifestXl, pools: Declared) {
  const { cpupool, 'llc-colors': colors } = domain
  const known = cpupool !== undefined && isDeclared(reading, atValue(`${pointer}/cpupool`), cpupool, pools)
  return {
    ...given('cpupool', known ? cpupool : undefined),
    ...given('llc-colors', colors === undefined ? undefined : readColors(colors)),
  }
}

/** What is absent stays absent: Xen's own default depends on the host. A size that cannot be read was reported. */
function readScalars(reading: Reading, pointer: string, domain: ScalarValues<number | string>): ScalarValues<Bytes> {
  const values = guestScalars().flatMap(([key, { unit }]) => {
    const value = domain[key]
    if (value === undefined) reading.defaulted.add(member(pointer, key))
    const isSize = unit === 'MiB' && (typeof value === 'number' || typeof value === 'string')
    const read = isSize ? readSize(reading, member(pointer, key), value) : value
    return read === undefined ? [] : [[key, read] as const]
  })
  return Object.fromEntries(values)
}

function readLimits(reading: Reading, pointer: string, domain: ManifestDom0less | ManifestXl) {
  const tree = domain['device-tree']
  const partial = tree === undefined ? undefined : readFile(reading, `${pointer}/device-tree`, tree)
  const extra = orDefault(reading, pointer, 'extra-xl', domain['extra-xl'], {})
  return {
    ...readScalars(reading, pointer, domain),
    ...given('device-tree', partial),
    ...given('hard-affinity', readAffinity(`${pointer}/hard-affinity`, domain['hard-affinity'])),
    'extra-xl': readExtraXl(reading, `${pointer}/extra-xl`, extra),
  }
}

function readAffinity(parent: string, affinity: HardAffinity | undefined): readonly VcpuAffinity[] | undefined {
  const entries = affinity && Object.entries(affinity)
  return entries?.map(([vcpu, cpus]) => ({ pointer: member(parent, vcpu), vcpu: Number(vcpu), cpus }))
}

/** REF-001 for every dom0 behind the first, which is left out; REF-002 for domains that nobody would create. */
function withOneDom0(reading: Reading, domains: readonly Domain[]): readonly Domain[] {
  const [first, ...others] = domains.filter(({ boot }) => boot === 'dom0')
  if (!first)
    for (const { pointer, name } of domains.filter(({ boot }) => boot === 'xl'))
      reading.report('REF-002', {
        at: atValue(`${pointer}/boot`),
        message: `'${name}' is created by dom0, but there is no dom0`,
        help: "add a domain with 'boot: dom0', or set 'boot: dom0less'",
      })
  for (const { pointer, name } of others)
    reading.report('REF-001', {
      at: atValue(`${pointer}/boot`),
      message: `'${name}' is a second dom0`,
      help: "set 'boot: dom0less' or 'boot: xl'",
      related: [{ at: atKey(first?.pointer ?? ''), message: `'${first?.name}' is dom0` }],
    })
  return domains.filter((domain) => !others.includes(domain))
}
