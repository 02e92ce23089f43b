import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { cached } from '../debian/cache.ts'

const run = promisify(execFile)
const bareSource = (name: string): string => fileURLToPath(new URL(`guest/bare/${name}`, import.meta.url))
const start = bareSource('start.S')
const flags = ['-ffreestanding', '-nostdlib', '-fpie', '-mstrict-align', '-mgeneral-regs-only', '-fno-stack-protector']

/**
 * A kernel of some hundred bytes that says `up` on its console again and again, compiled on first use: where nothing counts but that Xen starts a
 * guest, Linux takes four seconds more to say so. Gives its path.
 */
export const bareGuest = (): Promise<string> => guestOf('programs/telling-guest', 'guest.c')

/** A kernel that waits for ever: where a guest's end comes from dom0, Linux only takes the processors from the next `xl create`. Gives its path. */
export const idleGuest = (): Promise<string> => guestOf('programs/idle-guest', 'idle.c')

async function guestOf(place: string, name: string): Promise<string> {
  const sources = [start, bareSource(name)]
  const recipe = ['1', ...flags, ...sources.map((file) => readFileSync(file, 'utf8'))].join('\n')
  const directory = await cached(place, recipe, (into) => compile(sources, [], join(into, 'guest')))
  return join(directory, 'guest')
}

/** Compiles `source`, whose function `guest` never returns, into the kernel `image`, with headers from `headers`. */
export const bareKernel = (source: string, headers: string, image: string): Promise<void> =>
  compile([start, source], [`-I${headers}`], image)

async function compile(files: readonly string[], more: readonly string[], image: string): Promise<void> {
  const linked = `${image}.elf`
  const own = ['-O2', '-Wall', '-Wextra', '-Werror', '-no-pie', '-Wl,--build-id=none', '-Wl,-Ttext=0', '-Wl,-e,0']
  await run('aarch64-linux-gnu-gcc', [...flags, ...own, ...more, '-o', linked, ...files])
  await run('aarch64-linux-gnu-objcopy', ['-O', 'binary', linked, image])
}
