/** What this library takes for a device tree, where the specification leaves it to programs. */

/**
 * Levels of nodes in a tree, the root's included. Linux 6 unflattens 64 (`FDT_MAX_DEPTH` in `drivers/of/fdt.c`); real boards
 * have about ten.
 */
export const MAX_DEPTH = 64

/**
 * Longest name of a node (with its unit address) or property, in characters. Specification 0.4 §2.2.1 and §2.2.4.1 say 31,
 * which many real trees exceed; a bound keeps paths of damaged blobs short.
 */
export const MAX_NAME_LENGTH = 255

/** The characters that DTS source can express in names (dtc's lexer); a superset of specification 0.4 §2.2.1 and §2.2.4.1. */
const NAME = /^[a-zA-Z0-9,._+*#?@-]+$/

/** What is wrong with the name of a property, or of a node other than the root; `undefined` when nothing is. */
export function nameFault(name: string): string | undefined {
  if (name === '') return 'is empty'
  if (name.length > MAX_NAME_LENGTH) return `is longer than ${MAX_NAME_LENGTH} characters`
  if (!NAME.test(name)) return 'has a character that names of device trees cannot have'
  return undefined
}

/** `name` for a message: quoted, short, on one line. */
export const shown = (name: string): string => JSON.stringify(name.length > 60 ? `${name.slice(0, 60)}…` : name)
