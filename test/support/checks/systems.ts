/** Short manifests and trees, for near misses of rules, in a folder with the inputs of the diagnostics' fixtures. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Code } from '../../../src/diagnostics/catalogue/index.ts'
import type { Diagnostic } from '../../../src/diagnostics/diagnostic.ts'
import { type Outcome, runPipeline } from '../../../src/pipeline.ts'
import { makeInputs } from './inputs.ts'
import { lint } from './lint.ts'

/** What a manifest says; each part has a default. */
export interface ManifestParts {
  readonly board?: string
  readonly release?: string
  /** Xen's arguments. */
  readonly bootargs?: string
  readonly config?: string
  /** Further keys of `xen`. */
  readonly xenMore?: string
  /** Lines below `domains:`. */
  readonly domains?: readonly string[]
  /** Memory of the one domain `guest`, like the keys below; without effect if `domains` is given. */
  readonly memory?: string
  readonly kernel?: string
  readonly kernelArguments?: string
  readonly more?: string
  /** Lines at the end of the manifest. */
  readonly end?: readonly string[]
}

/** A line for `domains`. */
export const DOM0 = 'dom0: { boot: dom0, kernel: { image: Image }, memory: 256MiB }'

/** The text of the manifest. */
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

/** A folder with all inputs, until `remove`. */
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

  /** All that a run with the manifest `text` leads to. */
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

  /** Removes a file that was put there. */
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

/** The codes of findings, in their order. */
export const codesOf = (findings: readonly Diagnostic[]): readonly Code[] => findings.map(({ code }) => code)
