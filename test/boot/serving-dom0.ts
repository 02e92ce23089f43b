/** A dom0 that serves other domains with the files that were generated for it, and with our own program behind virtio devices. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { backendLibraries } from '../debian/backend-libraries.ts'
import { guestProgram } from '../debian/guest-program.ts'

type Files = Readonly<Record<string, Uint8Array>>

const folder = fileURLToPath(new URL('backend/', import.meta.url))

/** The program behind devices: `test/boot/backend/`. Gives its path. */
export async function backendProgram(): Promise<string> {
  const sources = (end: string) =>
    readdirSync(folder)
      .filter((name) => name.endsWith(end))
      .map((name) => join(folder, name))
  const { flags, libraries } = await backendLibraries()
  return guestProgram('backend', sources('.c'), flags, sources('.h'), libraries)
}

/** Files of `control/FOLDER` that was generated for dom0, where they are to be installed; and the commands of its units. */
export function controlFiles(control: string): { readonly files: Files; readonly commands: readonly string[] } {
  const read = (name: string) => readFileSync(join(control, name))
  const names = readdirSync(control)
  const commands = names
    .filter((name) => name.endsWith('.service'))
    .flatMap((name) => /^ExecStart=(.*)$/m.exec(read(name).toString())?.[1] ?? [])
  const scripts = names.filter((name) => !name.includes('.'))
  return { files: Object.fromEntries(scripts.map((name) => [`usr/lib/domforge/${name}`, read(name)])), commands }
}

/** Starts each command as `Restart=always` does, and puts down what it says. Functions for what follows. */
export const asUnits = (commands: readonly string[]): string => `used() { echo "used |$1|" >>/facts; }
wait_for() {
  tries=0
  until eval "$1"; do
    tries=$((tries + 1))
    [ $tries -gt 90 ] && { problem "not seen: $(echo "$1" | cut -c 1-60)"; return 1; }
    sleep 1
  done
}
chmod +x /bin/backend /usr/lib/domforge/*
${commands.map((command) => `(until ${command}; do sleep 2; done) </dev/null >>/tmp/units.log 2>&1 &\n`).join('')}`

/** Adds what the units have said to the report. */
export const unitLog = `while IFS= read -r line; do echo "log |$line|" >>/facts; done </tmp/units.log
`
