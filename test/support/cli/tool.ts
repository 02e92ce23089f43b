/** Runs the built tool as its users do. */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { makeInputs } from '../../../scripts/example-inputs.mjs'

const root = resolve(import.meta.dirname, '../../..')
const launcher = join(root, 'bin/domforge.js')

/** What a run left. */
export interface Result {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

/** `domforge <words>` in `folder`, without a terminal. */
export function domforge(words: readonly string[], folder: string, env: Readonly<Record<string, string>> = {}): Result {
  const { status, stdout, stderr } = spawnSync(process.execPath, [launcher, ...words], {
    cwd: folder,
    encoding: 'utf8',
    timeout: 30_000,
    maxBuffer: 2 ** 26,
    env: { PATH: process.env['PATH'], NO_COLOR: '1', ...env },
  })
  return { status, stdout, stderr }
}

/** A folder with an example's manifest and inputs. */
export interface Workplace {
  readonly folder: string
  readonly manifest: string
  read(): string
  write(text: string): void
  /** Names of everything in the folder. */
  list(): readonly string[]
  remove(): void
}

/** Makes such a folder, until `remove`. */
export async function workplace(example: string): Promise<Workplace> {
  const folder = mkdtempSync(join(tmpdir(), 'domforge-cli-'))
  await makeInputs(example, folder)
  const manifest = join(folder, 'system.yaml')
  cpSync(join(root, 'examples', example, `${example}.yaml`), manifest)
  return {
    folder,
    manifest,
    read: () => readFileSync(manifest, 'utf8'),
    write: (text) => writeFileSync(manifest, text),
    list: () => readdirSync(folder, { recursive: true }).map(String).sort(),
    remove: () => rmSync(folder, { recursive: true }),
  }
}
