/** What stands between the braces of a node. */
import { MAX_DEPTH } from '../limits.ts'
import { addLabel, appendChild, appendProperty, type LiveNode, liveNode, liveProperty, NO_VALUE } from './live-tree.ts'
import type { DtsParser } from './parser.ts'
import { DtsSyntaxProblem, originOf, type Place } from './syntax-problem.ts'
import type { Token } from './token.ts'
import { readValue } from './value.ts'

/** Reads `{ … };`. `depth`: levels above the node. */
export function readNode(parser: DtsParser, name: string, at: Place, depth: number): LiveNode {
  if (depth >= MAX_DEPTH) {
    const message = `the tree has more than ${MAX_DEPTH} levels of nodes here`
    throw new DtsSyntaxProblem({ message, at: originOf(at) }, true)
  }
  const node = parser.counted('nodes', liveNode(name, at))
  parser.expect('name', '{')
  while (!parser.isAhead('name', '}')) {
    if (!parser.statement(() => readStatement(parser, node, depth))) break
  }
  parser.expect('name', '}', 'or a property or node')
  parser.expect('name', ';', "after the node's '}'")
  return node
}

/** A property, a node, or the deletion of one; labels may stand before each. */
function readStatement(parser: DtsParser, node: LiveNode, depth: number): void {
  const labels: Token[] = []
  let omitIfUnreferenced = false
  for (;;) {
    if (parser.peek('name').kind === 'label') labels.push(parser.take('name'))
    else if (parser.takeIf('name', '/omit-if-no-ref/')) omitIfUnreferenced = true
    else break
  }
  if (parser.takeIf('name', '/delete-property/')) {
    if (omitIfUnreferenced) parser.fail(parser.peek('name'), 'a node after /omit-if-no-ref/')
    readDeletedProperty(parser, node)
  } else if (parser.takeIf('name', '/delete-node/')) {
    readDeletedNode(parser, node, labels, omitIfUnreferenced)
  } else {
    readDefinition(parser, node, { labels, omitIfUnreferenced, depth })
  }
}

function readDeletedProperty(parser: DtsParser, node: LiveNode): void {
  const name = parser.expectKind('name', 'name', 'the name of the property to delete')
  parser.expect('name', ';')
  refuseLateProperty(parser, node, name)
  const deleted = parser.counted('properties', liveProperty(name.text, NO_VALUE, name))
  deleted.deleted = true
  appendProperty(node, deleted)
}

function readDeletedNode(parser: DtsParser, node: LiveNode, labels: readonly Token[], omit: boolean): void {
  const name = parser.expectKind('name', 'name', 'the name of the node to delete')
  parser.expect('name', ';')
  const deleted = parser.counted('nodes', liveNode(name.text, name))
  deleted.deleted = true
  deleted.omitIfUnreferenced = omit
  addLabels(deleted, labels)
  appendChild(node, deleted)
}

interface Introduction {
  readonly labels: readonly Token[]
  readonly omitIfUnreferenced: boolean
  readonly depth: number
}

function readDefinition(parser: DtsParser, node: LiveNode, introduction: Introduction): void {
  const name = parser.expectKind('name', 'name', "a property, a node or '}'")
  if (parser.isAhead('value', '{')) {
    const child = readNode(parser, name.text, name, introduction.depth + 1)
    child.omitIfUnreferenced = introduction.omitIfUnreferenced
    addLabels(child, introduction.labels)
    appendChild(node, child)
    return
  }
  if (introduction.omitIfUnreferenced) parser.fail(parser.peek('value'), "'{' of the node that may be omitted")
  const value = parser.takeIf('value', '=') ? readValue(parser) : NO_VALUE
  const expected = value === NO_VALUE ? "'=', '{' or ';'" : "',' or ';'"
  if (!parser.takeIf('value', ';')) parser.fail(parser.peek('value'), expected)
  refuseLateProperty(parser, node, name)
  const property = parser.counted('properties', liveProperty(name.text, value, name))
  addLabels(property, introduction.labels)
  appendProperty(node, property)
}

/** Labels count from the thing outwards, as dtc reads them. */
export function addLabels(thing: Pick<LiveNode, 'labels'>, labels: readonly Token[]): void {
  for (const label of [...labels].reverse()) addLabel(thing, label.text, label)
}

function refuseLateProperty(parser: DtsParser, node: LiveNode, name: Token): void {
  if (node.children.length > 0) parser.report(name, 'the properties of a node come before its child nodes')
}
