import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { readManifest } from './stages.ts'

const folder = mkdtempSync(join(tmpdir(), 'domforge-source-'))
afterAll(() => rmSync(folder, { recursive: true }))

function readBytes(data: Uint8Array | string) {
  const file = join(folder, 'system.yaml')
  writeFileSync(file, data)
  return readManifest(file)
}

const latin = (text: string): Buffer => Buffer.from(text, 'latin1')

describe('readSource', () => {
  it('knows the folder that paths are relative to', () => {
    const { source } = readBytes('a: 1\n')
    expect(source?.folder).toBe(folder)
    expect(source?.file).toBe(join(folder, 'system.yaml'))
  })

  it.each([join(folder, 'missing.yaml'), folder, join(folder, 'a\0b'), join(folder, 'x'.repeat(300))])(
    'says MAN-001 of what cannot be read: %j',
    (file) => {
      const { findings, source } = readManifest(file)
      expect(findings.map(({ code }) => code)).toEqual(['MAN-001'])
      expect(findings[0]?.at).toEqual({ kind: 'file', file })
      expect(source).toBeUndefined()
    },
  )

  it.each([
    ['a byte that is not UTF-8', latin('a: 1\nb: caf\xe9 # x\n'), 'MAN-002 2:7'],
    ['a surrogate in UTF-8', latin('a: \xed\xa0\x80'), 'MAN-002 1:4'],
    ['a character cut off at the end', latin('a: \xe2\x82'), 'MAN-002 1:4'],
    ['UTF-16', Buffer.from('\ufeffa: 1\n', 'utf16le'), 'MAN-002 undefined:undefined'],
    ['a NUL', 'a: 1\nb: x\0y\n', 'MAN-002 2:5'],
    ['an escape sequence', 'a: \x1b[31mred', 'MAN-002 1:4'],
    ['a carriage return inside a line', 'a: 1\rb: 2\n', 'MAN-002 1:5'],
    ['a line separator', 'a: 1\nb: x\u2028y', 'MAN-002 2:5'],
    ['two MiB', `a: ${'x'.repeat(1 << 21)}`, 'MAN-002 undefined:undefined'],
  ])('refuses %s', (_, data, expected) => {
    const { brief, source } = readBytes(data)
    expect(brief).toEqual([expected])
    expect(source).toBeUndefined()
  })

  it('takes a byte order mark and CR LF, and counts as editors do', () => {
    const { source } = readBytes('\ufeffa: 1\r\nb: \u{1f600} # x\r\nc: 3\r\n')
    expect(source?.value).toEqual({ a: 1, b: '\u{1f600}', c: 3 })
    expect(source?.locate({ kind: 'manifest', pointer: '/a', on: 'key' })).toMatchObject({ line: 1, column: 1 })
    const b = source?.locate({ kind: 'manifest', pointer: '/b', on: 'value' })
    expect(b).toMatchObject({ line: 2, column: 4, endColumn: 6, text: 'b: \u{1f600} # x' })
  })
})
