/** What ends of links with Argo are told, judged by the published schema, compilers and shells. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { afterAll, expect, it } from 'vitest'
import argoSchema from '../../schemas/argo.schema.json' with { type: 'json' }
import planSchema from '../../schemas/plan.schema.json' with { type: 'json' }
import { emitAll } from '../../src/emit/registry.ts'
import type { ArgoDocument } from '../../src/guests/argo-document.ts'
import { Bench, manifestOf } from '../support/checks/systems.ts'

const bench = new Bench()
const out = mkdtempSync(join(tmpdir(), 'domforge-argo-'))
afterAll(() => {
  bench.remove()
  rmSync(out, { recursive: true, force: true })
})

const LONGEST = `n${'-1'.repeat(19)}x`
const HOSTILE = 'a"b\\c */ /* $(touch owned) `x` é'
const { assembly, findings } = bench.outcomeOf(
  manifestOf({
    config: 'argo.config',
    bootargs: 'argo=1 xsm=dummy',
    domains: [
      'dom0: { boot: dom0, kernel: { image: Image }, ramdisk: ramdisk, memory: 256MiB }',
      'one: { boot: dom0less, kernel: { image: Image }, ramdisk: ramdisk, memory: 64MiB, enhanced: no-xenstore }',
      'two: { boot: xl, kernel: { image: Image }, ramdisk: ramdisk, memory: 64MiB }',
    ],
    end: [
      'argo:',
      '  first.link: { ends: { one: {}, dom0: {} }, port: 4294967295 }',
      `  ${LONGEST}: { ends: { one: {}, two: {} } }`,
    ],
  }).replace('name: near-miss', `name: ${JSON.stringify(HOSTILE)}`),
)
if (!assembly) throw new Error(findings.all.map(({ message }) => message).join('\n'))
for (const { path, contents } of emitAll(assembly)) {
  mkdirSync(dirname(join(out, path)), { recursive: true })
  writeFileSync(join(out, path), contents)
}
const textOf = (path: string): string => readFileSync(join(out, path), 'utf8')
const documentOf = (guest: string): ArgoDocument => JSON.parse(textOf(`domains/${guest}/argo.json`))
const ENDS = ['dom0', 'one', 'two'] as const
const NOT_FOR_EVER = { idIsValid: 'until the domain is created anew' } as const

it.each(ENDS)('argo.json of %s keeps to its schema', (guest) => {
  const validate = new Ajv2020({ strict: true, allErrors: true }).compile(argoSchema)
  validate(documentOf(guest))
  expect(validate.errors).toBeNull()
})

it('plan.json keeps to its schema, and has the ports', () => {
  const validate = new Ajv2020({ strict: true, allErrors: true }).compile(planSchema)
  const plan = JSON.parse(textOf('plan.json'))
  validate(plan)
  expect(validate.errors).toBeNull()
  expect(plan.argo['first.link']).toMatchObject({ ends: ['one', 'dom0'], port: { value: 4294967295, by: 'manifest' } })
})

it('both ends have the same port, and the id of the other where it is known', () => {
  expect(documentOf('one').links).toEqual({
    'first.link': { port: 4294967295, peer: { name: 'dom0', id: 0, ...NOT_FOR_EVER } },
    [LONGEST]: { port: 1, peer: { name: 'two', ...NOT_FOR_EVER } },
  })
  expect(documentOf('dom0').links['first.link']).toEqual({
    port: 4294967295,
    peer: { name: 'one', id: 1, ...NOT_FOR_EVER },
  })
  expect(documentOf('two').links[LONGEST]).toEqual({ port: 1, peer: { name: 'one', id: 1, ...NOT_FOR_EVER } })
})

const WARNINGS = ['-Wall', '-Wextra', '-Wpedantic', '-Wshadow', '-Wconversion', '-Werror', '-trigraphs']

it.each(ENDS)('argo.h of %s compiles as C and C++, and says what argo.json says', (guest) => {
  const header = join(out, 'domains', guest, 'argo.h')
  const document = documentOf(guest)
  const checks = Object.entries(document.links).flatMap(([name, { port, peer }]) => {
    const prefix = `DOMFORGE_ARGO__${name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')}__`
    return [
      `${prefix}PORT == ${port}u`,
      `!strcmp(${prefix}PEER, "${peer.name}")`,
      ...(peer.id === undefined ? [] : [`${prefix}PEER_ID == ${peer.id}`]),
    ]
  })
  const program = join(out, `say-${guest}`)
  writeFileSync(
    `${program}.c`,
    `#include "${header}"\n#include "${header}"\n#include <stdio.h>\n#include <string.h>\nint main(void) {\n${checks.map((check) => `\tif (!(${check})) return 1;`).join('\n')}\n\tputs(DOMFORGE_ARGO_SYSTEM);\n\treturn 0;\n}\n`,
  )
  execFileSync('gcc', ['-std=c11', ...WARNINGS, '-o', program, `${program}.c`])
  expect(execFileSync(program, { encoding: 'utf8' })).toBe(`${HOSTILE}\n`)
  execFileSync('g++', ['-std=c++11', ...WARNINGS, '-x', 'c++', '-fsyntax-only', `${program}.c`])
})

it.each(ENDS)('argo.env of %s says it to a shell', (guest) => {
  const { links, domain } = documentOf(guest)
  const script =
    'set -eu; cd "$2"; . "$1"; printf "%s %s\\n" "$DOMFORGE_ARGO_DOMAIN" "$DOMFORGE_ARGO_SYSTEM"; for link in $DOMFORGE_ARGO_LINKS; do eval "echo \\$((DOMFORGE_ARGO__"$link"__PORT)) \\$DOMFORGE_ARGO__"$link"__PEER"; done'
  const said = execFileSync('dash', ['-c', script, 'dash', join(out, 'domains', guest, 'argo.env'), out], {
    encoding: 'utf8',
  })
  expect(said.trimEnd().split('\n')).toEqual([
    `${domain.name} ${HOSTILE}`,
    ...Object.values(links).map(({ port, peer }) => `${port} ${peer.name}`),
  ])
})

it('the archive after the ramdisk has both files of a guest with links alone', () => {
  const archive = join(out, 'domains/one/metadata.cpio')
  mkdirSync(join(out, 'unpacked'))
  execFileSync('busybox', ['cpio', '-idm'], {
    cwd: join(out, 'unpacked'),
    input: readFileSync(archive),
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  for (const name of ['argo.json', 'argo.env'])
    expect(readFileSync(join(out, 'unpacked/etc/domforge', name), 'utf8')).toBe(textOf(`domains/one/${name}`))
})

it('xen-options.config has what Kconfig hides Argo behind', () => {
  expect(textOf('xen-options.config')).toMatch(/^CONFIG_UNSUPPORTED=y\n(?:.*\n)*CONFIG_ARGO=y$/m)
})
