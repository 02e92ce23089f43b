import { execFile } from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { openAptRoot, unpack } from './apt-root.ts'
import { type DebianRelease, fetchFromDebian, onlyDependency } from './fetch.ts'

const run = promisify(execFile)

/**
 * Options that the kernel's own compiler or its debug information would need: the module is compiled with the machine's compiler, and
 * nobody debugs it.
 */
const without = ['CONFIG_CC_HAS_MIN_FUNCTION_ALIGNMENT=', 'CONFIG_DEBUG_INFO_BTF_MODULES=']

/**
 * A kernel module for Debian's arm64 cloud kernel, built from the folder `source` against the headers of the same build. The folder holds a
 * Kbuild and the module's sources. Gives the path of `<name>.ko`.
 */
export async function kernelModule(release: DebianRelease, name: string, source: string): Promise<string> {
  const recipe = `1\n${readdirSync(source)
    .toSorted()
    .map((file) => readFileSync(join(source, file), 'utf8'))
    .join('\n')}`
  const directory = await fetchFromDebian(`${release}/module-${name}`, release, recipe, async (apt, scratch, into) => {
    const headers = await onlyDependency(apt, 'linux-headers-cloud-arm64', /^linux-headers-[0-9]/)
    const common = await onlyDependency(apt, headers, /^linux-headers-.*-common$/)
    const kbuild = await onlyDependency(apt, headers, /^linux-kbuild-[^:]*$/)
    const tree = join(scratch, 'tree')
    for (const deb of await apt.download([headers, common])) await unpack(deb, tree, ['*'])
    await addHostTools(release, kbuild, join(scratch, 'host'), tree)
    await build(join(tree, 'usr/src', headers), tree, source, join(scratch, 'module'))
    copyFileSync(join(scratch, 'module', `${name}.ko`), join(into, `${name}.ko`))
  })
  return join(directory, `${name}.ko`)
}

/** Programs of the kernel's build that run on this machine, with the C library that they were made for. */
async function addHostTools(release: DebianRelease, kbuild: string, host: string, tree: string): Promise<void> {
  mkdirSync(host)
  const apt = await openAptRoot(host, release, 'amd64')
  const elf = (await apt.packageNames('libelf1')).find((name) => /^libelf1(t64)?$/.test(name)) ?? 'libelf1'
  const [tools = '', ...libraries] = await apt.download([kbuild, 'libc6', elf, 'zlib1g', 'libzstd1'])
  await unpack(tools, tree, ['*'])
  for (const deb of libraries) await unpack(deb, join(host, 'root'), ['*'])
  const folder = join(tree, 'usr/lib', kbuild, 'scripts/mod')
  renameSync(join(folder, 'modpost'), join(folder, 'modpost.wrapper'))
  const root = join(host, 'root')
  const loader = readdirSync(root, { recursive: true, encoding: 'utf8' }).find((file) =>
    file.endsWith('ld-linux-x86-64.so.2'),
  )
  const paths = ['usr/lib/x86_64-linux-gnu', 'lib/x86_64-linux-gnu'].map((path) => join(root, path)).join(':')
  const command = `exec '${join(root, loader ?? '')}' --library-path '${paths}' '${join(folder, 'modpost.real-lsb-64')}' "$@"`
  writeFileSync(join(folder, 'modpost'), `#!/bin/sh\n${command}\n`)
  chmodSync(join(folder, 'modpost'), 0o755)
}

async function build(headers: string, tree: string, source: string, folder: string): Promise<void> {
  const makefile = join(headers, 'Makefile')
  writeFileSync(
    makefile,
    // Newer ones name the folder of their own output as well.
    readFileSync(makefile, 'utf8').replaceAll('/usr/src', join(tree, 'usr/src')),
  )
  cpSync(source, folder, { recursive: true })
  const prefix = 'aarch64-linux-gnu-'
  const compiler = [`CC=${prefix}gcc`, `CROSS_COMPILE=${prefix}`]
  await run('make', ['-C', headers, `M=${folder}`, 'ARCH=arm64', ...compiler, ...without, 'modules'], {
    env: { ...process.env, MAKEFLAGS: '' },
    maxBuffer: 1 << 26,
  })
}
