/** Stands in for node:module in yargs-parser, which makes a `require` of its own for configuration files: none are read here, and it does without. */
export const createRequire = undefined
