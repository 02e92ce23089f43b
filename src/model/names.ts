/** Names that the user gives: each becomes a node of a device tree, a folder, and a domain of xl. */
import { atKey, member } from '../diagnostics/diagnostic.ts'
import type { NodeOwner } from './chosen-nodes.ts'
import type { ModelContext } from './context.ts'

const LONGEST_NAME = 40

/** A letter first: maps do not keep the order of keys that are numbers, and to xl those are domain ids. */
const NAME = /^[A-Za-z][A-Za-z0-9_.-]*$/

/** Whether `name`, a key of the map at `parent`, can be a node, a file and a domain; MAN-020 when not. */
export function checkName(context: ModelContext, parent: string, name: string, what: string): boolean {
  if (NAME.test(name) && name.length <= LONGEST_NAME) return true
  const message =
    name.length > LONGEST_NAME
      ? `the name of this ${what} has ${name.length} characters; at most ${LONGEST_NAME} are allowed`
      : `'${name}' cannot be the name of a ${what}`
  context.report('MAN-020', { at: atKey(member(parent, name)), message, help: HELP })
  return false
}

/** Whether the domain `name` of the map at `parent` has its node in `/chosen` for itself; MAN-020 when it is that of `owner`. */
export function checkNode(context: ModelContext, parent: string, name: string, owner: NodeOwner | undefined): boolean {
  if (!owner) return true
  context.report('MAN-020', {
    at: atKey(member(parent, name)),
    message: `'${name}' would have the node /chosen/${name}, which is that of ${owner.what}`,
    help: 'rename one of them',
    related: [{ at: atKey(owner.pointer), message: `${owner.what} is declared here` }],
  })
  return false
}

const HELP = "begin with a letter from A to Z or a to z, followed by these letters, digits, '_', '-' and '.'"
