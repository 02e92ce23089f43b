import { execFile } from 'node:child_process'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { debianSources, printSources, sourcePlaces } from './apt-sources.ts'
import { downloadPackages } from './package-download.ts'
import { type Apt, SourceSearch, type SourceTarball, type WantedSource } from './source-search.ts'

const run = promisify(execFile)

/** Package lists of one release and architecture, apart from the machine's own: nothing is installed, no source added. */
export interface AptRoot {
  /** Names of all packages that start with `prefix`. */
  packageNames(prefix: string): Promise<string[]>
  /** What `name` depends on directly, in the order of its control file. */
  dependencies(name: string): Promise<string[]>
  /** Downloads and verifies packages. Gives the .deb files in the order of `names`. */
  download(names: readonly string[]): Promise<string[]>
  /**
   * Downloads and verifies the upstream tarball of a source package: from the first suite of `releases`, with their pockets, that has it.
   * Throws with what each place answered when none has.
   */
  downloadSource(wanted: WantedSource, releases: readonly string[]): Promise<SourceTarball>
}

/**
 * Makes a private apt root in the empty `directory` and reads the archive's package lists.
 * The machine's proxies, credentials and keys stay in force, since only lists, sources and state are replaced.
 */
export async function openAptRoot(directory: string, release: string, architecture: string): Promise<AptRoot> {
  const config = writeConfiguration(directory, release, architecture)
  const apt: Apt = async (command, ...args) => {
    const environment = { ...process.env, APT_CONFIG: config, LC_ALL: 'C' }
    const { stdout } = await run(command, args, { cwd: directory, env: environment, maxBuffer: 1 << 26 })
    return stdout
  }
  await apt('apt-get', 'update', '-qq', '-o', 'Acquire::Retries=3')
  return {
    packageNames: async (prefix) =>
      (await apt('apt-cache', 'pkgnames', prefix)).split('\n').filter((name) => name !== ''),
    dependencies: async (name) => {
      const lines = await apt('apt-cache', 'depends', '--no-recommends', '--no-suggests', name)
      return [...lines.matchAll(/^\s*\|?Depends: (\S+)/gm)].map(([, dependency = '']) => dependency)
    },
    download: async (names) => {
      await downloadPackages(apt, names)
      return debFiles(directory, names)
    },
    downloadSource: (wanted, releases) =>
      new SourceSearch(directory, apt).find(
        wanted,
        releases.flatMap((release) => sourcePlaces(debianSources(release), release)),
      ),
  }
}

function writeConfiguration(directory: string, release: string, architecture: string): string {
  for (const folder of ['lists/partial', 'cache/archives/partial', 'sources.list.d', 'preferences.d'])
    mkdirSync(join(directory, folder), { recursive: true })
  writeFileSync(join(directory, 'sources.list.d', 'debian.sources'), printSources(debianSources(release), architecture))
  writeFileSync(join(directory, 'status'), '')
  const config = join(directory, 'apt.conf')
  const settings: Record<string, string> = {
    'Dir::Etc::sourcelist': '/dev/null',
    'Dir::Etc::sourceparts': join(directory, 'sources.list.d'),
    'Dir::Etc::preferences': '/dev/null',
    'Dir::Etc::preferencesparts': join(directory, 'preferences.d'),
    'Dir::State': directory,
    'Dir::State::status': join(directory, 'status'),
    'Dir::State::lists': join(directory, 'lists'),
    'Dir::Cache': join(directory, 'cache'),
    'APT::Architecture': architecture,
    'APT::Sandbox::User': 'root',
    'Acquire::Languages': 'none',
  }
  const lines = Object.entries(settings).map(([name, value]) => `${name} "${value}";`)
  writeFileSync(config, [...lines, `APT::Architectures { "${architecture}"; };`, ''].join('\n'))
  return config
}

function debFiles(directory: string, names: readonly string[]): string[] {
  const files = readdirSync(directory)
  return names.map((name) => {
    const file = files.find((candidate) => candidate.startsWith(`${name}_`) && candidate.endsWith('.deb'))
    if (file === undefined) throw new Error(`apt-get download left no file for ${name}`)
    return join(directory, file)
  })
}

/** Unpacks the members of a package that match one of the tar wildcard patterns (`./boot/vmlinuz-*`) into `directory`. */
export async function unpack(deb: string, directory: string, patterns: readonly string[]): Promise<void> {
  mkdirSync(directory, { recursive: true })
  const script =
    'deb=$1 directory=$2; shift 2; dpkg-deb --fsys-tarfile "$deb" | tar -x -C "$directory" --wildcards "$@"'
  await run('sh', ['-c', script, 'unpack', deb, directory, ...patterns])
}
