/**
 * Loads the bundle beside this file, with V8's code cache where `npm run build` left one that fits. Copied into dist/ by the build; the
 * package carries no cache, since one serves a single build of Node only.
 */
'use strict'
const { readFileSync, statSync } = require('node:fs')
const { join } = require('node:path')
const { cachedDataVersionTag } = require('node:v8')
const { Script } = require('node:vm')

const BUNDLE = 'domforge.cjs'
const CACHE = 'domforge.cache'
/** What the cache was made for: one line, compared as a whole. */
const RECORD = 'domforge.cache-record'

/**
 * The program that runs, as text: V8 takes code that another build of Node made, even another patch release with the same V8, and crashes
 * in it. The tag stands for V8's version, V8's flags and what the processor can do; the executable's size and time tell builds apart that
 * call themselves the same. Flags of Node alone, as --enable-source-maps, change no code.
 */
function platform() {
  const { size, mtimeMs } = statSync(process.execPath)
  return JSON.stringify([process.versions, process.platform, process.arch, cachedDataVersionTag(), size, mtimeMs])
}

/** V8 does not notice that a cache is damaged, nor, when the sizes agree, that it belongs to another source. CRC-32 costs least to load and to run. */
function record(runsOn, bundle, cache) {
  const { crc32 } = require('node:zlib')
  return `${runsOn} ${crc32(bundle)} ${crc32(cache)} ${cache.length}`
}

/** The cache, when everything is as it was when it was made. */
function cacheFor(bundle, folder) {
  try {
    const recorded = readFileSync(join(folder, RECORD), 'latin1')
    const runsOn = platform()
    if (!recorded.startsWith(runsOn)) return undefined
    const cache = readFileSync(join(folder, CACHE))
    return recorded === record(runsOn, bundle, cache) ? cache : undefined
  } catch {
    return undefined
  }
}

/** The compiled bundle as a function of what CommonJS gives a module. */
function compile(folder = __dirname) {
  const filename = join(folder, BUNDLE)
  const bundle = readFileSync(filename)
  // The bundle is ASCII.
  const source = `(function(exports,require,module,__filename){${bundle.latin1Slice()}\n})`
  return { bundle, filename, script: new Script(source, { filename, cachedData: cacheFor(bundle, folder) }) }
}

function load({ script, filename }) {
  const module = { exports: {} }
  script.runInThisContext()(module.exports, require, module, filename)
  return module.exports
}

/** Runs the tool on the words after its name; gives its exit status. */
const start = (words) => load(compile()).main(words)

module.exports = { CACHE, RECORD, compile, load, platform, record, start }
