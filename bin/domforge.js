#!/usr/bin/env node
// The version is answered here, without loading the bundle.
if (process.argv.length === 3 && process.argv[2] === '--version') {
  const { readFileSync } = await import('node:fs')
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  process.stdout.write(`domforge ${version}\n`)
} else {
  const { main } = await import('../dist/domforge.js')
  process.exitCode = await main(process.argv.slice(2))
}
