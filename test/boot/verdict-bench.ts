/** A built system whose tree is changed at one place: what the rules say of it, and what a real Xen does with it. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { assemble } from '../../src/assemble/assemble.ts'
import { bootContextOf } from '../../src/checks/xen/assembly-context.ts'
import type { BootContext } from '../../src/checks/xen/boot-context.ts'
import { checkXen } from '../../src/checks/xen/check-xen.ts'
import { property } from '../../src/devicetree/build.ts'
import type { DeviceTree, DtNode, DtValue } from '../../src/devicetree/model.ts'
import { readDtb } from '../../src/devicetree/read/read-dtb.ts'
import { writeDtb } from '../../src/devicetree/write/write-dtb.ts'
import type { Code } from '../../src/diagnostics/catalogue/index.ts'
import { Findings } from '../../src/diagnostics/findings.ts'
import { collectFacts } from '../../src/facts/collect.ts'
import { planSystem } from '../../src/load/plan-system.ts'
import { bytes } from '../../src/units/quantities.ts'
import { readManifest } from '../source/stages.ts'
import { boardTree, type Machine, plainMachine } from './machine.ts'
import { type BuiltSystem, bootSystem, buildSystem } from './system.ts'

/** Longer than what any case adds to the tree. */
const PADDING = 4096

/** What Xen prints of a guest, and when it gives up. */
const GUEST_RUNS = /DOM1:/
const PANIC = /Panic on CPU/

/** U-Boot's last word. */
const HANDED_OVER = /^Starting kernel/

/** A boot takes 3 s on an idle machine. */
const PATIENCE_SECONDS = 40

/** How long a Xen that says nothing is given to say something: twenty times what one that speaks takes. */
const SILENCE_MILLISECONDS = 2000

export type Change = (root: DtNode) => DtNode

/** The node at `path` changed by `change`, everything else as it is; a name without unit address means the first of that name. */
export function changed(node: DtNode, path: readonly string[], change: Change): DtNode {
  const [name, ...rest] = path
  if (name === undefined) return change(node)
  const at = node.children.findIndex((child) => child.name === name || child.name.split('@')[0] === name)
  if (at < 0) throw new Error(`there is no ${name} in ${node.name || '/'}`)
  return {
    ...node,
    children: node.children.map((child, index) => (index === at ? changed(child, rest, change) : child)),
  }
}

function nodeAt(node: DtNode, path: readonly string[]): DtNode {
  const [name, ...rest] = path
  if (name === undefined) return node
  const child = node.children.find((own) => own.name === name || own.name.split('@')[0] === name)
  if (!child) throw new Error(`there is no ${name} in ${node.name || '/'}`)
  return nodeAt(child, rest)
}

const steps = (path: string): readonly string[] => path.split('/').slice(1)

export const set =
  (path: string, name: string, value: DtValue): Change =>
  (root) =>
    changed(root, steps(path), (node) => ({
      ...node,
      properties: [...node.properties.filter((other) => other.name !== name), property(name, value)],
    }))

export const drop =
  (path: string, name: string): Change =>
  (root) =>
    changed(root, steps(path), (node) => ({
      ...node,
      properties: node.properties.filter((other) => other.name !== name),
    }))

/** The property names the node at `target`, by the phandle that it has in the board's tree. */
export const point =
  (path: string, name: string, target: string, before: DtValue = []): Change =>
  (root) => {
    const phandle = nodeAt(root, steps(target)).properties.find((own) => own.name === 'phandle')
    if (!phandle) throw new Error(`${target} has no phandle`)
    return set(path, name, [...before, ...phandle.value])(root)
  }

export const both =
  (first: Change, second: Change): Change =>
  (root) =>
    second(first(root))

export interface VerdictCase {
  readonly name: string
  readonly change: Change
  /** Absent: no error, and Xen starts the guest. */
  readonly code?: Code
  /** Releases that go on all the same, with a wrong system. */
  readonly goesOn?: readonly string[]
}

export interface VerdictSource {
  readonly manifest: string
  readonly inputs: Readonly<Record<string, string | Uint8Array>>
  readonly machine?: Machine
  /** Device tree source of what the board has besides. */
  readonly nodes?: string
}

export class VerdictBench {
  readonly original: DeviceTree
  readonly #system: BuiltSystem
  readonly #context: BootContext
  readonly #folder: string
  readonly #machine: Machine

  private constructor(folder: string, system: BuiltSystem, context: BootContext, machine: Machine) {
    this.original = readTree(system.files.get('xen.dtb') ?? '')
    this.#system = system
    this.#context = context
    this.#folder = folder
    this.#machine = machine
  }

  /** Builds the system in `folder`, on a board with room for changes. */
  static async of(source: VerdictSource, folder: string): Promise<VerdictBench> {
    const { manifest, inputs, machine = plainMachine, nodes } = source
    mkdirSync(folder, { recursive: true })
    const board = padded(readTree(await boardTree(machine, folder, nodes)), PADDING, 0)
    const system = await buildSystem({ manifest, inputs: { 'board.dtb': encoded(board), ...inputs } }, folder)
    return new VerdictBench(folder, system, contextOf(join(folder, 'system/system.yaml')), machine)
  }

  errorsOf(root: DtNode, treeSize = 0): readonly Code[] {
    const findings = new Findings()
    const tree = { ...this.original, root }
    checkXen({ ...this.#context, tree, treeSize: bytes(treeSize) }, findings.judge)
    return findings.all.filter(({ severity }) => severity === 'error').map(({ code }) => code)
  }

  /** Same tree, same verdict: where the rules see the error Xen stops, with a panic or without a word; else the guest comes up. */
  async judge({ name, change, code, goesOn = [] }: VerdictCase, run: string, release = ''): Promise<void> {
    const root = change(this.original.root)
    const blob = this.#likeOriginal(root)
    const errors = this.errorsOf(root, blob.length)
    if (code) expect(errors).toContain(code)
    else expect(errors).toEqual([])
    writeFileSync(join(this.#folder, 'verdict.dtb'), blob)
    const title = `verdict-${run}-${name.replaceAll(/[^A-Za-z0-9.]+/g, '-')}`
    if (code && !goesOn.includes(release)) await this.#stops(title)
    else await this.#boots(title, (lines) => lines.some((line) => GUEST_RUNS.test(line)), [PANIC], PATIENCE_SECONDS)
  }

  /** Xen panics, or says nothing after U-Boot's last word; one that has begun to speak gets all the time that it needs. */
  async #stops(title: string): Promise<void> {
    const hasPanicked = (lines: readonly string[]): boolean => lines.some((line) => PANIC.test(line))
    await this.#boots(title, hasPanicked, [GUEST_RUNS], PATIENCE_SECONDS)
  }

  async #boots(
    name: string,
    isDone: (lines: readonly string[]) => boolean,
    wrong: readonly RegExp[],
    timeoutSeconds: number,
  ): Promise<void> {
    const files = new Map([...this.#system.files, ['xen.dtb', join(this.#folder, 'verdict.dtb')]])
    const failures = [...wrong, /^BOOT-SCRIPT-RETURNED/]
    const silence = { after: HANDED_OVER, milliseconds: SILENCE_MILLISECONDS }
    const limits = { failures, timeoutSeconds, ...(wrong.includes(GUEST_RUNS) ? { silence } : {}) }
    const boot = { machine: this.#machine, medium: 'tftp', files, name, isDone, ...limits } as const
    await bootSystem(boot, this.#folder)
  }

  /** The changed tree as long as the original: the boot script refuses a file of another size. */
  #likeOriginal(root: DtNode): Uint8Array {
    const { length } = encoded(this.original)
    const surplus = encoded(padded({ ...this.original, root }, PADDING, 0)).length - length
    const more = (4 - (surplus & 3)) & 3
    const blob = encoded(padded({ ...this.original, root }, PADDING - surplus - more, more))
    expect(blob.length).toBe(length)
    return blob
  }
}

function readTree(file: string): DeviceTree {
  const read = readDtb(readFileSync(file))
  if (!read.ok) throw new Error(`${file} cannot be read`)
  return read.value
}

function encoded(tree: DeviceTree): Uint8Array {
  const written = writeDtb(tree)
  if (!written.ok) throw new Error('the tree cannot be written')
  return written.value
}

/** The tree with `size` bytes that nobody reads, and a name of 8 and `more` characters: values count in fours, names by one. */
const padded = (tree: DeviceTree, size: number, more: number): DeviceTree => ({
  ...tree,
  root: changed(tree.root, [], (root) => ({
    ...root,
    properties: [
      ...root.properties.filter(({ name }) => !name.startsWith('padding-')),
      property(`padding-${'x'.repeat(more)}`, [{ kind: 'bytes', data: new Uint8Array(size) }]),
    ],
  })),
})

/** What Xen will find, as the tool sees it. */
function contextOf(file: string): BootContext {
  const { model } = readManifest(file)
  const { report } = new Findings()
  const facts = model && collectFacts(model, report)
  const plan = facts && planSystem(model, facts, report)
  if (!plan) throw new Error('the system cannot be planned')
  return bootContextOf(assemble(plan))
}
