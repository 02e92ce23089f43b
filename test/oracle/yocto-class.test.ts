/** Python of yocto/classes/domforge.bbclass, run by Python: what a recipe waits for. */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, it } from 'vitest'

const text = readFileSync(resolve(import.meta.dirname, '../../yocto/classes/domforge.bbclass'), 'utf8')

/** A function of the class, as text. */
const functionOf = (name: string): string =>
  new RegExp(`^def ${name}\\([\\s\\S]*?(?=\\n\\S)`, 'm').exec(text)?.[0] ?? ''

it.each([
  ['', '', ''],
  ['virtual/kernel xen', 'virtual/kernel:do_deploy xen:do_deploy', ''],
  [
    'xen guest-image:do_image_complete mc::guest:guest-image:do_image_complete',
    'xen:do_deploy guest-image:do_image_complete',
    'mc::guest:guest-image:do_image_complete',
  ],
])('%s: waits for %s and %s', (images, own, others) => {
  const program = `import sys\n${functionOf('domforge_tasks')}\nfor others in (False, True): print(domforge_tasks(sys.argv[1].split(), others))`
  const { status, stdout, stderr } = spawnSync('python3', ['-c', program, images], { encoding: 'utf8' })
  expect([status, stderr, stdout]).toEqual([0, '', `${own}\n${others}\n`])
})
