import { execFile } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { cacheDirectory } from './cache.ts'
import { type DebianRelease, fetchFromDebian } from './fetch.ts'

const run = promisify(execFile)

/** Releases of Xen that Debian has the sources of, and the Debian release that has them. */
export type BuiltXenRelease = '4.17' | '4.20'

const sources: Readonly<Record<BuiltXenRelease, DebianRelease>> = { '4.17': 'bookworm', '4.20': 'trixie' }

/** A Xen that was built here. */
export interface BuiltXen {
  readonly release: BuiltXenRelease
  /** The binary as `booti` takes it. */
  readonly xen: string
  /** The `.config` that it was built with. */
  readonly config: string
}

/** What Debian leaves out. The defconfig of a release build has no DEBUG, without which the null scheduler needs UNSUPPORTED. */
const options: Readonly<Record<BuiltXenRelease, readonly string[]>> = {
  '4.17': [],
  '4.20': ['DOM0LESS_BOOT', 'STATIC_EVTCHN', 'LLC_COLORING'],
}

const commonOptions = [
  'EXPERT',
  'UNSUPPORTED',
  'STATIC_MEMORY',
  'STATIC_SHM',
  'BOOT_TIME_CPUPOOLS',
  'IOREQ_SERVER',
  'ARGO',
  'SCHED_NULL',
]

/** The Kconfig symbols that the build of `release` has on, without `CONFIG_`. Static event channels have no symbol in 4.17. */
export const wantedOptions = (release: BuiltXenRelease): readonly string[] => [...commonOptions, ...options[release]]

/** The archive's index lists a source package whose files the archive does not have: no fault of ours, and nothing that we could mend. */
export class SourceNotInArchive extends Error {}

/** What apt says of a file that the archive answers with "not found". */
const NOT_FOUND = /Failed to fetch \S*orig\.tar\S* +404 /

/** The releases that can be built today; why others cannot is said on standard error. At least one can. */
export async function buildableXens(): Promise<readonly BuiltXenRelease[]> {
  const releases: BuiltXenRelease[] = []
  for (const release of Object.keys(sources) as BuiltXenRelease[]) {
    const why = await whyNotBuildable(release)
    if (why === undefined) releases.push(release)
    else process.stderr.write(`Xen ${release} is not built, and not booted: ${why}\n`)
  }
  if (releases.length === 0) throw new Error('no release of Xen can be built')
  return releases
}

/** How long an archive's answer is taken for its last word. */
const HOUR = 3_600_000

/** What the archive lacks, or `undefined`. Everything else that goes wrong is thrown. */
async function whyNotBuildable(release: BuiltXenRelease): Promise<string | undefined> {
  const note = join(cacheDirectory(), `debian/xen-build/${release}.missing`)
  if (existsSync(note) && Date.now() - statSync(note).mtimeMs < HOUR) return readFileSync(note, 'utf8')
  try {
    await builtXen(release)
    return undefined
  } catch (error) {
    if (!(error instanceof SourceNotInArchive)) throw error
    writeFileSync(note, error.message)
    return error.message
  }
}

/**
 * Xen for arm64, as a release build from the source package of Debian's main suite: upstream's tarball, without Debian's patches.
 * Built on first use, which takes 15 to 60 s; kept by release and configuration, safe between processes. Throws `SourceNotInArchive` where
 * there is nothing to build it from.
 */
export async function builtXen(release: BuiltXenRelease): Promise<BuiltXen> {
  const config = defconfig(release)
  const recipe = `1\n${config}`
  const directory = await fetchFromDebian(
    `xen-build/${release}`,
    sources[release],
    recipe,
    async (apt, scratch, into) => {
      const { tarball, version } = await apt.downloadSource('xen').catch((error: unknown) => {
        const said = error instanceof Error ? error.message : ''
        const missing = NOT_FOUND.exec(said)
        throw missing ? new SourceNotInArchive(`${release} in ${sources[release]}: ${missing[0]}`) : error
      })
      if (!version.startsWith(`${release}.`)) throw new Error(`Debian's Xen is ${version}, not ${release}`)
      await run('tar', ['-x', '--strip-components=1', '-C', scratch, '-f', tarball])
      await build(join(scratch, 'xen'), config)
      copyFileSync(join(scratch, 'xen/xen'), join(into, 'xen'))
      copyFileSync(join(scratch, 'xen/.config'), join(into, 'xen.config'))
      writeFileSync(join(into, 'version'), version)
    },
  )
  return { release, xen: join(directory, 'xen'), config: join(directory, 'xen.config') }
}

function defconfig(release: BuiltXenRelease): string {
  const on = wantedOptions(release).map((name) => `CONFIG_${name}=y\n`)
  return `# CONFIG_DEBUG is not set\n${on.join('')}`
}

async function build(folder: string, config: string): Promise<void> {
  const name = 'domforge_defconfig'
  mkdirSync(join(folder, 'arch/arm/configs'), { recursive: true })
  writeFileSync(join(folder, 'arch/arm/configs', name), config)
  const make = (...targets: string[]) =>
    run('make', ['-C', folder, 'XEN_TARGET_ARCH=arm64', 'CROSS_COMPILE=aarch64-linux-gnu-', ...targets], {
      env: { ...process.env, MAKEFLAGS: '' },
      maxBuffer: 1 << 26,
    })
  await make(name)
  await make(`-j${availableParallelism()}`)
  const made = readFileSync(join(folder, '.config'), 'utf8')
  const lost = config.split('\n').filter((line) => line.endsWith('=y') && !made.includes(`${line}\n`))
  if (lost.length > 0) throw new Error(`this Xen does not know ${lost.join(', ')}`)
}
