/** C expressions over unsigned 64-bit numbers, as dtc evaluates them (dtc-parser.y). */
import { MAX_EXPRESSION_DEPTH } from './limits.ts'
import type { DtsParser } from './parser.ts'
import { DtsSyntaxProblem, originOf } from './syntax-problem.ts'
import type { Token } from './token.ts'

type Apply = (left: bigint, right: bigint) => bigint

const truth = (value: boolean): bigint => (value ? 1n : 0n)
const wrapped = (value: bigint): bigint => BigInt.asUintN(64, value)

/** Binary operators from weak to strong; those of a row are of equal strength and group to the left. */
const STRENGTHS: readonly Readonly<Record<string, Apply>>[] = [
  { '||': (a, b) => truth(a !== 0n || b !== 0n) },
  { '&&': (a, b) => truth(a !== 0n && b !== 0n) },
  { '|': (a, b) => a | b },
  { '^': (a, b) => a ^ b },
  { '&': (a, b) => a & b },
  { '==': (a, b) => truth(a === b), '!=': (a, b) => truth(a !== b) },
  {
    '<': (a, b) => truth(a < b),
    '>': (a, b) => truth(a > b),
    '<=': (a, b) => truth(a <= b),
    '>=': (a, b) => truth(a >= b),
  },
  { '<<': (a, b) => (b < 64n ? wrapped(a << b) : 0n), '>>': (a, b) => (b < 64n ? a >> b : 0n) },
  { '+': (a, b) => wrapped(a + b), '-': (a, b) => wrapped(a - b) },
  { '*': (a, b) => wrapped(a * b), '/': (a, b) => a / b, '%': (a, b) => a % b },
]

interface BinaryOperator {
  readonly strength: number
  readonly apply: Apply
}

const BINARY: ReadonlyMap<string, BinaryOperator> = new Map(
  STRENGTHS.flatMap((row, strength) =>
    Object.entries(row).map(([sign, apply]): [string, BinaryOperator] => [sign, { strength, apply }]),
  ),
)

const UNARY: ReadonlyMap<string, (value: bigint) => bigint> = new Map([
  ['-', (value: bigint) => wrapped(-value)],
  ['~', (value: bigint) => wrapped(~value)],
  ['!', (value: bigint) => truth(value === 0n)],
])

/** Whether a number or an expression in parentheses is ahead. */
export function isNumberAhead(parser: DtsParser): boolean {
  const { kind } = parser.peek('value')
  return kind === 'number' || kind === 'character' || parser.isAhead('value', '(')
}

/** A literal, or an expression in parentheses: 0 to 2⁶⁴-1. */
export function readNumber(parser: DtsParser, expected: string, depth = 0): bigint {
  if (!isNumberAhead(parser)) parser.fail(parser.peek('value'), expected)
  const token = parser.take('value')
  if (token.number !== undefined) return token.number
  const value = ternary(parser, deeper(token, depth))
  parser.expect('value', ')')
  return value
}

function deeper(token: Token, depth: number): number {
  if (depth < MAX_EXPRESSION_DEPTH) return depth + 1
  const message = `this expression is nested deeper than ${MAX_EXPRESSION_DEPTH} levels`
  throw new DtsSyntaxProblem({ message, at: originOf(token) })
}

/** All three operands are evaluated: a division by zero in the one that does not count is an error too. */
function ternary(parser: DtsParser, depth: number): bigint {
  const condition = binary(parser, 0, depth)
  if (!parser.isAhead('value', '?')) return condition
  const inside = deeper(parser.take('value'), depth)
  const yes = ternary(parser, inside)
  parser.expect('value', ':')
  const no = ternary(parser, inside)
  return condition !== 0n ? yes : no
}

/** Operators of at least that strength. */
function binary(parser: DtsParser, weakest: number, depth: number): bigint {
  let left = unary(parser, depth)
  for (;;) {
    const ahead = parser.peek('value')
    const operator = ahead.kind === 'punctuation' ? BINARY.get(ahead.text) : undefined
    if (!operator || operator.strength < weakest) return left
    parser.take('value')
    const right = binary(parser, operator.strength + 1, depth)
    if (right === 0n && (ahead.text === '/' || ahead.text === '%')) {
      parser.report(ahead, 'division by zero')
      left = 0n
    } else {
      left = operator.apply(left, right)
    }
  }
}

function unary(parser: DtsParser, depth: number): bigint {
  const ahead = parser.peek('value')
  const apply = ahead.kind === 'punctuation' ? UNARY.get(ahead.text) : undefined
  if (!apply) return readNumber(parser, 'a number', depth)
  const inside = deeper(parser.take('value'), depth)
  return apply(unary(parser, inside))
}
