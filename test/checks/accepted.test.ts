/** `accept`: what it does to findings, and where it is seen. */
import { afterAll, describe, expect, it } from 'vitest'
import { renderJson } from '../../src/diagnostics/render/json.ts'
import { summary } from '../../src/diagnostics/render/summary.ts'
import { renderText } from '../../src/diagnostics/render/text.ts'
import { EMITTERS, emitAll } from '../../src/emit/registry.ts'
import { Bench, DOM0, manifestOf } from '../support/checks/systems.ts'

const bench = new Bench()
afterAll(() => bench.remove())

/** Vendors' layers patch 4.17 and 4.19 to give such domains their xenstore page. */
const guest = (name: string, more: string): string =>
  `${name}: { boot: dom0less, kernel: { image: Image }, memory: 64MiB, static-mem: auto, enhanced: enabled${more} }`
const BOTH = 'extra-properties: { "xen,tee": optee }'

const outcomeOf = (domains: readonly string[], ...end: readonly string[]) =>
  bench.outcomeOf(manifestOf({ release: '4.19', domains: [DOM0, ...domains], end }))
const seen = (outcome: ReturnType<typeof outcomeOf>) =>
  outcome.findings.all.map(({ code, severity }) => `${severity} ${code}`).toSorted()

describe('accept', () => {
  it('at the top takes findings of a code from everybody, and the build goes on', () => {
    const outcome = outcomeOf([guest('a', ''), guest('b', '')], 'accept: { DOM-044: our Xen has the page }')
    expect(seen(outcome)).toEqual(['accepted DOM-044', 'accepted DOM-044'])
    expect(outcome.findings.hasErrors).toBe(false)
  })

  it('in a domain takes only what is about that domain', () => {
    const outcome = outcomeOf([guest('a', ', accept: { DOM-044: has the page }'), guest('b', ''), guest('ab', '')])
    expect(seen(outcome)).toEqual(['accepted DOM-044', 'error DOM-044', 'error DOM-044'])
  })

  it('in a domain takes what is found in its partial tree, where all accept it that have the tree', () => {
    const has = (name: string, tree: string, accept = ', accept: { PT-039: it is there }'): string =>
      `${name}: { boot: dom0less, kernel: { image: Image }, memory: 64MiB, device-tree: ${tree}${accept} }`
    const codes = (...domains: readonly string[]): readonly string[] => {
      const { findings } = bench.outcomeOf(manifestOf({ board: 'devices.dts', domains }))
      return findings.all.map(({ code, severity }) => `${severity} ${code}`)
    }
    expect(codes(has('a', 'nothing-there.dts'))).toEqual(['accepted PT-039'])
    const both = codes(has('a', 'nothing-there.dts'), has('b', 'nothing-there.dts'))
    expect(both).toContain('accepted PT-039')
    expect(both.filter((code) => /^warning PT-039|MAN-032/.test(code))).toEqual([])
    const one = codes(has('a', 'nothing-there.dts'), has('b', 'nothing-there.dts', ''))
    expect(one).toContain('warning PT-039')
    expect(one).not.toContain('accepted PT-039')
  })

  it('prefers the reason of the domain, and counts the other as unused', () => {
    const outcome = outcomeOf([guest('a', ', accept: { DOM-044: mine }')], 'accept: { DOM-044: all }')
    expect(outcome.findings.all.map(({ code, acceptance }) => [code, acceptance?.reason])).toEqual([
      ['DOM-044', 'mine'],
      ['MAN-032', undefined],
    ])
  })

  it('takes a reason of several lines as one line, and none that is blank', () => {
    const outcome = outcomeOf([guest('a', '')], 'accept:', '  DOM-044: |', '    has the page', '    since March', '')
    expect(outcome.findings.all.map(({ acceptance }) => acceptance?.reason)).toEqual(['has the page since March'])
    expect(seen(outcomeOf([guest('a', ', accept: { DOM-044: " " }')]))).toContain('error MAN-025')
  })

  it('says which code a short one stands for', () => {
    const { all } = outcomeOf([guest('a', '')], 'accept: { dom-44: has the page }').findings
    expect(all.find(({ code }) => code === 'MAN-030')?.help).toBe("did you mean 'DOM-044'?")
  })

  it('takes warnings as well', () => {
    const outcome = outcomeOf([guest('a', `, ${BOTH}, accept: { DOM-044: page, DOM-059: patched }`)])
    expect(seen(outcome)).toEqual(['accepted DOM-044', 'accepted DOM-059'])
  })

  it('hides nothing of another rule', () => {
    const mine = (name: string, more: string): string =>
      `${name}: { boot: xl, kernel: { image: Image }, memory: 64MiB, extra-xl: { ${more} }, accept: { XL-027: mended, XL-039: forked } }`
    const outcome = outcomeOf([
      mine(
        'a',
        'virtio: ["transport=mmio,type=virtio"], disk: ["format=new,vdev=xvda,target=/d", "format=new,target=/d"]',
      ),
      mine('b', 'virtio: [transport=mmio], disk: ["format=raw,vdev=xvda"]'),
    ])
    expect(seen(outcome).filter((found) => /XL-(?:02|03[^4])/.test(found))).toEqual([
      'accepted XL-027',
      'accepted XL-039',
      'accepted XL-039',
      'error XL-028',
      'error XL-038',
    ])
  })

  it('is seen everywhere with its reason', () => {
    const { findings, source, assembly } = outcomeOf([guest('a', ', accept: { DOM-044: has the page }')])
    if (!source || !assembly) throw new Error('not built')
    const text = renderText(findings.all, source.locate, { colour: false })
    expect(text).toMatch(/^[^\n]* accepted DOM-044: /)
    expect(text).toContain('  accepted: has the page\n')
    expect(text).not.toContain('help:')
    expect(summary(findings.all, source.locate)).toBe('1 accepted')
    expect(JSON.parse(renderJson(findings.all, source.locate))).toMatchObject({
      ok: true,
      diagnostics: [{ code: 'DOM-044', severity: 'accepted', reason: 'has the page' }],
    })
    const artifacts = emitAll(assembly, EMITTERS)
    const contents = (path: string): string => String(artifacts.find((artifact) => artifact.path === path)?.contents)
    expect(JSON.parse(contents('plan.json')).accepted).toEqual([
      {
        code: 'DOM-044',
        message: findings.all[0]?.message,
        reason: 'has the page',
        at: '/domains/a/accept/DOM-044',
      },
    ])
    expect(contents('report/report.txt')).toMatch(/ACCEPTED FINDINGS[\s\S]*DOM-044[\s\S]*has the page/)
  })

  it('is not seen where nothing is accepted', () => {
    const { assembly } = outcomeOf([])
    if (!assembly) throw new Error('not built')
    const plan = emitAll(assembly).find(({ path }) => path === 'plan.json')
    expect(JSON.parse(String(plan?.contents))).not.toHaveProperty('accepted')
  })
})
