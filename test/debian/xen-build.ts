import { execFile } from 'node:child_process'
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type DebianRelease, fetchFromDebian } from './fetch.ts'

const run = promisify(execFile)

/** Releases of Xen that are built from Debian's sources and booted, the oldest first. */
export const builtXens = ['4.17', '4.20'] as const

export type BuiltXenRelease = (typeof builtXens)[number]

/** The Debian release that a release of Xen belongs to, and later ones that may still have it. */
const sources: Readonly<Record<BuiltXenRelease, readonly [DebianRelease, ...string[]]>> = {
  '4.17': ['bookworm'],
  '4.20': ['trixie', 'forky', 'sid'],
}

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

/**
 * Xen for arm64, as a release build from Debian's source package: upstream's tarball, without Debian's patches. Built on first use, which
 * takes 15 to 60 s; kept by release and configuration, safe between processes. Throws with the step that failed; nothing is kept of a
 * failure.
 */
export async function builtXen(release: BuiltXenRelease): Promise<BuiltXen> {
  const config = defconfig(release)
  const recipe = `1\n${config}`
  const directory = await fetchFromDebian(
    `xen-build/${release}`,
    sources[release][0],
    recipe,
    async (apt, scratch, into) => {
      const { tarball, version } = await apt.downloadSource({ name: 'xen', prefix: `${release}.` }, sources[release])
      await run('tar', ['-x', '--strip-components=1', '-C', scratch, '-f', tarball])
      await compile(join(scratch, 'xen'), config).catch((error: unknown) => {
        throw new Error(`compiling Xen ${version} failed`, { cause: error })
      })
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

async function compile(folder: string, config: string): Promise<void> {
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
