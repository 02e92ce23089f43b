/** Stands in for node:module in yargs-parser, which would make a `require` of its own for configuration files. None are read here, and it works without. */
export const createRequire = undefined
