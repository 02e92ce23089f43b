/** libxlutil, the parser that xl itself uses, behind a small C program. */
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'

/** Compiles the program into `folder`; gives its path. */
export function compileReader(folder: string): string {
  const program = join(folder, 'xl-config')
  const source = new URL('xl-config.c', import.meta.url).pathname
  execFileSync('gcc', ['-Wall', '-Werror', '-o', program, source, '-lxlutil', '-lxenlight', '-lxentoollog'])
  return program
}

export type ReadValue = string | readonly string[] | undefined

/** What libxlutil finds in `file` for each of `keys`; throws with its complaint when it refuses the file. */
export function readConfig(program: string, file: string, keys: readonly string[]): ReadonlyMap<string, ReadValue> {
  const output = execFileSync(program, [file, ...keys], { encoding: 'utf8' })
  return new Map(output.trimEnd().split('\n').map(parsed))
}

function parsed(line: string): [string, ReadValue] {
  const [key = '', kind, ...values] = line.split('\t')
  const texts = values.map((hex) => Buffer.from(hex.slice(0, -1), 'hex').toString('utf8'))
  return [key, kind === 'absent' ? undefined : kind === 'l' ? texts : texts[0]]
}
