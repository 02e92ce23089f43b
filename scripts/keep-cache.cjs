/**
 * Leaves V8's code cache beside a bundle, with the record that `start.cjs` compares. The build uses it, and, as Python does with `__pycache__`, a run that found
 * no cache, such as the first of an installed package. The build copies it into dist/; it is loaded only to write.
 */
'use strict'
const { accessSync, constants, renameSync, rmSync, statSync, writeFileSync } = require('node:fs')
const { join } = require('node:path')

/** Replaces a file, so that whoever reads it meanwhile finds the old one or the new one. */
function replace(path, data) {
  const fresh = `${path}.${process.pid}`
  try {
    writeFileSync(fresh, data, { flag: 'wx' })
    renameSync(fresh, path)
  } catch (error) {
    rmSync(fresh, { force: true })
    throw error
  }
}

/** Writes the functions of a bundle that have run so far, twice, as `start.cjs` expects. If two runs write at once, either's files serve both. */
function writeCache(folder, { CACHE, RECORD }, { name, fits, script }) {
  const cache = script.createCachedData()
  const place = join(folder, name)
  replace(`${place}${CACHE}`, Buffer.concat([cache, cache]))
  replace(`${place}${RECORD}`, fits)
}

/** Whether caches may be left in `folder`. Root can write everywhere, but should not where nobody else may. */
function isOpen(folder) {
  accessSync(folder, constants.W_OK)
  return (statSync(folder).mode & 0o222) !== 0
}

/** Writes caches of `bundles`, as far as possible; a run does not fail because of them. */
function keep(folder, forms, bundles) {
  try {
    if (isOpen(folder)) for (const compiled of bundles) writeCache(folder, forms, compiled)
  } catch {
    // The next run compiles again, as this one did.
  }
}

module.exports = { keep, writeCache }
