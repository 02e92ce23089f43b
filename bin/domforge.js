#!/usr/bin/env node
// Start-up is most of a run: CommonJS and a code cache, because loading and compiling modules would double it.
'use strict'
const words = process.argv.slice(2)
if (words.length === 1 && words[0] === '--version') {
  // As src/cli/streams.ts, which is not loaded for so little.
  process.stdout.on('error', (error) => {
    if (error.code === 'EPIPE') return
    process.exitCode = 74
    process.stderr.on('error', () => {})
    process.stderr.write(`domforge: standard output cannot be written: ${error.message}\n`)
  })
  process.stdout.write(`domforge ${require('../package.json').version}\n`)
} else {
  const { start } = require('../dist/start.cjs')
  start(words).then((status) => {
    process.exitCode = status
  })
}
