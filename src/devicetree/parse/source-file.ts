/** The outermost level of a source: headers, memory reservations, then definitions of nodes. */
import type { Reservation } from '../model.ts'
import { readNumber } from './expression.ts'
import { addFragment } from './fragments.ts'
import { LiveTree } from './labelled-tree.ts'
import { type LiveNode, liveNode } from './live-tree.ts'
import { deleteNode, merge } from './merge.ts'
import { readNode } from './node-body.ts'
import type { DtsParser } from './parser.ts'
import { quoted } from './syntax-problem.ts'
import type { Token } from './token.ts'

export interface ParsedSource {
  readonly isPlugin: boolean
  readonly reservations: readonly Reservation[]
  /** Absent where no definition could be read. */
  readonly tree: LiveTree | undefined
}

const DEFINITION = "'/ { … };', '&label { … };' or the end of the file"

export function readSource(parser: DtsParser): ParsedSource {
  const isPlugin = readHeaders(parser)
  const reservations = readReservations(parser)
  const definitions = new Definitions(parser, isPlugin)
  while (parser.peek('name').kind !== 'end') {
    if (parser.statement(() => definitions.readOne())) continue
    // A superfluous brace, or one whose partner was lost in a broken definition.
    parser.takeIf('name', '}')
    parser.takeIf('name', ';')
  }
  if (!definitions.tree && parser.problems.length === 0) parser.fail(parser.peek('name'), "'/ { … };'")
  return { isPlugin, reservations, tree: definitions.tree }
}

function readHeaders(parser: DtsParser): boolean {
  let first: boolean | undefined
  do {
    const version = parser.expect('name', '/dts-v1/', 'as the first word')
    parser.expect('name', ';')
    const isPlugin = parser.takeIf('name', '/plugin/')
    if (isPlugin) parser.expect('name', ';')
    first ??= isPlugin
    if (isPlugin !== first) parser.report(version, 'either every /dts-v1/ is followed by /plugin/ or none is')
  } while (parser.isAhead('name', '/dts-v1/'))
  return first
}

/** Their labels mean something to assemblers only. */
function readReservations(parser: DtsParser): Reservation[] {
  const reservations: Reservation[] = []
  for (;;) {
    const isLabelled = parser.peek('name').kind === 'label'
    while (parser.peek('name').kind === 'label') parser.take('name')
    if (!parser.isAhead('name', '/memreserve/')) {
      if (isLabelled) parser.fail(parser.peek('name'), '/memreserve/ after the label')
      return reservations
    }
    parser.counted('memory reservations', { at: parser.take('name') })
    const address = readNumber(parser, 'an address')
    const size = readNumber(parser, 'a size')
    parser.expect('value', ';')
    reservations.push({ address, size })
  }
}

/** Definitions in order, each put into the tree of those before it. */
class Definitions {
  tree: LiveTree | undefined
  readonly #parser: DtsParser
  readonly #isPlugin: boolean

  constructor(parser: DtsParser, isPlugin: boolean) {
    this.#parser = parser
    this.#isPlugin = isPlugin
  }

  readOne(): void {
    const parser = this.#parser
    const ahead = parser.peek('name')
    if (parser.takeIf('name', '/')) {
      this.#defineRoot(readNode(parser, '', ahead, 0))
    } else if (ahead.kind === 'reference') {
      parser.take('name')
      this.#extend(ahead)
    } else if (ahead.kind === 'label' && this.tree) {
      this.#labelAndExtend(this.tree)
    } else if (this.tree && parser.takeIf('name', '/delete-node/')) {
      this.#edit(this.tree, 'delete', deleteNode)
    } else if (this.tree && parser.takeIf('name', '/omit-if-no-ref/')) {
      this.#edit(this.tree, 'omit', (node) => {
        node.omitIfUnreferenced = true
      })
    } else {
      parser.fail(ahead, DEFINITION)
    }
  }

  #defineRoot(root: LiveNode): void {
    if (this.tree) merge(this.tree, this.tree.root, root)
    else this.tree = new LiveTree(root)
  }

  /** What is not in the tree of an overlay is in the tree that it is for: that is what fragments say. */
  #extend(reference: Token): void {
    const addition = readNode(this.#parser, '', reference, 0)
    const target = this.tree?.find(reference.text, reference)
    const isOutside = this.#isPlugin && (reference.text.startsWith('/') || !target)
    if (isOutside) {
      this.tree ??= new LiveTree(liveNode('', reference))
      if (this.#refuseRelative(reference)) addFragment(this.tree, addition, reference)
    } else if (this.tree && target) {
      merge(this.tree, target, addition)
    } else {
      this.#reportUnknown(reference)
    }
  }

  #labelAndExtend(tree: LiveTree): void {
    const label = this.#parser.take('name')
    const reference = this.#parser.expectKind('name', 'reference', 'the reference to a node')
    const addition = readNode(this.#parser, '', reference, 0)
    const target = this.#refuseRelative(reference) ? tree.find(reference.text, reference) : undefined
    if (!target) {
      this.#reportUnknown(reference)
      return
    }
    tree.label(target, label.text, label)
    merge(tree, target, addition)
  }

  #edit(tree: LiveTree, what: string, change: (node: LiveNode) => void): void {
    const reference = this.#parser.expectKind('name', 'reference', `the reference to the node to ${what}`)
    this.#parser.expect('name', ';')
    const target = tree.find(reference.text, reference)
    if (target) change(target)
    else this.#reportUnknown(reference)
  }

  #refuseRelative({ text, ...at }: Token): boolean {
    const isRelative = this.#isPlugin && !text.startsWith('/') && text.includes('/')
    if (isRelative) this.#parser.report(at, 'a path that begins with a label cannot be used in a /plugin/')
    return !isRelative
  }

  #reportUnknown(reference: Token): void {
    this.#parser.report(reference, `there is no node ${quoted(`&${reference.text}`)} so far`)
  }
}
