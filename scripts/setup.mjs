// Installs what the tests need from Debian. Does nothing if all of it is there.
import { spawnSync } from 'node:child_process'

/** Packages of Debian, and what the tests use of each. */
const packages = {
  'device-tree-compiler': 'dtc, fdtoverlay, fdtdump, fdtget: oracles for device trees',
  'u-boot-tools': 'mkimage: oracle for boot scripts; mkenvimage: environments of test boots',
  'u-boot-qemu': 'the boot loader of test boots',
  'qemu-system-arm': 'the machine of test boots',
  dash: 'runs the supervisor of domains as Debian does',
  busybox: 'runs it as small systems do',
  jq: 'filters answers of GitHub in the test of the workflow, as gh does',
  mtools: 'disk images of test boots',
  spin: 'checks the model of the protocol of static-vrings',
  gcc: 'compiles the test programs that call libxlutil, and generated C headers',
  'libc6-dev': 'as gcc',
  'gcc-aarch64-linux-gnu': 'compiles Xen with what Debian leaves out, and programs and modules of guests',
  'libc6-dev-arm64-cross': 'as gcc-aarch64-linux-gnu, for programs of guests',
  make: 'as gcc-aarch64-linux-gnu',
  flex: 'as gcc-aarch64-linux-gnu',
  bison: 'as gcc-aarch64-linux-gnu',
  python3: 'as gcc-aarch64-linux-gnu',
  'xz-utils': 'unpacks kernel modules and the source of Xen',
  binutils: 'tells which libraries a program needs',
  'libxen-dev': "libxlutil: xl's own parser, the oracle for xl configurations",
}

const missing = missingPackages()
if (missing.length > 0) install(missing)

function missingPackages() {
  const query = spawnSync('dpkg-query', ['-W', `-f=\${Package} \${db:Status-Status}\n`, ...Object.keys(packages)], {
    encoding: 'utf8',
  })
  if (query.error) return Object.keys(packages)
  const installed = new Set(
    query.stdout.split('\n').flatMap((line) => (line.endsWith(' installed') ? [line.split(' ')[0]] : [])),
  )
  return Object.keys(packages).filter((name) => !installed.has(name))
}

function install(names) {
  const asRoot = privileges()
  if (asRoot === undefined || spawnSync('apt-get', ['--version']).error) return refuse(names)
  console.log(`Installing ${names.join(' ')}`)
  const aptGet = (...args) => {
    const command = [
      ...asRoot,
      'env',
      'DEBIAN_FRONTEND=noninteractive',
      'apt-get',
      '-q',
      '-o',
      'DPkg::Lock::Timeout=300',
      '-o',
      'Acquire::Retries=3',
      ...args,
    ]
    return spawnSync(command[0], command.slice(1), { stdio: 'inherit' }).status
  }
  // Ignores failures: a source of another vendor may be out of order. It only matters whether the packages can be installed.
  aptGet('update')
  aptGet('install', '-y', '--no-install-recommends', ...names)
  const still = missingPackages()
  if (still.length > 0) refuse(still)
}

/** Words before a command that make it run as root; `undefined`: impossible without a password. */
function privileges() {
  if (process.getuid?.() === 0) return []
  const sudo = process.stdin.isTTY ? ['sudo'] : ['sudo', '-n']
  return spawnSync(sudo[0], [...sudo.slice(1), 'true'], { stdio: 'inherit' }).status === 0 ? sudo : undefined
}

function refuse(names) {
  console.error('The tests need these Debian packages, which are not installed:')
  for (const name of names) console.error(`  ${name.padEnd(21)} ${packages[name]}`)
  console.error(
    `On Debian 12 or newer, as root:\n  apt-get update && apt-get install --no-install-recommends ${names.join(' ')}`,
  )
  process.exitCode = 1
}
