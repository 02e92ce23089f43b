import { describe, expect, it } from 'vitest'
import { propertyNamed } from '../../../src/devicetree/model.ts'
import { parseDts } from '../../../src/devicetree/parse/parse-dts.ts'
import { outline } from '../../support/devicetree/outline.ts'
import { ok, problemsOf } from '../expect-ok.ts'

const parsedWith = (files: Readonly<Record<string, string>>) =>
  parseDts(files['main'] ?? '', {
    file: 'main',
    include: (path) => {
      const text = files[path]
      return text === undefined ? undefined : { file: path, text }
    },
  })

describe('/include/', () => {
  it('goes on in the other file, anywhere', () => {
    const files = {
      main: '/dts-v1/; / { a = /include/ "value" ; /include/ "body" }; /include/ "more"',
      value: '<1>, "x"',
      body: 'b; n { };',
      more: '/ { n { c; }; };',
    }
    expect(outline(ok(parsedWith(files)))).toEqual(['/', '  a = <1>, "x"', '  b', '/n', '  c'])
  })

  it('keeps the places of each file', () => {
    const { root } = ok(parsedWith({ main: '/dts-v1/;\n/ { /include/ "b"\n c; };', b: '\n\n b;\n' }))
    expect(propertyNamed(root, 'b')?.origin).toMatchObject({ file: 'b', line: 3, column: 2 })
    expect(propertyNamed(root, 'c')?.origin).toMatchObject({ file: 'main', line: 3, column: 2 })
  })

  it('does not run in circles', () => {
    const files = { main: '/dts-v1/; /include/ "b"', b: '/include/ "c"', c: '\n/include/ "b"' }
    expect(problemsOf(parsedWith(files))).toBe("'b' includes itself")
  })

  it('does not nest too deeply', () => {
    const result = parseDts('/dts-v1/; /include/ "0"', {
      file: 'main',
      include: (path) => ({ file: path, text: `/include/ "${Number(path) + 1}"` }),
    })
    expect(problemsOf(result)).toContain('more than 200 files')
  })

  it('does not blow up', () => {
    const result = parseDts('/dts-v1/; /include/ "0"', {
      file: 'main',
      include: (path) => ({ file: path, text: `/include/ "${Number(path) + 1}"`.repeat(2) + ' '.repeat(1_000_000) }),
    })
    expect(problemsOf(result)).toContain('are larger than')
  })
})

describe('/incbin/', () => {
  const withFile = (source: string) =>
    parseDts(`/dts-v1/; / { a = ${source}; };`, {
      file: 'main',
      incbin: (path, from) => (path === 'x' && from === 'main' ? Uint8Array.of(1, 2, 3, 4) : undefined),
    })

  it.each([
    ['/incbin/("x")', '[01020304]'],
    ['/incbin/("x", 1, 2), <1>', '[0203], <1>'],
    ['/incbin/("x", 3, (1 << 40))', '[04]'],
    ['/incbin/("x", 9, 1)', '[]'],
  ])('%s', (source, value) => {
    expect(outline(ok(withFile(source)))).toEqual(['/', `  a = ${value}`])
  })

  it('of a file that is not there is a problem', () => {
    expect(problemsOf(withFile('/incbin/("y")'))).toContain("'y'")
  })
})
