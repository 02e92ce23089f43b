/** `npm run boot -- examples/<name>`: boots an example in this terminal, with real images. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('../', import.meta.url))
const folder = resolve(process.argv[2] ?? '')
if (process.argv.length !== 3 || !isBootable(folder)) refuse(usage())
const missing = ['qemu-system-aarch64', 'dtc', 'mcopy'].filter((tool) => spawnSync('which', [tool]).status !== 0)
if (missing.length > 0) refuse(`${missing.join(', ')} not found: npm run setup installs what a boot needs`)

const { bootExample } = await harness()
process.exitCode = await bootExample(folder, console.log).catch((error) => refuse(error.message))

/** The tests' harness, which is TypeScript, as a bundle. The bundle is as deep below the root as the sources, which find files relative to themselves. */
async function harness() {
  const outfile = join(root, '.cache/scripts/boot.mjs')
  mkdirSync(join(root, '.cache/scripts'), { recursive: true })
  await build({
    absWorkingDir: root,
    entryPoints: ['test/boot/interactive.ts'],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    logLevel: 'warning',
  })
  return import(pathToFileURL(outfile).href)
}

/** Whether QEMU can boot an example. Those that extend other manifests are for boards that QEMU does not have. */
function isBootable(example) {
  const manifest = join(example, `${basename(example)}.yaml`)
  return existsSync(manifest) && !/^extends:/m.test(readFileSync(manifest, 'utf8'))
}

function usage() {
  const names = readdirSync(join(root, 'examples')).filter((name) => isBootable(join(root, 'examples', name)))
  return `usage: npm run boot -- FOLDER\nthere are: ${names.map((name) => `examples/${name}`).join(', ')}`
}

function refuse(message) {
  console.error(message)
  process.exit(1)
}
