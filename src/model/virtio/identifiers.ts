/** Names of the manifest in C and in shells. */

/** What an identifier in capitals makes of a name: one `_` for whatever it cannot hold, none at the end. */
export const identifierOf = (name: string): string =>
  name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toUpperCase()
    .replaceAll(/[^A-Z0-9]+/g, '_')
    .replace(/_$/, '')
