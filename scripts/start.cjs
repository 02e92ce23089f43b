/**
 * Loads the bundles beside this file, with V8's code cache where `npm run build` or an earlier run left one that fits. Copied into dist/ by the
 * build; the package carries no cache, since one serves a single build of Node only.
 */
'use strict'
const { readFileSync, statSync } = require('node:fs')
const { basename, join } = require('node:path')
const { Script } = require('node:vm')

/** The bundle that every run needs. */
const MAIN = 'domforge'
/** Beside each bundle. */
const CACHE = '.cache'
/** What the cache was made for: one line, compared as a whole. */
const RECORD = '.cache-record'
/** Bundles that have a cache. */
const KEPT = [MAIN, 'others']
/** Commands that run most of what a bundle holds: a cache has the functions that ran. */
const THOROUGH = ['check', 'build', 'plan']
/** As for what Node itself compiles. */
const isDisabled = () => Boolean(process.env.NODE_DISABLE_COMPILE_CACHE)

/**
 * The program that runs, as text: V8 takes code that another build of Node made, even another patch release with the same V8, and crashes
 * in it. The executable's size and time tell builds apart that call themselves the same. Code that was made with other flags is what V8
 * itself turns away.
 */
function platform() {
  const { size, mtimeMs } = statSync(process.execPath)
  return JSON.stringify([process.versions, process.platform, process.arch, size, mtimeMs])
}

/**
 * V8 does not notice, when the sizes agree, that a cache belongs to another source. A bundle's first line is its hash, which tells builds apart
 * whose files all bear the time that npm gives them; the time tells that somebody has changed the file by hand, in the seconds that archives keep.
 */
function record(bundle, filename) {
  const hash = bundle.latin1Slice(0, bundle.indexOf('\n'))
  return `${platform()} ${hash} ${bundle.length} ${Math.floor(statSync(filename).mtimeMs / 1000)}`
}

/** V8 does not notice either that a cache is damaged: the file holds it twice. To compare costs less than to load what computes a checksum. */
function undamaged(twice) {
  const cache = twice.subarray(0, twice.length / 2)
  return cache.length > 0 && cache.equals(twice.subarray(cache.length)) ? cache : undefined
}

/** The cache, when everything is as it was when it was made. */
function cacheFor(fits, place) {
  if (isDisabled()) return undefined
  try {
    const isMadeForThis = readFileSync(`${place}${RECORD}`, 'latin1') === fits
    return isMadeForThis ? undamaged(readFileSync(`${place}${CACHE}`)) : undefined
  } catch {
    return undefined
  }
}

/** A compiled bundle: a table of parts, as an expression, so that V8 can read the file as it is. */
function compile(folder = __dirname, name = MAIN) {
  const place = join(folder, name)
  const filename = `${place}.cjs`
  const bundle = readFileSync(filename)
  const fits = record(bundle, filename)
  // The bundles are ASCII.
  return { name, fits, script: new Script(bundle.latin1Slice(), { filename, cachedData: cacheFor(fits, place) }) }
}

/** What the tool's first part exports. A part that no bundle held so far has one of its own; `use` is told of each bundle. */
function load(folder = __dirname, use = () => {}) {
  const parts = {}
  const loaded = new Map()
  const take = (name) => {
    const compiled = compile(folder, name)
    use(compiled)
    Object.assign(parts, compiled.script.runInThisContext())
  }
  const part = (name) => {
    const known = loaded.get(name)
    if (known) return known.exports
    if (!Object.hasOwn(parts, name)) take(name)
    const module = { exports: {} }
    loaded.set(name, module)
    const requirePart = (id) => (id.startsWith('./') ? part(basename(id, '.js')) : require(id))
    parts[name](module.exports, requirePart, module, join(folder, `${MAIN}.cjs`))
    return module.exports
  }
  take(MAIN)
  return part('main')
}

/** Whether what this run compiled serves others: code that was made with flags serves only runs with the same. */
const isTypical = (words, status) =>
  status === 0 && THOROUGH.includes(words[0]) && process.execArgv.length === 0 && !process.env.NODE_OPTIONS

const hasCache = ({ script }) => script.cachedDataRejected === false

/**
 * Runs the tool on the words after its name; gives its exit status. Where a bundle had no cache, all that were read are given one when all is
 * said: `build` runs what `check`, which may have left the first cache, does not.
 */
async function start(words) {
  const bundles = []
  const status = await load(__dirname, (bundle) => bundles.push(bundle)).main(words)
  if (
    !bundles.every(hasCache) &&
    !isDisabled() &&
    isTypical(words, status) &&
    bundles.every(({ name }) => KEPT.includes(name))
  )
    require('./keep-cache.cjs').keep(__dirname, module.exports, bundles)
  return status
}

module.exports = { CACHE, RECORD, compile, load, start }
