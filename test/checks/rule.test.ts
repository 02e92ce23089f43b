/** How tables of rules run: what a rule needs comes first, wherever it stands. */
import { describe, expect, it } from 'vitest'
import { type Rule, runRules } from '../../src/checks/rule.ts'
import type { Code } from '../../src/diagnostics/catalogue/index.ts'
import { type Acceptance, inFile } from '../../src/diagnostics/diagnostic.ts'
import { Findings } from '../../src/diagnostics/findings.ts'
import { InternalError } from '../../src/diagnostics/internal-error.ts'

const rule = (code: Code, isViolated: boolean, needs: readonly Code[] = []): Rule<undefined> => ({
  code,
  needs,
  check: (_, verdict) => {
    if (isViolated) verdict.violated({ at: inFile('x'), message: code })
  },
})

function codes(...rules: readonly Rule<undefined>[]): readonly Code[] {
  const findings = new Findings()
  runRules(rules, undefined, findings.judge)
  return findings.all.map(({ code }) => code)
}

const CHAIN = [
  rule('DOM-001', true),
  rule('DOM-002', true, ['DOM-001']),
  rule('DOM-003', true, ['DOM-002']),
  rule('DOM-005', true),
]

describe('a rule whose prerequisite is violated', () => {
  it.each([[[0, 1, 2, 3]], [[3, 2, 1, 0]], [[2, 0, 3, 1]], [[1, 3, 2, 0]]])(
    'says nothing, nor what needs it in turn, in the order %j',
    (order) => {
      const found = codes(...order.flatMap((index) => CHAIN[index] ?? []))
      expect([...found].sort()).toEqual(['DOM-001', 'DOM-005'])
    },
  )

  it('is looked at when all rules with that code pass', () => {
    expect(codes(rule('DOM-002', true, ['DOM-001']), rule('DOM-001', false), rule('DOM-001', false))).toEqual([
      'DOM-002',
    ])
    expect(codes(rule('DOM-002', true, ['DOM-001']), rule('DOM-001', false), rule('DOM-001', true))).toEqual([
      'DOM-001',
    ])
  })
})

describe('a rule whose prerequisite is violated, and that is accepted', () => {
  const found = (accept: readonly Acceptance[]): readonly string[] => {
    const findings = new Findings()
    findings.accept(accept)
    runRules(CHAIN, undefined, findings.judge)
    return findings.all.map(({ code, severity }) => `${code} ${severity}`)
  }
  const accepted = (code: Code, below?: string): Acceptance => ({
    code,
    reason: 'patched',
    pointer: `/accept/${code}`,
    ...(below === undefined ? {} : { below }),
  })

  it('is looked at', () =>
    expect(found([accepted('DOM-001')])).toEqual(['DOM-001 accepted', 'DOM-002 error', 'DOM-005 error']))

  it('says nothing where something else of that code is not accepted', () =>
    expect(found([accepted('DOM-001', '/domains/guest')])).toEqual(['DOM-001 error', 'DOM-005 error']))
})

describe('a fault of the tables', () => {
  it.each<[string, Rule<undefined>[]]>([
    ['a prerequisite in no table', [rule('DOM-002', false, ['DOM-001'])]],
    ['a rule that needs itself', [rule('DOM-001', false, ['DOM-001'])]],
    ['a circle', [rule('DOM-001', false, ['DOM-002']), rule('DOM-002', false, ['DOM-001'])]],
  ])('is no finding: %s', (_, rules) => expect(() => codes(...rules)).toThrow(InternalError))
})
