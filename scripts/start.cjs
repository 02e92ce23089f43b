/**
 * Loads the bundle beside this file with V8's code cache where that fits: made by `npm run build`, named after the bundle's
 * contents, and ignored by V8 when Node is another version. Copied into dist/ by the build.
 */
'use strict'
const { readFileSync, readdirSync } = require('node:fs')
const { join } = require('node:path')
const { Script } = require('node:vm')

const PREFIX = 'domforge-'

/** The compiled bundle as a function of what CommonJS gives a module; with `cachedDataRejected` of V8. */
function compile(folder = __dirname) {
  const files = readdirSync(folder)
  const bundle = files.find((file) => file.startsWith(PREFIX) && file.endsWith('.cjs'))
  if (bundle === undefined) throw new Error(`${folder} holds no bundle: run npm run build`)
  const cache = bundle.replace(/\.cjs$/, '.cache')
  const filename = join(folder, bundle)
  const script = new Script(
    `(function(exports,require,module,__filename,__loadUsage){${readFileSync(filename, 'utf8')}\n})`,
    {
      filename,
      cachedData: files.includes(cache) ? readFileSync(join(folder, cache)) : undefined,
    },
  )
  return { script, filename }
}

const loadUsage = () => import('./usage.mjs')

function load({ script, filename }) {
  const module = { exports: {} }
  script.runInThisContext()(module.exports, require, module, filename, loadUsage)
  return module.exports
}

/** Runs the tool on the words after its name; gives its exit status. */
const start = (words) => load(compile()).main(words)

module.exports = { compile, load, start }
