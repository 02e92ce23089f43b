/** What this library takes for a device tree, where the specification leaves it to programs. */

/**
 * Levels of nodes in a tree, the root's included. Linux 6 unflattens 64 (`FDT_MAX_DEPTH` in `drivers/of/fdt.c`); real boards
 * have about ten.
 */
export const MAX_DEPTH = 64

/**
 * Nodes of a tree, and of everything that a source defines, deleted things included. Of the 577 board trees of Debian 12's arm64 kernel the
 * largest has 997; far above this, V8 runs out of memory.
 */
export const MAX_NODES = 100_000

/** Properties, likewise. The largest of those trees has 4067. */
export const MAX_PROPERTIES = 1_000_000

/** Entries of the memory reservation block. Real boards have a handful. */
export const MAX_RESERVATIONS = 1000

/** What to say of a tree that has more of `what` than `most`. */
export const tooMany = (what: string, most: number): string => `more than ${most} ${what}: no board has so many`

export const TOO_MANY_HELP = 'see whether this is the file that is meant'

/**
 * Longest name of a node (with its unit address) or property, in characters. Specification 0.4 §2.2.1 and §2.2.4.1 say 31,
 * which many real trees exceed; a bound keeps paths of damaged blobs short.
 */
export const MAX_NAME_LENGTH = 255

/**
 * What dtc lets names consist of (`node_name_chars`, `node_name_format` and `property_name_chars` of its checks): a little more than
 * specification 0.4 §2.2.1 and §2.2.4.1, as some boards need.
 */
const NODE_NAME = /^[a-zA-Z0-9,._+-]*(@[a-zA-Z0-9,._+-]*)?$/
const PROPERTY_NAME = /^[a-zA-Z0-9,._+*#?-]*$/

/** What is wrong with the name of a node other than the root; `undefined` when nothing is. */
export const nodeNameFault = (name: string): string | undefined => nameFault(name, NODE_NAME)

/** What is wrong with the name of a property; `undefined` when nothing is. */
export const propertyNameFault = (name: string): string | undefined => nameFault(name, PROPERTY_NAME)

function nameFault(name: string, form: RegExp): string | undefined {
  if (name === '') return 'is empty'
  if (name.length > MAX_NAME_LENGTH) return `is longer than ${MAX_NAME_LENGTH} characters`
  return form.test(name) ? undefined : 'has a character that is not allowed there'
}

/** `name` for a message: quoted, short, on one line. */
export const shown = (name: string): string => JSON.stringify(name.length > 60 ? `${name.slice(0, 60)}…` : name)
