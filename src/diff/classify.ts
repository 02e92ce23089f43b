/** What a place in `plan.json` is about, and whether the guests notice when it changes. */

export const TOPICS = ['reach', 'ids', 'ports', 'interrupts', 'memory', 'devices', 'domains', 'files', 'host'] as const

export type Topic = (typeof TOPICS)[number]

export interface Classified {
  readonly topic: Topic
  /** For people: `port of sensor for 'samples-kick'`. */
  readonly what: string
  /** Software in guests, or in dom0, works with it: it has to be built or told anew when it changes. */
  readonly isSeen: boolean
}

interface Row {
  /** `*` is any one name; after the last part anything may follow. */
  readonly at: string
  readonly topic: Topic
  readonly isSeen: boolean
  readonly what: (name: string, other: string) => string
}

/** The first that fits counts. */
const ROWS: readonly Row[] = [
  row('domains/*/reaches/*', 'reach', true, (from, to) => `${from} reaches ${to}`),
  row('domains/*/id', 'ids', true, (name) => `id of ${name}`),
  row('domains/*/memory', 'memory', true, (name) => `size of the RAM of ${name}`),
  row('domains/*/ram', 'memory', true, (name) => `RAM in ${name}`),
  row('domains/*/staticMem', 'memory', false, (name) => `static memory of ${name} on the host`),
  ...Object.entries({
    affinity: 'affinity',
    cpupool: 'cpupool',
    colors: 'colours',
    kernel: 'kernel',
    ramdisk: 'ramdisk',
    partialTree: 'partial device tree',
    lifecycle: 'lifecycle',
  }).map(([key, what]) => row(`domains/*/${key}`, 'domains', false, (name) => `${what} of ${name}`)),
  row('domains/*/notRecreatable', 'domains', false, (name) => `why xl cannot create ${name} again`),
  row('regions/*/id', 'ids', true, (name) => `id of shared memory '${name}'`),
  row('regions/*/host', 'memory', false, (name) => `shared memory '${name}' on the host`),
  row('regions/*/access/*/guest', 'memory', true, (name, domain) => `shared memory '${name}' in ${domain}`),
  row('regions/*/access/*', 'memory', true, (name, domain) => `shared memory '${name}' in ${domain}`),
  row('regions/*', 'memory', true, (name) => `shared memory '${name}'`),
  row('channels/*/ends/*/port', 'ports', true, (name, domain) => `port of ${domain} for '${name}'`),
  row('channels/*', 'ports', true, (name) => `event channel '${name}'`),
  row('argo/*/port', 'ports', true, (name) => `Argo port of '${name}'`),
  row('argo/*', 'ports', true, (name) => `link '${name}' with Argo`),
  row('virtio/*/interrupt', 'interrupts', true, (name) => `interrupt of '${name}'`),
  row('virtio/*', 'devices', true, (name) => `virtio device '${name}'`),
  row('domains/*', 'domains', true, (name) => `domain ${name}`),
  row('xenBootargs', 'host', false, () => "Xen's arguments"),
  row('boot/load/from', 'files', false, () => 'boot medium'),
  row('boot/load', 'files', false, () => 'boot medium'),
  row('boot/command', 'host', false, () => 'command that starts Xen'),
  row('boot/deviceTree', 'host', false, () => "who completes Xen's device tree"),
  row('boot/treeFrom', 'host', false, () => "variable with the address of the board's tree"),
  row('boot/extraCommands', 'host', false, () => "commands of the manifest in U-Boot's script"),
  row('boot/fpga', 'host', false, () => 'FPGA that is configured'),
  row('load/*/load/from', 'files', false, (id) => `medium of ${id}`),
  row('load/*/load', 'files', false, (id) => `medium of ${id}`),
  row('load/*/room', 'files', false, (id) => `place of ${id}`),
  row('load/*/usedBy', 'files', false, (id) => `users of ${id}`),
  row('load/*', 'files', false, (id) => `file ${id}`),
]

function row(at: string, topic: Topic, isSeen: boolean, what: Row['what']): Row {
  return { at, topic, isSeen, what }
}

/** Names that the row does not say stand behind what it says. */
export function classify(path: readonly string[]): Classified {
  for (const { at, topic, isSeen, what } of ROWS) {
    const parts = at.split('/')
    if (path.length < parts.length || !parts.every((part, i) => part === '*' || part === path[i])) continue
    const [name = '', other = ''] = path.filter((_, i) => parts[i] === '*')
    const rest = path.slice(parts.length).join(' ')
    const isInterrupt = topic === 'domains' && /interrupt/i.test(rest)
    return {
      topic: isInterrupt ? 'interrupts' : topic,
      isSeen,
      what: rest ? `${what(name, other)}: ${rest}` : what(name, other),
    }
  }
  return { topic: 'host', isSeen: false, what: path.join(' ') }
}

const ENTITIES: Readonly<Record<string, string>> = {
  domains: 'domain',
  regions: 'shared memory',
  channels: 'event channel',
  argo: 'link with Argo',
  virtio: 'virtio device',
  load: 'file',
}

/** The thing that `path` says something of: `domain 'sensor'`, or a domain's lifecycle; `undefined`: the system or the host. */
export function entityAt(path: readonly string[]): string | undefined {
  const [section = '', name] = path
  const kind = ENTITIES[section]
  if (kind === undefined || name === undefined) return undefined
  return isOfLifecycle(path) ? `lifecycle of ${name}` : `${kind} '${name}'`
}

/** Whether `path` says something of a domain's lifecycle, which is there or not as a whole. */
export const isOfLifecycle = ([section, , part]: readonly string[]): boolean =>
  section === 'domains' && part === 'lifecycle'
