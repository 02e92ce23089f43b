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
import { KEYS_OF_DEVICES } from '../xen/xl-keys.ts'
import type { NodeOwner } from './chosen-nodes.ts'
import { readColors } from './colors.ts'
import { type ModelContext, orDefault } from './context.ts'
import { readExtraProperties, readExtraXl } from './extras.ts'
import { readLifecycle } from './lifecycle/read.ts'
import { readLoad } from './load.ts'
import { checkName, checkNode } from './names.ts'
import { readPassthroughs } from './passthrough/read.ts'
import { readPv } from './pv.ts'
import { type Declared, isDeclared } from './references.ts'
import { readPages, readSize } from './sizes.ts'
import { readStaticMemory } from './static-memory.ts'
import type {
  Dom0,
  Dom0lessDomain,
  Domain,
  FileReference,
  Kernel,
  PartialTreeFiles,
  VcpuAffinity,
  XlDomain,
} from './system-model.ts'
import { readBootArguments, readFile, readFolder, readNeededFile } from './text.ts'

const PARENT = '/domains'

type ManifestDomain = ManifestDom0 | ManifestDom0less | ManifestXl

/** What a domain may name. */
interface Names {
  readonly domains: Declared
  readonly pools: Declared
}

/**
 * Every domain in document order, without those that cannot be represented, or whose node would be one of `otherNodes`. `undefined` when dom0 is one of them, or when
 * none is left: what follows would mislead.
 */
export function readDomains(
  context: ModelContext,
  domains: Manifest['domains'],
  pools: Declared,
  otherNodes: ReadonlyMap<string, NodeOwner>,
): readonly Domain[] | undefined {
  const readable: Domain[] = []
  let losesDom0 = false
  const named = { what: 'domain', declared: Object.keys(domains), pointer: PARENT }
  for (const [name, given] of Object.entries(domains)) {
    const domain = given && readDomain(context, name, given, { domains: named, pools }, otherNodes)
    if (domain) readable.push(domain)
    else losesDom0 ||= given?.boot === 'dom0'
  }
  return losesDom0 || readable.length === 0 ? undefined : withOneDom0(context, readable)
}

function readDomain(
  context: ModelContext,
  name: string,
  domain: ManifestDomain,
  names: Names,
  otherNodes: ReadonlyMap<string, NodeOwner>,
): Domain | undefined {
  const owner = domain.boot === 'dom0less' ? otherNodes.get(name) : undefined
  const named = checkName(context, PARENT, name, 'domain') && checkNode(context, PARENT, name, owner)
  const pointer = member(PARENT, name)
  const common = readCommon(context, pointer, domain)
  if (!named || !common) return undefined
  switch (domain.boot) {
    case 'dom0':
      return {
        pointer,
        name,
        ...common,
        boot: domain.boot,
        vcpus: orDefault(context, pointer, 'vcpus', domain.vcpus, 'all'),
        ...readOwnLoad(context, pointer, domain),
        'files-at': readFilesAt(context, pointer, domain),
      }
    case 'dom0less':
      return { pointer, name, ...common, ...readDom0less(context, pointer, domain, names) }
    case 'xl':
      return { pointer, name, ...common, ...readXl(context, pointer, domain, names) }
  }
}

function readCommon(context: ModelContext, pointer: string, domain: ManifestDomain) {
  const kernel = readKernel(context, `${pointer}/kernel`, domain.kernel)
  const ramdisk = domain.ramdisk === undefined ? undefined : readFile(context, `${pointer}/ramdisk`, domain.ramdisk)
  const memory = readPages(context, `${pointer}/memory`, domain.memory, 'memory')
  const os = orDefault(context, pointer, 'os', domain.os, 'linux')
  if (memory === undefined) return undefined
  return { kernel, ...(ramdisk ? { ramdisk } : {}), memory, ...given('sve', domain.sve), os }
}

/** What is absent stays absent. */
const given = <K extends string, V>(key: K, value: V | undefined): { readonly [P in K]?: V } =>
  value === undefined ? {} : ({ [key]: value } as { [P in K]: V })

function readKernel(context: ModelContext, pointer: string, kernel: ManifestDomain['kernel']): Kernel {
  const size = kernel.size === undefined ? undefined : { pointer: `${pointer}/size`, value: kernel.size }
  const image = readNeededFile(context, `${pointer}/image`, kernel.image, size)
  const config = kernel.config === undefined ? undefined : readFile(context, `${pointer}/config`, kernel.config)
  const given = orDefault(context, pointer, 'bootargs', kernel.bootargs, '')
  const bootargs = readBootArguments(context, `${pointer}/bootargs`, given)
  return { pointer, image, ...(config ? { config } : {}), bootargs }
}

const readOwnLoad = (context: ModelContext, pointer: string, { load }: ManifestDom0 | ManifestDom0less) =>
  load ? { load: readLoad(context, `${pointer}/load`, load) } : {}

const FILES_AT = '/boot/guests'

function readFilesAt(context: ModelContext, pointer: string, domain: ManifestDom0): Dom0['files-at'] {
  const given = orDefault(context, pointer, 'files-at', domain['files-at'], FILES_AT)
  return readFolder(context, `${pointer}/files-at`, given, FILES_AT)
}

type Own<D extends Domain> = Omit<D, 'pointer' | 'name' | 'kernel' | 'ramdisk' | 'memory' | 'sve' | 'os'>

function readDom0less(
  context: ModelContext,
  pointer: string,
  domain: ManifestDom0less,
  names: Names,
): Own<Dom0lessDomain> {
  const staticMem = domain['static-mem']
  const properties = orDefault(context, pointer, 'extra-properties', domain['extra-properties'], {})
  return {
    boot: domain.boot,
    vcpus: readVcpus(context, pointer, domain),
    ...readOwnLoad(context, pointer, domain),
    console: orDefault(context, pointer, 'console', domain.console, usualConsole(domain)),
    enhanced: orDefault(context, pointer, 'enhanced', domain.enhanced, 'disabled'),
    ...given('capabilities', domain.capabilities),
    ...(staticMem === undefined ? {} : { 'static-mem': readStaticMemory(context, `${pointer}/static-mem`, staticMem) }),
    'direct-map': orDefault(context, pointer, 'direct-map', domain['direct-map'], false),
    ...readPlaces(context, pointer, domain, names.pools),
    ...readLimits(context, pointer, domain),
    ...readLife(context, pointer, domain, names),
    ...readPv(context, pointer, domain, names.domains),
    'extra-properties': readExtraProperties(context, `${pointer}/extra-properties`, properties),
  }
}

const readVcpus = (context: ModelContext, pointer: string, { vcpus }: ManifestDom0less | ManifestXl): number =>
  orDefault(context, pointer, 'vcpus', vcpus, 1)

/** Xen emulates none for the hardware domain, which has Xen's own. */
const usualConsole = ({ capabilities }: ManifestDom0less): Dom0lessDomain['console'] =>
  capabilities?.includes('hardware') ? 'none' : 'vpl011'

function readXl(context: ModelContext, pointer: string, domain: ManifestXl, names: Names): Own<XlDomain> {
  return {
    boot: domain.boot,
    vcpus: readVcpus(context, pointer, domain),
    console: orDefault(context, pointer, 'console', domain.console, 'pv'),
    ...readPlaces(context, pointer, domain, names.pools),
    ...readLimits(context, pointer, domain),
    ...readLife(context, pointer, domain, names),
    ...readPv(context, pointer, domain, names.domains),
  }
}

const readLife = (context: ModelContext, pointer: string, { lifecycle }: ManifestDom0less | ManifestXl, names: Names) =>
  given('lifecycle', lifecycle && readLifecycle(context, `${pointer}/lifecycle`, lifecycle, names.domains))

/** Which CPUs and which part of the cache the domain has. */
function readPlaces(context: ModelContext, pointer: string, domain: ManifestDom0less | ManifestXl, pools: Declared) {
  const { cpupool, 'llc-colors': colors } = domain
  const known = cpupool !== undefined && isDeclared(context, atValue(`${pointer}/cpupool`), cpupool, pools)
  return {
    ...given('cpupool', known ? cpupool : undefined),
    ...given('llc-colors', colors === undefined ? undefined : readColors(colors)),
  }
}

/** What is absent stays absent: Xen's own default depends on the host. A size that cannot be read was reported. */
function readScalars(
  context: ModelContext,
  pointer: string,
  domain: ScalarValues<number | string>,
): ScalarValues<Bytes> {
  const values = guestScalars().flatMap(([key, { unit }]) => {
    const value = domain[key]
    if (value === undefined) context.defaulted.add(member(pointer, key))
    const isSize = unit === 'MiB' && (typeof value === 'number' || typeof value === 'string')
    const read = isSize ? readSize(context, member(pointer, key), value) : value
    return read === undefined ? [] : [[key, read] as const]
  })
  return Object.fromEntries(values)
}

function readLimits(context: ModelContext, pointer: string, domain: ManifestDom0less | ManifestXl) {
  const tree = domain['device-tree']
  const partial = tree === undefined ? undefined : readTreeFiles(context, `${pointer}/device-tree`, tree)
  const extra = orDefault(context, pointer, 'extra-xl', domain['extra-xl'], {})
  return {
    ...readScalars(context, pointer, domain),
    ...given('sci', domain.sci),
    ...given('device-tree', partial),
    passthrough: readPassthroughs(context, `${pointer}/passthrough`, domain.passthrough ?? {}),
    ...given('hard-affinity', readAffinity(`${pointer}/hard-affinity`, domain['hard-affinity'])),
    'extra-xl': readExtraXl(
      context,
      `${pointer}/extra-xl`,
      extra,
      domain.passthrough === undefined ? [] : KEYS_OF_DEVICES,
      `${pointer}/passthrough`,
    ),
  }
}

/** `undefined`: the tree itself can be no file. An overlay that can be none is left out. Both were reported. */
function readTreeFiles(
  context: ModelContext,
  pointer: string,
  written: string | readonly string[],
): PartialTreeFiles | undefined {
  if (typeof written === 'string') return withOverlays(readFile(context, pointer, written), [])
  const [base, ...overlays] = written.map((path, index) => readFile(context, member(pointer, index), path))
  return withOverlays(
    base,
    overlays.flatMap((overlay) => overlay ?? []),
  )
}

const withOverlays = (
  base: FileReference | undefined,
  overlays: readonly FileReference[],
): PartialTreeFiles | undefined => base && { ...base, overlays }

function readAffinity(parent: string, affinity: HardAffinity | undefined): readonly VcpuAffinity[] | undefined {
  const entries = affinity && Object.entries(affinity)
  return entries?.map(([vcpu, cpus]) => ({ pointer: member(parent, vcpu), vcpu: Number(vcpu), cpus }))
}

/** REF-001 for every dom0 after the first, which is left out; REF-002 for domains that nothing would create. */
function withOneDom0(context: ModelContext, domains: readonly Domain[]): readonly Domain[] {
  const [first, ...others] = domains.filter(({ boot }) => boot === 'dom0')
  if (!first)
    for (const { pointer, name } of domains.filter(({ boot }) => boot === 'xl'))
      context.report('REF-002', {
        at: atValue(`${pointer}/boot`),
        message: `'${name}' is created by dom0, but there is no dom0`,
        help: "add a domain with 'boot: dom0', or set 'boot: dom0less'",
      })
  for (const { pointer, name } of others)
    context.report('REF-001', {
      at: atValue(`${pointer}/boot`),
      message: `'${name}' is a second dom0`,
      help: "set 'boot: dom0less' or 'boot: xl'",
      related: [{ at: atKey(first?.pointer ?? ''), message: `'${first?.name}' is dom0` }],
    })
  return domains.filter((domain) => !others.includes(domain))
}
