/** A dom0 that serves other domains with what was generated for it, and with our own program behind virtio devices. */
import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { backendLibraries } from '../debian/backend-libraries.ts'
import { guestProgram } from '../debian/guest-program.ts'

const run = promisify(execFile)
const folder = fileURLToPath(new URL('backend/', import.meta.url))
const tool = fileURLToPath(new URL('../../bin/domforge.js', import.meta.url))

/** The program behind devices: `test/boot/backend/`. Gives its path. */
export async function backendProgram(): Promise<string> {
  const sources = (end: string) =>
    readdirSync(folder)
      .filter((name) => name.endsWith(end))
      .map((name) => join(folder, name))
  const { flags, libraries } = await backendLibraries()
  return guestProgram('backend', sources('.c'), flags, sources('.h'), libraries)
}

/** What the tool puts into the root file system of a dom0 that has `init`, from a system that was built in `system`, without leading slash. */
export async function installedFor(init: string, system: string): Promise<Readonly<Record<string, Uint8Array>>> {
  const root = join(system, 'dom0')
  await run(process.execPath, [tool, 'install', 'out', '--domain', 'dom0', '--into', root, '--init', init], {
    cwd: system,
  })
  const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  return Object.fromEntries(
    files.map(({ parentPath, name }) => {
      const path = join(parentPath, name)
      return [relative(root, path), readFileSync(path)]
    }),
  )
}

/** Starts what serves, by the script for init systems that have one for each service. Functions for what follows. */
export const START = `used() { echo "used |$1|" >>/facts; }
wait_for() {
  tries=0
  until eval "$1"; do
    tries=$((tries + 1))
    [ $tries -gt 90 ] && { problem "not seen: $(echo "$1" | cut -c 1-60)"; return 1; }
    sleep 1
  done
}
chmod +x /bin/backend /usr/lib/domforge/* /etc/init.d/*
must insmod /modules/tun.ko
must /etc/init.d/domforge-prepare start
`

/** Adds what the programs have said to the report. */
export const programLogs = `for log in /var/log/virtio-*.log; do
  while IFS= read -r line; do echo "log |$line|" >>/facts; done <$log
done
`
