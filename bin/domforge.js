#!/usr/bin/env node
// Start-up is most of a run: CommonJS and a code cache, because loading and compiling modules would double it.
// Written in syntax that Node 12 parses, so that a Node that is too old can still print the message below.
'use strict'
const FLOOR = [20, 19]
const words = process.argv.slice(2)

function isTooOld(version) {
  const [major, minor] = version.split('.').map(Number)
  return major < FLOOR[0] || (major === FLOOR[0] && minor < FLOOR[1])
}

/** The same as in src/cli/streams.ts, which is not worth loading for one line. */
function onLostOutput(error) {
  if (error.code === 'EPIPE') return
  process.exitCode = 74
  process.stderr.on('error', () => {})
  process.stderr.write(`domforge: standard output cannot be written: ${error.message}\n`)
}

if (isTooOld(process.versions.node)) {
  const { version, execPath } = process
  process.stderr.write(`domforge: needs Node ${FLOOR.join('.')} or newer, and ${execPath} is ${version}\n`)
  process.exitCode = 2
} else if (words.length === 1 && words[0] === '--version') {
  process.stdout.on('error', onLostOutput)
  process.stdout.write(`domforge ${require('../package.json').version}\n`)
} else {
  const { start } = require('../dist/start.cjs')
  start(words).then((status) => {
    process.exitCode = status
  })
}
