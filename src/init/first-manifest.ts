/** The text of a first manifest: what the board's tree says as comments, and a small system that builds on it as it is. */
import { indexTree } from '../devicetree/readings/tree-index.ts'
import { memoryExample } from '../facts/platform-memory.ts'
import { formatRange, formatSize } from '../units/format.ts'
import type { Release } from '../xen/releases.ts'
import { domainLines, type Template } from './domains.ts'
import type { OfferedDevice } from './offered-device.ts'
import { firstSizes, inManifest } from './sizes.ts'
import type { Survey, SurveyedConsole, SurveyedMedium } from './survey.ts'

export interface FirstManifest {
  readonly survey: Survey
  /** The board's tree, as the manifest will name it. */
  readonly treePath: string
  readonly template: Template
  readonly release: Release
}

/** YAML that ends with a line feed; what it says of the board is in comments, beside the keys that it is about. */
export function firstManifest({ survey, treePath, template, release }: FirstManifest): string {
  const sizes = firstSizes(survey.board)
  const lines = [
    '# yaml-language-server: $schema=editor.schema.json',
    '# For completion in an editor: domforge schema editor > editor.schema.json. What a key means: domforge explain /xen/release FILE.',
    ...aboutBoard(survey),
    'api-version: domforge/v1',
    `name: ${quoted(nameOf(survey))}`,
    '',
    'platform:',
    `  device-tree: ${quoted(treePath)}`,
    ...aboutMemory(survey),
    '',
    'xen:',
    `  release: "${release}" # of the Xen that you have, in quotes`,
    '  # The files need not exist yet: room is reserved for their sizes.',
    `  image: { file: xen, size: ${inManifest(sizes.xen)} }`,
    '  # config: xen.config # the .config that it was built with: more can be checked then',
    ...consoleLines(survey.console, release),
    '',
    'boot:',
    ...mediumLines(survey.medium),
    '',
    ...domainLines(template, sizes, passthroughLine(survey.device)),
  ]
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`
}

/** As YAML reads it back, whatever is in it: a JSON string where it is more than plain letters. */
const quoted = (text: string): string =>
  /^[A-Za-z./][\w./+=@-]*(?: [\w./+=@-]+)*$/.test(text) && !/^(?:y|n|yes|no|on|off|true|false|null)$/i.test(text)
    ? text
    : JSON.stringify(text)

/** For comments: a tree's strings may hold anything, line breaks too. */
const readable = (text: string): string => text.replace(/[^\x20-\x7e]/g, '?').slice(0, 100)

function nameOf({ compatible, board }: Survey): string {
  const words = (compatible.split(',').at(-1) ?? '').replace(/[^\w.-]/g, '')
  return words.slice(0, 100) || readable(board.model).trim() || 'board'
}

function aboutBoard({ board }: Survey): readonly string[] {
  const { model, cpus, gic } = board
  return [
    '#',
    `# Board: ${readable(model) || 'its tree does not name it'}`,
    `# CPUs: ${coresOf(cpus)}`,
    gic
      ? `# Interrupt controller: GIC${gic.version}, ${gic.path}`
      : '# Interrupt controller: none that Xen drives: Xen does not start here',
  ]
}

/** `4 arm,cortex-a53, 2 arm,cortex-a72`, in the order of the tree. */
function coresOf(cpus: Survey['board']['cpus']): string {
  const counts = new Map<string, number>()
  for (const { compatible } of cpus) {
    const core = readable(compatible[0] ?? 'unknown')
    counts.set(core, (counts.get(core) ?? 0) + 1)
  }
  const kinds = [...counts].map(([core, count]) => `${count} ${core}`).join(', ')
  return counts.size > 1
    ? `${kinds}; Xen starts only those like the one it boots on (hmp-unsafe=true: all)`
    : kinds || 'none'
}

function passthroughLine(device: OfferedDevice | undefined): string {
  const entry = device ? `${device.name}: { path: ${JSON.stringify(device.path)} }` : 'name: { path: … }'
  return `    # passthrough: { ${entry} } # a device for this guest alone: domforge devices lists them`
}

/** Lists are cut: a board may reserve a hundred ranges. */
const MOST = 8

function listed(items: readonly string[]): readonly string[] {
  const more = items.length > MOST ? [`  #   and ${items.length - MOST} more: domforge plan FILE lists all`] : []
  return [...items.slice(0, MOST).map((item) => `  #   ${item}`), ...more]
}

function aboutMemory({ board: { tree, ram, owned } }: Survey): readonly string[] {
  if (ram.length === 0)
    return [
      '  # The tree leaves the RAM to the firmware. Say what the board has, each bank by a name, or name the tree that runs on it:',
      `  # ${memoryExample(indexTree(tree.root))}`,
    ]
  const taken = owned.map(({ range, owner }) => `${formatRange(range)} ${readable(owner)}`)
  return [
    '  # RAM that the tree lists:',
    ...listed(ram.map((bank) => `${formatRange(bank)} ${formatSize(bank.size)}`)),
    ...(taken.length > 0 ? ['  # Reserved already, and kept free:', ...listed(taken)] : []),
    '  # What firmware uses besides, such as OP-TEE:',
    '  # reserved: { secure: { start: 0x7e00_0000, size: 32MiB } }',
  ]
}

function consoleLines(console: SurveyedConsole, release: Release): readonly string[] {
  if (console.kind === 'not said')
    return [
      '  # The tree does not say which serial port is the console. Without one Xen is silent; ports that it drives:',
      ...listed(console.candidates.map((name) => `bootargs: console=dtuart dtuart=${readable(name)}`)),
      '  bootargs: console=none',
    ]
  const words = quoted(`console=dtuart dtuart=${console.name}`)
  if (console.kind === 'driven') return [`  bootargs: ${words} # ${readable(console.device)}`]
  return [
    `  # Xen ${release} has no driver for ${readable(console.device)}, the console, and is silent there.`,
    `  bootargs: ${words}`,
  ]
}

function mediumLines({ kind, networks, cards, card }: SurveyedMedium): readonly string[] {
  const ways = {
    network: '{ from: tftp }',
    card: `{ from: sd, device: "${card.toString(16)}:1" }`,
    virtio: '{ from: virtio, device: "0:1" }',
    'not known': '{ from: tftp }',
  }
  const network = networks.map((path) => `load: ${ways.network} # ${readable(path)}`)
  const sd = cards.map((path, index) => `load: ${index === 0 ? ways.card : '{ from: sd, … }'} # ${readable(path)}`)
  const found = [...network, ...sd]
  const about =
    found.length > 0
      ? ['  # How U-Boot gets the files; what the board has:', ...listed(found)]
      : ['  # How U-Boot gets the files: from tftp, sd, usb, scsi, virtio, …']
  return [...about, `  load: ${ways[kind]}`]
}
