/** The page for users of ImageBuilder: it has an answer for everything that they can write, and its example builds. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it, test } from 'vitest'
import schema from '../../schemas/manifest.schema.json' with { type: 'json' }
import { domforge, workplace } from '../support/cli/tool.ts'
import { VARIABLES } from '../support/imagebuilder.ts'

const page = readFileSync(resolve(import.meta.dirname, '../../docs/imagebuilder.md'), 'utf8')

/** Of both scripts. */
const OPTIONS = ['-c', '-d', '-t', '-o', '-k', '-u', '-f', '-p', '-s', '-w', '-a', '-e']

/** First cells of the tables, and the text about disk images. */
const asked = page
  .split('\n')
  .map((line) =>
    line.startsWith('|')
      ? (line.split(' | ')[0] ?? '')
      : line.startsWith('`NUM_') || line.startsWith('domforge makes no')
        ? line
        : '',
  )
  .join('\n')

test.each([...VARIABLES, ...OPTIONS])('%s has an answer', (name) => {
  expect(asked).toMatch(new RegExp(`\`${name}(?:\\[[^\`]*\\])?(?:=[^\`]*)?\``))
})

describe('what the tables tell to write', () => {
  const { $defs, properties } = schema
  const propertiesOf = (name: keyof typeof $defs): readonly string[] => {
    const definition = $defs[name]
    return 'properties' in definition ? Object.keys(definition.properties) : []
  }
  const sections: Readonly<Record<string, readonly string[]>> = {
    xen: propertiesOf('Xen'),
    boot: propertiesOf('Boot'),
    platform: propertiesOf('Platform'),
  }
  const anywhere = new Set([
    ...Object.keys(properties),
    ...(['Dom0', 'Dom0lessDomain', 'XlDomain', 'LoadSd', 'CacheColoring', 'Kernel'] as const).flatMap(propertiesOf),
  ])
  const answers = page.split('\n').flatMap((line) => (line.startsWith('| `') ? (line.split(' | ')[1] ?? '') : ''))
  const snippets = answers.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, text = '']) => text))

  it.each(snippets.filter((text) => /^(?:xen|boot|platform)\.[a-z]/.test(text) && !/\.(?:cmd|scr|dtb)$/.test(text)))(
    '%s is a key of that section',
    (text) => {
      const [, section = '', key = ''] = /^(\w+)\.([a-z-]+)/.exec(text) ?? []
      expect(sections[section]).toContain(key)
    },
  )

  it.each(snippets.filter((text) => /^[a-z][a-z0-9-]*: /.test(text)))('%s begins with a key', (text) =>
    expect([...anywhere]).toContain(text.slice(0, text.indexOf(':'))),
  )
})

it('the example builds, without a warning', async () => {
  const place = await workplace('dom0-and-two')
  const { folder } = place
  const manifest = /```yaml\n([\s\S]*?)```/.exec(page)?.[1] ?? ''
  place.write(manifest)
  renameSync(join(folder, 'board.dtb'), join(folder, 'mpsoc.dtb'))
  const put = (from: string, to: string): void => writeFileSync(join(folder, to), readFileSync(join(folder, from)))
  put('Image', 'Image-dom0')
  put('camera.cpio.gz', 'dom0-ramdisk.cpio')
  for (const name of ['domu0', 'domu1']) {
    mkdirSync(join(folder, name))
    put('Image', `${name}/Image`)
    put('camera.cpio.gz', `${name}/ramdisk.cpio`)
  }
  const { status, stderr } = domforge(['build', 'system.yaml'], folder)
  expect([status, stderr]).toEqual([0, expect.not.stringMatching(/ (error|warning) /)])
  place.remove()
})
