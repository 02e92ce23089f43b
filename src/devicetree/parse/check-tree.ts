/** What dtc refuses although the grammar allows it (the errors of its checks.c, in its order). */
import { MAX_NAME_LENGTH } from '../limits.ts'
import { valueBytes } from '../write/value-bytes.ts'
import type { LiveTree } from './labelled-tree.ts'
import { type Labels, type LiveNode, type LiveProperty, newestFirst } from './live-tree.ts'
import type { DtsParser } from './parser.ts'
import type { Place } from './syntax-problem.ts'
import { quoted } from './syntax-problem.ts'

const NODE_NAME = /^[A-Za-z0-9,._+@-]*$/
const PROPERTY_NAME = /^[A-Za-z0-9,._+*#?-]*$/

/**
 * Notes what is wrong with the tree. Deleted things do not count, with one exception: dtc refuses a node that is
 * defined and then deleted in one block, which would have no effect.
 */
export function checkTree(parser: DtsParser, tree: LiveTree, isPlugin: boolean): void {
  new Checker(parser, tree, isPlugin).check(tree.root)
}

class Checker {
  readonly #parser: DtsParser
  readonly #tree: LiveTree
  readonly #isPlugin: boolean
  readonly #labels = new Map<string, () => string>()

  constructor(parser: DtsParser, tree: LiveTree, isPlugin: boolean) {
    this.#parser = parser
    this.#tree = tree
    this.#isPlugin = isPlugin
  }

  check(node: LiveNode): void {
    this.#checkNodeName(node)
    const properties = node.properties.filter(({ deleted }) => !deleted)
    this.#checkTwins(node.children, 'node')
    this.#checkTwins(properties, 'property')
    this.#checkLabels(node.labels, () => `the node ${quoted(node.name)}`)
    for (const property of properties) this.#checkProperty(node, property)
    for (const child of node.children) if (!child.deleted) this.check(child)
  }

  #checkNodeName({ name, at }: LiveNode): void {
    if (!NODE_NAME.test(name)) this.#parser.report(at, `the node name ${quoted(name)} has a character of '*#?'`)
    if (name.split('@').length > 2) this.#parser.report(at, `the node name ${quoted(name)} has more than one '@'`)
    this.#checkLength(name, at)
  }

  #checkProperty(node: LiveNode, property: LiveProperty): void {
    const { name, at, value } = property
    if (!PROPERTY_NAME.test(name)) this.#parser.report(at, `the property name ${quoted(name)} has an '@'`)
    this.#checkLength(name, at)
    const what = (): string => `the property ${quoted(name)} of ${quoted(node.name)}`
    this.#checkLabels(property.labels, what)
    for (const label of value.labels) this.#checkLabel(label.name, label.at, () => `a value of ${what()}`)
    if (name === 'name' && !isOwnName(node, property)) {
      this.#parser.report(at, `the value of 'name' can only be the node's, ${quoted(baseName(node.name))}`)
    }
    for (const reference of value.references) {
      const isKnown = this.#tree.find(reference.target, reference.at) !== undefined
      if (isKnown || (this.#isPlugin && reference.kind === 'phandle' && !reference.target.includes('/'))) continue
      const outside = this.#isPlugin ? ' in this /plugin/: other trees are only referred to by label, inside <>' : ''
      this.#parser.report(reference.at, `there is no node ${quoted(`&${reference.target}`)}${outside}`)
    }
  }

  #checkLength(name: string, at: Place): void {
    if (name.length <= MAX_NAME_LENGTH) return
    this.#parser.report(at, `the name ${quoted(name)} is longer than ${MAX_NAME_LENGTH} characters`)
  }

  #checkTwins(siblings: readonly Pick<LiveProperty, 'name' | 'at' | 'deleted'>[], what: string): void {
    const known = new Map<string, Place>()
    for (const { name, at, deleted } of siblings) {
      const first = known.get(name)
      if (first) {
        const where = `${first.file}:${first.line}:${first.column}`
        const verb = deleted ? 'deleted in the block that defines it' : 'already defined in the same block'
        this.#parser.report(at, `the ${what} ${quoted(name)} is ${verb}, at ${where}`)
      } else if (!deleted) {
        known.set(name, at)
      }
    }
  }

  #checkLabels(labels: Labels, owner: () => string): void {
    for (const [label, { deleted, at }] of newestFirst(labels)) if (!deleted) this.#checkLabel(label, at, owner)
  }

  #checkLabel(label: string, at: Place, owner: () => string): void {
    const first = this.#labels.get(label)
    if (first === undefined) this.#labels.set(label, owner)
    else this.#parser.report(at, `the label ${quoted(label)} on ${owner()} is already on ${first()}`)
  }
}

const baseName = (name: string): string => name.split('@')[0] ?? ''

/** A `name` that says what the node is called anyway: dtc drops it. */
export function isOwnName(node: LiveNode, property: LiveProperty): boolean {
  if (property.name !== 'name') return false
  const bytes = valueBytes(property.value.parts.map(({ part }) => part))
  return bytes !== undefined && new TextDecoder('latin1').decode(bytes) === `${baseName(node.name)}\0`
}
