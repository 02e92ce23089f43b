/** What xl is told to attach to a guest that Xen has started: words of the manifest through a real shell, as xl gets them. */
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { assemble } from '../../src/assemble/assemble.ts'
import { emitAll } from '../../src/emit/registry.ts'
import { Bench, DOM0, manifestOf } from '../support/checks/systems.ts'

const bench = new Bench()
const folder = mkdtempSync(join(tmpdir(), 'domforge-pv-'))
afterAll(() => {
  bench.remove()
  rmSync(folder, { recursive: true, force: true })
})

const TARGET = `/srv/it's $HOME, \`x\` "y"`
const guest = (more: string): string => `{ kernel: { image: Image }, memory: 64MiB, ${more} }`
const pv = `disks: { root: { target: ${JSON.stringify(TARGET)} }, data: { target: /dev/vg/data, read-only: true, format: qcow2 } }, networks: { lan: { bridge: xenbr0, mac: "00:16:3e:00:00:01" }, wan: {} }`

const files = new Map(
  (() => {
    const { plan } = bench.outcomeOf(
      manifestOf({
        domains: [
          DOM0,
          `app: ${guest(`boot: dom0less, enhanced: enabled, ${pv}`)}`,
          `later: ${guest(`boot: xl, ${pv}`)}`,
          `plain: ${guest('boot: dom0less')}`,
        ],
      }),
    )
    return plan ? emitAll(assemble(plan)) : []
  })().map(({ path, contents }) => [path, String(contents)]),
)

const DISKS = [
  `vdev=xvda,format=raw,access=rw,target=${TARGET}`,
  'vdev=xvdb,format=qcow2,access=ro,target=/dev/vg/data',
]

it('a guest that xl creates has them in its configuration, and so has a boot-time guest for its later lives', () => {
  for (const name of ['later', 'app']) {
    const config = files.get(`domains/${name}/${name}.cfg`) ?? ''
    const values = (key: string): string => new RegExp(`^${key} = (\\[[^]*?\\])$`, 'm').exec(config)?.[1] ?? ''
    expect(values('vif')).toBe('[ "type=vif,mac=00:16:3e:00:00:01,bridge=xenbr0", "type=vif" ]')
    for (const disk of DISKS.slice(1)) expect(values('disk')).toContain(`"${disk}"`)
  }
})

it('a boot-time guest gets them by xl in its first life, word for word', () => {
  const script = join(folder, 'attach')
  writeFileSync(script, files.get('control/pv/pv-attach-app') ?? '')
  writeFileSync(
    join(folder, 'xl'),
    `#!/bin/sh\nfor word; do printf '%s\\n' "$word"; done >>"${folder}/words"; echo >>"${folder}/words"\n`,
  )
  chmodSync(join(folder, 'xl'), 0o755)
  const env = { PATH: `${folder}:${process.env['PATH']}` }
  expect(spawnSync('sh', [script], { env }).status).toBe(0)
  expect(readFileSync(join(folder, 'words'), 'utf8')).toBe(
    `${[
      ...DISKS.map((disk) => `block-attach\n1\n${disk}\n`),
      'network-attach\n1\ntype=vif\nmac=00:16:3e:00:00:01\nbridge=xenbr0\n',
      'network-attach\n1\ntype=vif\n',
    ].join('\n')}\n`,
  )
  expect(spawnSync('sh', [script, '1; id'], { env }).status).toBe(1)
})

it('others have no such script', () => {
  expect([...files.keys()].filter((path) => path.startsWith('control/pv/'))).toEqual([
    'control/pv/pv-attach-app',
    'control/pv/pv-attach-app.service',
  ])
})
