/** Node's zlib, loaded with the first use: most runs inflate nothing, and it takes longer to start than they should wait. */
export const zlib = (): typeof import('node:zlib') => process.getBuiltinModule('node:zlib')
