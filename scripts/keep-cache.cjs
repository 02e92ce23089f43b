/**
 * Leaves V8's code cache beside a bundle, with the record that `start.cjs` compares: by the build, and, as Python does with `__pycache__`, by
 * a run that found none, such as the first one of an installed package. Copied into dist/ by the build; loaded only to write.
 */
'use strict'
const { accessSync, constants, renameSync, rmSync, statSync, writeFileSync } = require('node:fs')
const { join } = require('node:path')

/** Whoever reads meanwhile finds the old file or the new one. */
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

/** The functions of a bundle that ran so far, twice, as `start.cjs` wants them. Two that write at once write what serves both. */
function writeCache(folder, { CACHE, RECORD }, { name, fits, script }) {
  const cache = script.createCachedData()
  const place = join(folder, name)
  replace(`${place}${CACHE}`, Buffer.concat([cache, cache]))
  replace(`${place}${RECORD}`, fits)
}

/** Also root, who may write everywhere, writes nothing where nobody may. */
function isOpen(folder) {
  accessSync(folder, constants.W_OK)
  return (statSync(folder).mode & 0o222) !== 0
}

/** As much as can be written; a run does not fail for it. */
function keep(folder, forms, bundles) {
  try {
    if (isOpen(folder)) for (const compiled of bundles) writeCache(folder, forms, compiled)
  } catch {
    // The next run compiles again, as this one did.
  }
}

module.exports = { keep, writeCache }
