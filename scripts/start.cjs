/**
 * Loads the bundle beside this file, with V8's code cache where `npm run build` left one that fits. Copied into dist/ by the build; the
 * package carries no cache, since one serves a single build of Node only.
 */
'use strict'
const { readFileSync, statSync } = require('node:fs')
const { join } = require('node:path')
const { Script } = require('node:vm')

const BUNDLE = 'domforge.cjs'
const CACHE = 'domforge.cache'
/** What the cache was made for: one line, compared as a whole. */
const RECORD = 'domforge.cache-record'

/**
 * The program that runs, as text: V8 takes code that another build of Node made, even another patch release with the same V8, and crashes
 * in it. The executable's size and time tell builds apart that call themselves the same. Code that was made with other flags is what V8
 * itself turns away.
 */
function platform() {
  const { size, mtimeMs } = statSync(process.execPath)
  return JSON.stringify([process.versions, process.platform, process.arch, size, mtimeMs])
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

/** The compiled bundle: an expression, a function of what CommonJS gives a module, so that V8 can read the file as it is. */
function compile(folder = __dirname) {
  const filename = join(folder, BUNDLE)
  const bundle = readFileSync(filename)
  // The bundle is ASCII.
  return {
    bundle,
    filename,
    script: new Script(bundle.latin1Slice(), { filename, cachedData: cacheFor(bundle, folder) }),
  }
}

function load({ script, filename }) {
  const module = { exports: {} }
  script.runInThisContext()(module.exports, require, module, filename)
  return module.exports
}

/** Runs the tool on the words after its name; gives its exit status. */
const start = (words) => load(compile()).main(words)

module.exports = { CACHE, RECORD, compile, load, platform, record, start }
