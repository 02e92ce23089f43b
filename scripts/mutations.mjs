// `npm run mutations -- --mutations 2000 --seed 7`: trees that boot, changed at random, linted and booted; says where rules and Xen disagree.
// --from N begins with the change of that number; --xen RELEASE=XEN,CONFIG, also several times, boots these instead of what is built from
// Debian's sources.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const text = (otherwise) => ({ type: 'string', default: otherwise })
const { values } = parseArgs({
  options: {
    mutations: text('2000'),
    seed: text('1'),
    from: text('0'),
    xen: { type: 'string', multiple: true, default: [] },
  },
})
for (const name of ['mutations', 'seed', 'from'])
  if (!/^[0-9]+$/.test(values[name])) {
    console.error(`--${name} wants a number, not ${values[name]}`)
    process.exit(2)
  }
const { status } = spawnSync(
  process.execPath,
  ['node_modules/vitest/vitest.mjs', 'run', '--project', 'boot', 'test/boot/mutations.test.ts'],
  {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    stdio: 'inherit',
    env: {
      ...process.env,
      DOMFORGE_RUNS: values.mutations,
      DOMFORGE_SEED: values.seed,
      DOMFORGE_FIRST: values.from,
      ...(values.xen.length > 0 ? { DOMFORGE_XENS: values.xen.join(' ') } : {}),
    },
  },
)
process.exitCode = status ?? 1
