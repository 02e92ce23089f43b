/** `npm run boot`: an example on a machine that QEMU plays, with real images, its serial line in this terminal. */
import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { parse } from 'yaml'
import { dom0Pieces } from '../debian/dom0-pieces.ts'
import { type BootPieces, bootPieces, type DebianRelease, xenReleases } from '../debian/fetch.ts'
import { builtXen, builtXens } from '../debian/xen-build.ts'
import { makeMedium } from './disk.ts'
import { boardTree, machineArguments, plainMachine } from './machine.ts'
import { dom0Shell, guestShell } from './shell-initramfs.ts'
import { type BuiltSystem, buildSystem, inScratch } from './system.ts'
import { type BootMedium, writeFlash } from './uboot-env.ts'

/** The part of an example's manifest that says what there is to make. */
interface Example {
  readonly xen: { readonly release: string }
  readonly boot: { readonly load: { readonly from: BootMedium } }
  readonly domains: Readonly<Record<string, ExampleDomain>>
  readonly 'shared-memory'?: object
}

interface ExampleDomain {
  readonly boot: 'dom0' | 'dom0less' | 'xl'
  readonly kernel: { readonly image: string }
  readonly ramdisk: string
  readonly 'files-at'?: string
}

type Inputs = Readonly<Record<string, string | Uint8Array>>

/** Boots the example in `folder` until the person leaves QEMU. Gives QEMU's exit status. `say` prints a line. */
export async function bootExample(folder: string, say: (line: string) => void): Promise<number> {
  const manifest = readFileSync(join(folder, `${basename(folder)}.yaml`), 'utf8')
  const example = parse(manifest) as Example
  const { release, debian, xen } = await xenFor(example, say)
  say(`Fetching Linux, Xen ${release} and busybox for arm64 from Debian ${debian}, unless they are in the cache`)
  const pieces = await bootPieces(debian)
  return inScratch(async (scratch) => {
    const given = manifest.replace(`"${example.xen.release}"`, `"${release}"`)
    const { files } = await buildWithRealImages(given, example, { ...pieces, xen: xen ?? pieces.xen }, debian, scratch)
    const flash = join(scratch, 'flash.img')
    const medium = example.boot.load.from
    writeFlash(flash, medium)
    const media = await makeMedium(medium, files, scratch)
    for (const line of instructions(example)) say(line)
    return runQemu([...media, '-drive', `if=pflash,index=1,format=raw,file=${flash},readonly=on`])
  })
}

interface ExampleXen {
  readonly release: string
  /** Whose Linux and busybox. */
  readonly debian: DebianRelease
  /** Absent: Debian's own. */
  readonly xen?: string
}

/**
 * Debian's Xen is built without shared memory: a system that has some gets one of the same source. Where the archive has lost that of the
 * example's release, another one will do, which is said.
 */
async function xenFor({ xen, 'shared-memory': shared }: Example, say: (line: string) => void): Promise<ExampleXen> {
  if (!shared) return { release: xen.release, debian: debianWith(xen.release) }
  say('Building Xen with static shared memory, unless it is in the cache')
  const releases = builtXens.toSorted((a, b) => Number(b === xen.release) - Number(a === xen.release))
  const failures: unknown[] = []
  for (const release of releases) {
    try {
      return { release, debian: 'trixie', xen: (await builtXen(release)).xen }
    } catch (error) {
      say(`Xen ${release} cannot be built: ${error instanceof Error ? error.message : error}`)
      failures.push(error)
    }
  }
  throw new AggregateError(failures, 'no release of Xen can be built')
}

function debianWith(release: string): DebianRelease {
  const found = (['bookworm', 'trixie'] as const).find((debian) => xenReleases[debian] === release)
  if (found === undefined) throw new Error(`no Debian release here has Xen ${release}`)
  return found
}

/** Guests first: what dom0 holds of them, their configurations included, is in its ramdisk. */
async function buildWithRealImages(
  manifest: string,
  { domains }: Example,
  pieces: BootPieces,
  debian: DebianRelease,
  scratch: string,
): Promise<BuiltSystem> {
  const all = Object.entries(domains)
  const guests = all.filter(([, { boot }]) => boot !== 'dom0')
  const ramdisks = guests.map(([name, { ramdisk }]) => {
    const isShared = guests.some(([other, theirs]) => other !== name && theirs.ramdisk === ramdisk)
    return [ramdisk, guestShell(isShared ? 'guest' : name, pieces.busybox)] as const
  })
  const inputs = {
    'board.dtb': await boardTree(plainMachine, scratch),
    xen: pieces.xen,
    ...Object.fromEntries(ramdisks),
  }
  const [, dom0] = all.find(([, { boot }]) => boot === 'dom0') ?? []
  const withKernels = (image: string): Inputs => ({
    ...inputs,
    ...Object.fromEntries(all.map(([, { kernel }]) => [kernel.image, image])),
  })
  if (!dom0) return buildSystem({ manifest, inputs: withKernels(pieces.image) }, scratch)
  const tools = await dom0Pieces(debian)
  const inDom0 = (name: string): string => `${dom0['files-at'] ?? '/boot/guests'}/${name}`
  const hints = hintsFor(guests, inDom0)
  const dom0Inputs = (files: ReadonlyMap<string, Uint8Array>): Inputs => ({
    ...withKernels(tools.image),
    [dom0.ramdisk]: dom0Shell(pieces.busybox, tools, pieces.xenRelease, { files, hints }),
  })
  mkdirSync(join(scratch, 'first'))
  await buildSystem({ manifest, inputs: dom0Inputs(new Map()) }, join(scratch, 'first'))
  const configurations = guests.map(([name]) => {
    const file = join(scratch, 'first/system/out/domains', name, `${name}.cfg`)
    return [inDom0(`${name}.cfg`), readFileSync(file)] as const
  })
  const images = guests.map(([, { kernel }]) => [inDom0(kernel.image), readFileSync(tools.image)] as const)
  const files = new Map<string, Uint8Array>([
    ...configurations,
    ...images,
    ...ramdisks.map(([name, data]) => [inDom0(name), data] as const),
  ])
  return buildSystem({ manifest, inputs: dom0Inputs(files) }, scratch)
}

function hintsFor(guests: readonly (readonly [string, ExampleDomain])[], inDom0: (name: string) => string): string[] {
  const create = (name: string): string => `  xl create -c ${inDom0(`${name}.cfg`)}`
  const first = guests.filter(([, { boot }]) => boot === 'xl').map(([name]) => create(name))
  const again = guests.filter(([, { boot }]) => boot === 'dom0less').map(([name]) => create(name))
  return [
    'The domains: xl list',
    ...(first.length > 0 ? ['One that is not there yet, with its console (which Ctrl-] leaves):', ...first] : []),
    ...(again.length > 0 ? ['One that Xen has started, after xl destroy and its id:', ...again] : []),
  ]
}

/** In the order in which Xen hands its input round. */
function instructions({ domains }: Example): string[] {
  const atBoot = Object.entries(domains).filter(([, { boot }]) => boot !== 'xl')
  const names = atBoot.toSorted(([, a], [, b]) => Number(b.boot === 'dom0') - Number(a.boot === 'dom0'))
  const round = [...names.map(([name]) => name), 'Xen']
  return [
    '',
    'Keys:  Ctrl-A three times   what you type goes to the next one:',
    `                            ${round.join(', ')}, and round again; Xen says who it is`,
    '       Ctrl-T, then x       leave QEMU',
    'A domain that has no input is seen too, line by line, with its number in front. In Xen, h lists the debug keys.',
    '',
  ]
}

/** Ctrl-C belongs to the guests; QEMU's own escape key would be Ctrl-A, which is Xen's. */
const terminal = ['-chardev', 'stdio,id=terminal,mux=on,signal=off', '-serial', 'chardev:terminal', '-echr', '0x14']

function runQemu(media: readonly string[]): Promise<number> {
  const all = [...machineArguments(plainMachine), ...media, ...terminal]
  const child = spawn('qemu-system-aarch64', all, { stdio: 'inherit' })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (status) => resolve(status ?? 1))
  })
}
