/**
 * Loads the bundles beside this file, with V8's code cache if `npm run build` or an earlier run left one that fits. The build copies it into dist/. The package
 * has no cache, since a cache serves only one build of Node.
 */
'use strict'
const { readFileSync, statSync } = require('node:fs')
const { basename, join } = require('node:path')
const { Script } = require('node:vm')

/** The bundle that every run needs. */
const MAIN = 'domforge'
/** Ending of a bundle's cache. */
const CACHE = '.cache'
/** Ending of the file that says what a cache was made for, in a line that is compared as a whole. */
const RECORD = '.cache-record'
/** Bundles that have a cache. */
const KEPT = [MAIN, 'others']
/** Commands that run most functions of a bundle. A cache has only functions that ran. */
const THOROUGH = ['check', 'build', 'plan']
/** Whether the user wants no code caches, neither Node's nor these. */
const isDisabled = () => Boolean(process.env.NODE_DISABLE_COMPILE_CACHE)

/**
 * The program that runs, as text: V8 accepts code from another build of Node, even another patch release with the same V8, and crashes in it. The executable's
 * size and time tell builds apart that have the same version. V8 itself rejects code that was made with other flags.
 */
function platform() {
  const { size, mtimeMs } = statSync(process.execPath)
  return JSON.stringify([process.versions, process.platform, process.arch, size, mtimeMs])
}

/**
 * What a cache of a bundle is for. If the sizes agree, V8 does not notice that a cache is of another source. A bundle's first line is its hash, which tells
 * builds apart whose files all have the time that npm gives them. The time tells when somebody has changed the file by hand; it is in seconds, as in archives.
 */
function record(bundle, filename) {
  const hash = bundle.latin1Slice(0, bundle.indexOf('\n'))
  return `${platform()} ${hash} ${bundle.length} ${Math.floor(statSync(filename).mtimeMs / 1000)}`
}

/** The cache in a file, which has it twice; `undefined`: it is damaged, which V8 would not notice. Comparing costs less than loading what computes a checksum. */
function undamaged(twice) {
  const cache = twice.subarray(0, twice.length / 2)
  return cache.length > 0 && cache.equals(twice.subarray(cache.length)) ? cache : undefined
}

/** The cache of the bundle at `place`; `undefined`: there is none that fits. */
function cacheFor(fits, place) {
  if (isDisabled()) return undefined
  try {
    const isMadeForThis = readFileSync(`${place}${RECORD}`, 'latin1') === fits
    return isMadeForThis ? undamaged(readFileSync(`${place}${CACHE}`)) : undefined
  } catch {
    return undefined
  }
}

/** A bundle, compiled. It is an expression, a table of parts, so that V8 can read the file as it is. */
function compile(folder = __dirname, name = MAIN) {
  const place = join(folder, name)
  const filename = `${place}.cjs`
  const bundle = readFileSync(filename)
  const fits = record(bundle, filename)
  // The bundles are ASCII.
  return { name, fits, script: new Script(bundle.latin1Slice(), { filename, cachedData: cacheFor(fits, place) }) }
}

/** Loads the tool, and returns the exports of its first part. A part that no bundle so far has is in one of its own. `use` is called with each bundle. */
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

/** Whether a cache from this run would serve others: one that was made with flags serves only runs with the same. */
const isTypical = (words, status) =>
  status === 0 && THOROUGH.includes(words[0]) && process.execArgv.length === 0 && !process.env.NODE_OPTIONS

const hasCache = ({ script }) => script.cachedDataRejected === false

/**
 * Runs the tool with the words after its name, and returns its exit status. If a bundle had no cache that fits, all bundles that were read get a new one
 * afterwards: `build` runs functions that `check`, which may have left the cache of the first bundle, does not.
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
