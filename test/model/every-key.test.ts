/** Whether the list of objects whose keys must all be read is complete. That their keys are read is for the compiler. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const textOf = (path: string): string => readFileSync(new URL(`../../src/${path}`, import.meta.url), 'utf8')

const generated = textOf('manifest/manifest.gen.ts')

/** Types that are, or have among their forms, an object with keys that the schema names. */
function objects(): readonly string[] {
  const types = generated.matchAll(/^export (?:interface|type) (\w+) (?:= )?([^\n]*\{\n[\s\S]*?^\}.*)$/gm)
  return [...types].filter(([, , body]) => /^(?:"[\w-]+"|\w+)\??:/m.test(body ?? '')).map(([, name]) => name ?? '')
}

/** What the list names: members of the union `LoadMethod` as a whole, and one of several types that the schema has once (`File1`). */
const listed = (name: string): string =>
  /^Load(?:Tftp|Sd|Scsi|Usb|Virtio|Command|Memory)$/.test(name) ? 'LoadMethod' : name.replace(/(?<!^Dom)\d$/, '')

test('every object of the schema is in the list', () => {
  const list = textOf('model/every-key.ts')
  const names = objects().map(listed)
  expect(names).toEqual(
    expect.arrayContaining(['Manifest', 'Dom0', 'Domain', 'File', 'Colors', 'LoadMethod', 'VirtioBuffers']),
  )
  expect(names.filter((name) => !new RegExp(`manifest\\.${name}\\b`).test(list))).toEqual([])
})
