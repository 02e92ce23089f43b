#!/usr/bin/env node
// Start-up is most of a run: CommonJS and a code cache, because loading and compiling modules would double it.
'use strict'
const words = process.argv.slice(2)
if (words.length === 1 && words[0] === '--version') {
  process.stdout.write(`domforge ${require('../package.json').version}\n`)
} else {
  const { start } = require('../dist/start.cjs')
  start(words).then((status) => {
    process.exitCode = status
  })
}
