/** Why something is not a length of time, and what was probably meant. */
import { closest } from '../diagnostics/closest.ts'
import type { Refusal } from './sizes.ts'

const EXAMPLES = 'write a whole number with ms, s, min or h, such as 30s'
const UNITS = ['ms', 's', 'min', 'h']

/** Words that people use for the units. */
const WORDS: Readonly<Record<string, string>> = {
  m: 'min',
  mins: 'min',
  minute: 'min',
  minutes: 'min',
  sec: 's',
  secs: 's',
  second: 's',
  seconds: 's',
  hour: 'h',
  hours: 'h',
  hr: 'h',
  msec: 'ms',
  millis: 'ms',
}

/** `written` is the value's text; it did not match the schema's form of a length of time. */
export function refusedDuration(written: string): Refusal {
  const message = `'${written}' is not a length of time`
  const [, count = '', unit = ''] = /^(-?[0-9][0-9_]*(?:\.[0-9]+)?)\s*(\S*)$/.exec(written.trim()) ?? []
  if (count === '') return { message, help: EXAMPLES }
  if (count.startsWith('-')) return { message: `${message}: it is negative`, help: EXAMPLES }
  if (count.includes('.')) return { message: `${message}: it has a fraction`, help: EXAMPLES }
  if (unit === '') return { message: `${message}: it has no unit`, help: `write ${count}s if seconds are meant` }
  const lower = unit.toLowerCase()
  const meant = WORDS[lower] ?? closest(lower, UNITS)
  return {
    message: `${message}: '${unit}' is not a unit`,
    help: meant === undefined ? EXAMPLES : `did you mean ${count}${meant}?`,
  }
}
