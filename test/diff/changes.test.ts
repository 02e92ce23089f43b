/** What is told of two plans, and what is not. */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { diffMarkdown, diffText } from '../../src/cli/diff/render.ts'
import { type Change, changesBetween } from '../../src/diff/changes.ts'

const plan = readFileSync(resolve(import.meta.dirname, '../../examples/three-static/out/plan.json'), 'utf8')
const built = JSON.parse(plan) as object

/** The plan in which a value is another one: all of `from` are. */
const changed = (from: string, to: string): object => {
  expect(plan).toContain(from)
  return JSON.parse(plan.replaceAll(from, to)) as object
}

/** Without the members at `path`. */
function without(...path: readonly string[]): object {
  const copy = JSON.parse(plan) as Record<string, never>
  let at: Record<string, never> = copy
  for (const part of path.slice(0, -1)) at = at[part] ?? {}
  delete at[path.at(-1) ?? '']
  return copy
}

const brief = (changes: readonly Change[]) => changes.map(({ topic, what, isSeen }) => [topic, what, isSeen])

describe('changesBetween', () => {
  it('finds nothing in two plans of one system', () => {
    expect(changesBetween(built, JSON.parse(plan) as object)).toEqual([])
  })

  it('is not about who chose a number', () => {
    expect(changesBetween(built, changed('"by": "allocated"', '"by": "lock"'))).toEqual([])
  })

  it('tells what guests see from what they do not', () => {
    const moved = changesBetween(built, changed('"value": "0x9ff00000"', '"value": "0x9fe00000"'))
    expect(brief(moved)).toEqual([
      ['memory', "shared memory 'samples' on the host", false],
      ['memory', "shared memory 'samples' in sensor", true],
    ])
    expect(moved[0]).toMatchObject({ before: '[0x9ff00000..0xa0000000)', after: '[0x9fe00000..0x9ff00000)' })
  })

  it('says of a file where it lies, once', () => {
    const moved = changesBetween(built, changed('0x41e00000', '0x41c00000'))
    expect(brief(moved)).toEqual([['files', 'place of domains/sensor/ramdisk', false]])
  })

  it('says of a thing that is gone only that, and whom it reached', () => {
    const gone = changesBetween(built, without('domains', 'logger'))
    expect(brief(gone)).toEqual([
      ['reach', 'logger reaches fusion', true],
      ['domains', "domain 'logger'", true],
    ])
    expect(gone.map(({ before, after }) => [before, after])).toEqual([
      ["shared memory 'log', event channel 'log-kick'", undefined],
      ['there', undefined],
    ])
  })

  it.each([
    [['domains', 'sensor', 'id'], 'ids'],
    [['channels', 'log-kick', 'ends', 'fusion'], 'ports'],
    [['domains', 'sensor', 'reaches'], 'reach'],
    [['regions', 'log', 'access', 'fusion'], 'memory'],
    [['virtio', 'samples-link', 'hash'], 'devices'],
    [['domains', 'sensor', 'bootargs'], 'domains'],
  ] as const)('%s is seen, as one of the %s', (path, topic) => {
    expect(brief(changesBetween(built, without(...path)))).toEqual([[topic, expect.any(String), true]])
  })

  it.each([
    ['"from": "virtio"', '"from": "usb"', ['boot medium']],
    ['"device": "0:1"', '"device": "0:2", "prefix": "a/"', ['boot medium: device', 'boot medium: prefix']],
    ['"command": "booti"', '"command": "bootm"', ['command that starts Xen']],
    ['"deviceTree": "merged"', '"deviceTree": "commands"', ["who completes Xen's device tree"]],
    ['"path": "xen",', '"path": "xen", "load": { "from": "memory" },', ['medium of xen']],
  ])('tells of U-Boot, which guests do not see: %s -> %s', (from, to, what) => {
    const changes = changesBetween(built, changed(from, to))
    expect(changes.map((change) => [change.what, change.isSeen])).toEqual(what.map((one) => [one, false]))
  })

  it('says nothing of what earlier versions wrote down nowhere', () => {
    const old = without('boot')
    expect([...changesBetween(old, built), ...changesBetween(built, old)]).toEqual([])
  })

  it('looks at the files of a domain whatever it is called', () => {
    const named = (path: string) => ({ domains: {}, load: [{ id: 'domains/address/kernel', path }] })
    expect(brief(changesBetween(named('Image'), named('Image.new')))).toEqual([
      ['files', 'file domains/address/kernel: path', false],
    ])
  })

  it('says of a lifecycle that is new or gone only that, and nothing where its domain is', () => {
    const of = (names: readonly string[], lifecycle?: object) => ({
      domains: Object.fromEntries(names.map((name) => [name, { boot: 'xl', ...(lifecycle ? { lifecycle } : {}) }])),
    })
    const [none, some] = [of(['a']), of(['a'], { start: 'auto', onCrash: 'restart', attempts: { max: 5 } })]
    expect(brief(changesBetween(none, some))).toEqual([['domains', 'lifecycle of a', false]])
    expect(brief(changesBetween(some, none))).toEqual([['domains', 'lifecycle of a', false]])
    expect(brief(changesBetween(of([]), some))).toEqual([['domains', "domain 'a'", true]])
    expect(brief(changesBetween(of(['a'], { start: 'auto' }), some)).map(([, what]) => what)).toEqual([
      'lifecycle of a: onCrash',
      'lifecycle of a: attempts max',
    ])
  })

  it.each(['sensor', 'fusion', 'logger'])('says of %s with another name only that', (name) => {
    const quoted = (text: string, to: string): string =>
      text.replaceAll(new RegExp(`"(domains/)?${name}(/[a-z-]+)?"`, 'g'), `"$1${to}$2"`)
    expect(changesBetween(built, JSON.parse(quoted(plan, 'renamed')) as object)).toEqual([
      {
        topic: 'domains',
        path: ['domains', 'renamed'],
        what: 'name of renamed',
        before: name,
        after: 'renamed',
        isSeen: true,
      },
    ])
  })

  /** `logger` is called `writer`, with other members. */
  function writer(members: object): object {
    const renamed = plan.replaceAll('"logger"', '"writer"').replaceAll('domains/logger/', 'domains/writer/')
    const document = JSON.parse(renamed) as { domains: { writer: object } }
    Object.assign(document.domains.writer, members)
    return document
  }

  it('says what else is different of a domain with another name', () => {
    const changes = changesBetween(built, writer({ bootargs: 'quiet' }))
    expect(changes.map(({ what }) => what)).toEqual(['name of writer', 'domain writer: bootargs'])
  })

  it('takes no other domain for one with another name', () => {
    const other = writer({
      boot: 'xl',
      bootargs: 'quiet',
      memory: '0x4000000',
      ram: [],
      console: 'pv',
      enhanced: 'full',
    })
    expect(changesBetween(built, other).filter(({ topic }) => topic === 'domains')).toMatchObject([
      { what: "domain 'writer'", after: 'there' },
      { what: "domain 'logger'", before: 'there' },
    ])
  })

  it('does not guess which of two equal domains one was', () => {
    const guest = { boot: 'xl', memory: '64', kernel: 'Image' }
    const of = (...names: readonly string[]) => ({ domains: Object.fromEntries(names.map((name) => [name, guest])) })
    expect(brief(changesBetween(of('a', 'b'), of('c')))).toHaveLength(3)
    expect(brief(changesBetween(of('a'), of('c')))).toEqual([['domains', 'name of c', true]])
    expect(brief(changesBetween(of('a', 'b'), of('b', 'c')))).toEqual([['domains', 'name of c', true]])
  })

  it('is the same from either side, with sides changed', () => {
    const other = changed('"value": "0x9ff00000"', '"value": "0x9fe00000"')
    const turned = changesBetween(other, built).map(({ before, after, ...rest }) => ({
      ...rest,
      before: after,
      after: before,
    }))
    expect(turned).toEqual(changesBetween(built, other))
  })
})

describe('what people read', () => {
  const hostile: fc.Arbitrary<Change> = fc.record({
    topic: fc.constant('domains' as const),
    path: fc.constant(['domains', 'a']),
    what: fc.string({ unit: 'binary' }),
    before: fc.string({ unit: 'binary' }),
    after: fc.string({ unit: 'binary' }),
    isSeen: fc.boolean(),
  })

  it('says that there is no difference', () => {
    expect([diffText([]), diffMarkdown([])]).toEqual(['no difference\n', 'no difference\n'])
  })

  it('has a line a change, whatever a manifest has in its texts, and no Markdown of its own', () => {
    fc.assert(
      fc.property(hostile, (change) => {
        const rows = diffMarkdown([change])
          .split('\n')
          .filter((line) => line.startsWith('| ') && !line.startsWith('| |'))
        expect(rows).toHaveLength(1)
        const cells = (rows[0] ?? '').split('|')
        expect(cells).toHaveLength(5)
        expect(cells.join('').replaceAll(/<\/?code>/g, '')).not.toMatch(/[<>`*_[\]@!\\~]/)
        expect(diffText([change]).trimEnd().split('\n')).toHaveLength(4)
      }),
    )
  })
})
