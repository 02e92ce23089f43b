import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { cached } from './cache.ts'

const run = promisify(execFile)

/** A program for arm64 guests that needs no library, compiled from C on first use. Gives its path. `headers`: what the sources include; `libraries`: static ones, as the linker's flags. */
export async function guestProgram(
  name: string,
  sources: readonly string[],
  flags: readonly string[] = [],
  headers: readonly string[] = [],
  libraries: readonly string[] = [],
): Promise<string> {
  const recipe = [
    '1',
    ...flags.filter((flag) => !/^-[IL]/.test(flag)),
    ...[...sources, ...headers].map((file) => readFileSync(file, 'utf8')),
  ].join('\n')
  const directory = await cached(`programs/${name}`, recipe, async (into) => {
    const options = ['-std=c11', '-D_GNU_SOURCE', '-O2', '-Wall', '-Wextra', '-Werror', '-static', ...flags]
    await run('aarch64-linux-gnu-gcc', [...options, '-o', join(into, name), ...sources, ...libraries])
  })
  return join(directory, name)
}
