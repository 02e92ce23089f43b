/** Short manifests and trees for the rules' near misses, run in a folder with the inputs of the diagnostics' fixtures. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Code } from '../../../src/diagnostics/catalogue/index.ts'
import type { Diagnostic } from '../../../src/diagnostics/diagnostic.ts'
import { type Outcome, runPipeline } from '../../../src/pipeline.ts'
import { makeInputs } from './inputs.ts'
import { lint } from './lint.ts'

export interface ManifestParts {
  readonly board?: string
  readonly release?: string
  /** Of Xen. */
  readonly bootargs?: string
  readonly config?: string
  /** Further keys of `xen`. */
  readonly xenMore?: string
  /** Lines below `domains:`. */
  readonly domains?: readonly string[]
  /** Of the one domain `guest`, where `domains` does not say more. */
  readonly memory?: string
  readonly kernel?: string
  readonly kernelArguments?: string
  readonly more?: string
  /** Lines at the end of the manifest. */
  readonly end?: readonly string[]
}

export const DOM0 = 'dom0: { boot: dom0, kernel: { image: Image }, memory: 256MiB }'

export function manifestOf(parts: ManifestParts): string {
  const { board = 'board.dts', release = '4.20', bootargs = '', config = 'xen.config' } = parts
  return [
    'api-version: domforge/v1',
    'name: near-miss',
    `platform: { device-tree: ${board} }`,
    `xen: { release: "${release}", image: xen, config: ${config}, bootargs: ${JSON.stringify(bootargs)}${parts.xenMore ? `, ${parts.xenMore}` : ''} }`,
    'boot: { load: { from: tftp } }',
    'domains:',
    ...(parts.domains ?? [guestOf(parts)]).map((line) => `  ${line}`),
    ...(parts.end ?? []),
    '',
  ].join('\n')
}

function guestOf({ memory = '64MiB', kernel = 'Image', kernelArguments = '', more }: ManifestParts): string {
  const image = `{ image: ${kernel}, bootargs: ${JSON.stringify(kernelArguments)} }`
  return `guest: { boot: dom0less, kernel: ${image}, memory: ${memory}${more ? `, ${more}` : ''} }`
}

/** A folder with all inputs; `[Symbol.dispose]` by `remove`. */
export class Bench {
  readonly #folder = mkdtempSync(join(tmpdir(), 'domforge-rules-'))

  constructor() {
    makeInputs(this.#folder)
  }

  build(parts: ManifestParts): readonly Diagnostic[] {
    return this.buildText(manifestOf(parts))
  }

  buildText(text: string): readonly Diagnostic[] {
    return this.outcomeOf(text).findings.all
  }

  /** Everything that becomes of the manifest `text`. */
  outcomeOf(text: string): Outcome {
    const file = join(this.#folder, 'system.yaml')
    writeFileSync(file, text)
    return runPipeline(file)
  }

  /** Adds a source to the folder, e.g. a board. */
  put(name: string, text: string): void {
    writeFileSync(join(this.#folder, name), text)
  }

  putBytes(name: string, data: Uint8Array): void {
    writeFileSync(join(this.#folder, name), data)
  }

  path(name: string): string {
    return join(this.#folder, name)
  }

  /** Takes a file away that was put there. */
  drop(name: string): void {
    rmSync(join(this.#folder, name))
  }

  /** Xen's rules over `body` as contents of a source that includes the board. */
  lint(body: string, release = '4.20'): readonly Diagnostic[] {
    this.put('tree.dts', `// release ${release}\n/include/ "board.dts"\n${body}`)
    return lint(this.#folder, 'tree.dts')
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

export const codesOf = (findings: readonly Diagnostic[]): readonly Code[] => findings.map(({ code }) => code)
