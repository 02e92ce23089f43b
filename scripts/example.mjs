/** `npm run example`: builds every example, and prints what was made and what to do with it. */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { styleText } from 'node:util'
import { makeInputs } from './example-inputs.mjs'

const examples = fileURLToPath(new URL('../examples/', import.meta.url))
const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
const tool = fileURLToPath(new URL('../bin/domforge.js', import.meta.url))

const names = readdirSync(examples)
  .filter((name) => existsSync(join(examples, name, 'inputs.mjs')))
  .sort()
for (const name of names) {
  const folder = join(examples, name)
  const inputs = await makeInputs(name, folder)
  console.log(`\n${styleText('bold', name, { stream: process.stdout })}: made ${inputs.join(', ')}`)
  // git has build.json but not the binary outputs: after a pull those are of an older build than it says.
  const { status } = spawnSync(process.execPath, [tool, 'build', `${name}.yaml`, '-o', 'out', '--replace'], {
    cwd: folder,
    stdio: 'inherit',
  })
  if (status !== 0) process.exit(status ?? 1)
}
console.log(`
${names.length} examples are built: each examples/<name>/out/ holds its files; start with report/report.txt there.
Next: install domforge, as root or with --prefix and a folder of yours,
  npm pack && npm install -g ./domforge-${version}.tgz
then copy an example's manifest beside your board's device tree and images, change names and sizes, and run
  domforge check your.yaml     what is wrong, if anything
  domforge build your.yaml     the files that your board boots from`)
