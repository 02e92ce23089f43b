/** The package as its users get it: packed from a copy of the sources, installed without a network. */
import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join, relative, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '../..')

/** What a clean checkout holds of what packing reads. */
const SOURCES = [
  ...['package.json', 'package-lock.json', 'LICENSE', 'README.md', 'CHANGELOG.md', 'CONTRIBUTING.md', 'SECURITY.md'],
  ...['bin', 'docs', 'examples', 'schemas', 'scripts', 'src', 'templates', 'yocto'],
]
const isMade = (path: string): boolean => /\.gen\.(js|d\.ts)$|^examples\/[^/]+\/out$/.test(relative(root, path))

/** A new empty folder that everybody may read. */
export function openFolder(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `domforge-${name}-`))
  chmodSync(folder, 0o755)
  return folder
}

/** Puts a clean checkout into `folder` and packs it there with the Node at `node`; gives the path of the package. */
export function pack(folder: string, node: string = process.execPath, umask = 0o022): string {
  for (const name of SOURCES)
    cpSync(join(root, name), join(folder, name), { recursive: true, filter: (path) => !isMade(path) })
  copyModules(folder)
  const command = `umask ${umask.toString(8)} && chmod -R u=rwX,go= bin docs README.md && npm pack --silent`
  npm(['sh', '-c', command], folder, { PATH: [dirname(node), process.env['PATH']].join(delimiter) })
  const packages = readdirSync(folder).filter((file) => file.endsWith('.tgz'))
  if (packages.length !== 1) throw new Error(`npm pack leaves [${packages.join(', ')}]`)
  return join(folder, packages[0] ?? '')
}

/** As `npm ci` would install them; links where the file system can, since they are large. */
function copyModules(folder: string): void {
  const copy = (flags: string): boolean =>
    spawnSync('cp', [flags, join(root, 'node_modules'), join(folder, 'node_modules')]).status === 0
  if (copy('-al')) return
  rmSync(join(folder, 'node_modules'), { recursive: true, force: true })
  if (!copy('-a')) throw new Error(`${root}/node_modules cannot be copied to ${folder}`)
}

/** Installs the package under `prefix` with an empty cache and no network; gives the path of the command. */
export function install(archive: string, prefix: string): string {
  npm(['npm', 'install', '--global', '--offline', '--prefix', prefix, archive], dirname(archive), {})
  const command = join(prefix, 'bin/domforge')
  if (!existsSync(command)) throw new Error(`npm install leaves no ${command}`)
  return command
}

function npm(words: readonly string[], cwd: string, env: Readonly<Record<string, string>>): void {
  const home = mkdtempSync(join(tmpdir(), 'domforge-home-'))
  const [command = '', ...rest] = words
  const { status, stdout, stderr, error } = spawnSync(command, rest, {
    cwd,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], HOME: home, npm_config_update_notifier: 'false', ...env },
  })
  rmSync(home, { recursive: true, force: true })
  if (status !== 0) throw new Error(`${words.join(' ')}: ${error ?? ''}${stdout}${stderr}`)
}
