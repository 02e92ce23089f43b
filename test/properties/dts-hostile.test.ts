/** Sources and overlays of unknown origin. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { applyOverlay } from '../../src/devicetree/overlay/apply-overlay.ts'
import { parseDts } from '../../src/devicetree/parse/parse-dts.ts'
import { readDtb } from '../../src/devicetree/read/read-dtb.ts'
import { writeDtb } from '../../src/devicetree/write/write-dtb.ts'
import { ok } from '../devicetree/expect-ok.ts'
import { cpuTimer } from '../support/cpu-time.ts'
import { damagedBlob } from '../support/devicetree/arbitrary-damage.ts'
import { baseSource, overlaySource } from '../support/devicetree/arbitrary-overlay.ts'
import { boardSource, pluginSource } from '../support/devicetree/arbitrary-source.ts'
import { place } from '../support/hostile/place.ts'

/** Of CPU time: far above what is needed, far below what anything quadratic takes at these sizes. */
const MILLISECONDS = 5000

/** Whether the text is a tree; fails on everything that a text may not do. */
function parses(text: string): boolean {
  const elapsed = cpuTimer()
  const result = parseDts(text, {
    file: 'hostile.dts',
    symbols: true,
    include: (path) => ({ file: path, text: 'x = <1>;' }),
    incbin: () => Uint8Array.of(1, 2, 3),
  })
  expect(elapsed()).toBeLessThan(MILLISECONDS)
  if (result.ok) writeDtb(result.value)
  else expect(result.problems.every(({ message }) => /^[^\p{Cc}]+$/u.test(message))).toBe(true)
  return result.ok
}

const WORDS = [
  ...'/{}<>[]()=;,:&*"\'\\#@?!~-+%^|\n',
  '/ {',
  '};',
  '/dts-v1/;',
  '/plugin/;',
  '/memreserve/',
  '/bits/ 8',
  '/delete-node/',
  '/delete-property/',
  '/omit-if-no-ref/',
  '/include/ "a"',
  '/incbin/("a", 1, 1)',
  '/*',
  '*/',
  '//',
  '# 1 "f"',
  '#define',
  '&l0',
  '&{/n0}',
  '&{',
  'l0:',
  'n0',
  'p0 =',
  '0x',
  '<<',
  '&&',
  '\0',
  'ü',
  '\ud800',
  '0777777777777777777777777777',
  '99999999999999999999',
  "'a'",
  "'",
  '"',
  '\\x',
]

type Edit = { readonly at: number; readonly drop: number; readonly insert: string }
const edit: fc.Arbitrary<Edit> = fc.record({
  at: place,
  drop: fc.constantFrom(0, 0, 1, 2, 10, 100),
  insert: fc.oneof(
    fc.constant(''),
    fc.constantFrom(...WORDS),
    fc.constantFrom(...WORDS).map((word) => word.repeat(50)),
  ),
})
const edited = (text: string, edits: readonly Edit[]): string =>
  edits.reduce((whole, { at, drop, insert }) => {
    const from = Math.floor(at * whole.length)
    return whole.slice(0, from) + insert + whole.slice(from + drop)
  }, text)

describe('hostile sources', { timeout: 120_000 }, () => {
  it('made of valid ones never make anything throw or hang', () => {
    let trees = 0
    fc.assert(
      fc.property(
        fc.oneof(boardSource, pluginSource),
        fc.array(edit, { minLength: 1, maxLength: 4 }),
        (text, edits) => {
          if (parses(edited(text, edits))) trees++
        },
      ),
      { numRuns: 1000 },
    )
    expect(trees).toBeGreaterThan(10)
  })

  it('made of words never make anything throw or hang', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...WORDS), { maxLength: 60 }), (words) => {
        parses(words.join(' '))
        parses(`/dts-v1/; / { ${words.join(' ')} }; ${words.join('')}`)
      }),
      { numRuns: 1000 },
    )
  })
})

const N = 20_000
const each = (piece: (index: number) => string): string =>
  Array.from({ length: N }, (_, index) => piece(index)).join('')

describe('sources of great size', { timeout: 120_000 }, () => {
  it.each<[string, string, boolean]>([
    ['nodes', `/ { ${each((i) => `n${i} { };`)} };`, true],
    ['properties', `/ { ${each((i) => `p${i};`)} };`, true],
    ['labels of one node', `/ { ${each((i) => `l${i}: `)} n { }; };`, true],
    ['labels of one property', `/ { ${each((i) => `l${i}: `)} n; };`, true],
    ['labels in a value', `/ { n = <${each((i) => `l${i}: `)}>; };`, true],
    ['cells', `/ { n = <${each((i) => ` ${i}`)}>; };`, true],
    ['lists', `/ { n = ${each((i) => `<${i}>,`)}<1>; };`, true],
    ['references', `/ { l: n { }; a = <${each(() => ' &l')}>; };`, false],
    ['references by path', `/ { a = <${each(() => ' &{/n}')}>; n { }; };`, true],
    ['extensions', `/ { l: n { }; }; ${each((i) => `&l { p${i}; };`)}`, true],
    ['definitions', each((i) => `/ { p${i}; };`), true],
    ['deletions', `/ { ${each((i) => `l${i}: n${i} { };`)} }; ${each((i) => `/delete-node/ &l${i};`)}`, true],
    ['nodes of one name, deleted', `/ { ${each(() => 'n { };')} }; ${each(() => '/delete-node/ &{/n};')}`, true],
    ['nodes of one label', `/ { ${each((i) => `l: n${i} { };`)} }; ${each(() => '&l { };')}`, false],
    ['reincarnations', `/ { n { }; }; ${each(() => '/delete-node/ &{/n}; / { l: n { p; }; };')}`, true],
    ['comments on a line', `/ { ${each(() => '/**/')} };`, true],
    ['line markers', `${each((i) => `\n# ${i} "f"\n`)}/ { };`, true],
    ['operators', `/ { a = <(1${each(() => '+1')})>; };`, true],
    ['characters in a string', `/ { a = "${each(() => '\\0abc')}"; };`, true],
    ['escapes', `/ { a = "${each(() => '\\x41')}"; };`, true],
    ['problems', `/ { ${each(() => 'a = ;')} };`, false],
    ['quotes', `/ { a = <${each(() => "'\\''")}>; };`, true],
    ['digits', `/ { a = <${'0'.repeat(N)}1 ${'9'.repeat(N)}>; };`, false],
    ['includes', `/ { ${each(() => '/include/ "x"\n')} };`, false],
    ['fixups', `/ { a = <${each((i) => ` &x${i}`)}>; };`, true],
    ['fragments', each((i) => `&x${i} { };`), true],
  ])('%s', (what, text, isTree) => {
    const header = what === 'fixups' || what === 'fragments' ? '/dts-v1/; /plugin/;' : '/dts-v1/;'
    expect(parses(`${header} ${text}`)).toBe(isTree)
  })
})

describe('hostile overlays', { timeout: 120_000 }, () => {
  const blobOf = (source: string): Uint8Array => ok(writeDtb(ok(parseDts(source, { file: 'a.dts', symbols: true }))))

  it('never make anything throw or hang', () => {
    let results = 0
    const byte = fc.tuple(fc.nat({ max: 5000 }), fc.nat({ max: 255 }))
    fc.assert(
      fc.property(baseSource, overlaySource, fc.array(byte, { minLength: 1, maxLength: 3 }), (base, overlay, bytes) => {
        const damaged = Uint8Array.from(blobOf(overlay))
        for (const [at, value] of bytes) damaged[56 + (at % (damaged.length - 56))] = value
        const read = readDtb(damaged)
        if (!read.ok) return
        const elapsed = cpuTimer()
        const applied = applyOverlay(ok(readDtb(blobOf(base))), read.value)
        expect(elapsed()).toBeLessThan(MILLISECONDS)
        if (applied.ok) results++
      }),
      { numRuns: 800 },
    )
    expect(results).toBeGreaterThan(20)
  })

  it('may be any blob, onto any blob', () => {
    fc.assert(
      fc.property(damagedBlob, damagedBlob, (one, other) => {
        const [base, overlay] = [readDtb(one), readDtb(other)]
        if (base.ok && overlay.ok) applyOverlay(base.value, overlay.value)
      }),
      { numRuns: 500 },
    )
  })
})
