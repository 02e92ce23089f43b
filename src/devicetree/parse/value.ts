/** The value of a property: strings, numbers, bytes and references, separated by commas. */
import type { Cell, CellsPart, DtPart, ReferenceTarget } from '../model.ts'
import { readNumber } from './expression.ts'
import { readIncludedBytes } from './incbin.ts'
import type { LivePart, LiveReference, LiveValue } from './live-tree.ts'
import type { DtsParser } from './parser.ts'
import { originOf, type Place } from './syntax-problem.ts'
import type { Token } from './token.ts'

type Bits = CellsPart['bits']

interface Draft extends LiveValue {
  readonly references: LiveReference[]
  readonly labels: { readonly name: string; readonly at: Place }[]
}

const ALL_ONES = 0xffff_ffff_ffff_ffffn

export const targetOf = (target: string): ReferenceTarget =>
  target.includes('/') ? { path: target } : { label: target }

/** Reads up to the `;`, which stays. */
export function readValue(parser: DtsParser): LiveValue {
  const draft: Draft = { parts: [], references: [], labels: [] }
  do {
    readLabels(parser, draft, 'value')
    readDatum(parser, draft)
    readLabels(parser, draft, 'value')
  } while (parser.takeIf('value', ','))
  return draft
}

function readLabels(parser: DtsParser, draft: Draft, mode: 'value' | 'bytes'): void {
  while (parser.peek(mode).kind === 'label') {
    const label = parser.take(mode)
    draft.labels.push({ name: label.text, at: label })
  }
}

function readDatum(parser: DtsParser, draft: Draft): void {
  const ahead = parser.peek('value')
  if (ahead.kind === 'string') {
    for (const part of stringParts(parser.take('value'))) draft.parts.push(part)
  } else if (ahead.kind === 'reference') {
    const { text: target } = parser.take('value')
    draft.references.push({ kind: 'path', target, at: ahead, part: draft.parts.length, cell: 0 })
    draft.parts.push({ part: { kind: 'path', target: targetOf(target), origin: originOf(ahead) } })
  } else if (parser.isAhead('value', '/incbin/')) {
    draft.parts.push({ part: { kind: 'bytes', data: readIncludedBytes(parser), origin: originOf(ahead) } })
  } else if (parser.takeIf('value', '[')) {
    draft.parts.push({ part: { kind: 'bytes', data: readBytes(parser, draft), origin: originOf(ahead) } })
  } else {
    readCells(parser, draft)
  }
}

/** A NUL inside ends a string of a list: the bytes are the same. What is not UTF-8 stays bytes. */
function stringParts(token: Token): LivePart[] {
  const bytes = token.bytes ?? new Uint8Array()
  const origin = originOf(token)
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    return text.split('\0').map((piece) => ({ part: { kind: 'string', text: piece, origin } }))
  } catch {
    const data = new Uint8Array(bytes.length + 1)
    data.set(bytes)
    return [{ part: { kind: 'bytes', data, origin } }]
  }
}

function readBytes(parser: DtsParser, draft: Draft): Uint8Array {
  const bytes: number[] = []
  for (;;) {
    readLabels(parser, draft, 'bytes')
    if (parser.takeIf('bytes', ']')) return Uint8Array.from(bytes)
    bytes.push(Number.parseInt(parser.expectKind('bytes', 'byte', "two hexadecimal digits or ']'").text, 16))
  }
}

function readCells(parser: DtsParser, draft: Draft): void {
  const start = parser.peek('value')
  const bits = parser.takeIf('value', '/bits/') ? readWidth(parser) : 32
  if (!parser.isAhead('value', '<')) {
    const others = start.kind === 'keyword' ? '' : ', a string, [bytes] or a reference'
    parser.fail(parser.peek('value'), `<numbers>${others}`)
  }
  parser.take('value')
  const cells: Cell[] = []
  const index = draft.parts.length
  for (;;) {
    readLabels(parser, draft, 'value')
    if (parser.takeIf('value', '>')) break
    const ahead = parser.peek('value')
    if (ahead.kind === 'reference') {
      cells.push(phandleCell(parser, bits))
      draft.references.push({ kind: 'phandle', target: ahead.text, at: ahead, part: index, cell: cells.length - 1 })
    } else {
      cells.push(numberCell(parser, bits))
    }
  }
  const part: DtPart = { kind: 'cells', bits, cells, origin: originOf(start) }
  draft.parts.push({ part, cells })
}

function readWidth(parser: DtsParser): Bits {
  const token = parser.expectKind('value', 'number', '8, 16, 32 or 64')
  const bits = ([8, 16, 32, 64] as const).find((width) => BigInt(width) === token.number)
  if (bits === undefined) parser.report(token, `found ${token.text}, expected 8, 16, 32 or 64 bits`)
  return bits ?? 32
}

function phandleCell(parser: DtsParser, bits: Bits): Cell {
  const token = parser.take('value')
  if (bits !== 32) parser.report(token, `a reference needs 32-bit cells, these have ${bits} bits`)
  return { kind: 'phandle', target: targetOf(token.text) }
}

/** A number fits if the bits above the cell are all 0, or all 1: a negative number that fits. */
function numberCell(parser: DtsParser, bits: Bits): bigint {
  const start = parser.peek('value')
  const value = readNumber(parser, "a number, a reference or '>'")
  const cell = BigInt.asUintN(bits, value)
  const above = value >> BigInt(bits)
  if (above !== 0n && above !== ALL_ONES >> BigInt(bits)) {
    parser.report(start, `0x${value.toString(16)} does not fit into ${bits} bits`)
  }
  return cell
}
