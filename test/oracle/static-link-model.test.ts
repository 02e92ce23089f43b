/** The model of the protocol of `static-vrings` in test/models, checked by spin over all its states. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'

const model = new URL('../models/static-vrings.pml', import.meta.url).pathname
const folder = mkdtempSync(join(tmpdir(), 'domforge-model-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Verdict {
  readonly errors: number
  readonly states: number
  /** Nothing was left out for want of memory or depth. */
  readonly isComplete: boolean
}

/** What spin's verifier says of the model with `options`. */
function verdict(options: readonly string[]): Verdict {
  execFileSync('spin', ['-a', ...options, model], { cwd: folder })
  execFileSync('gcc', ['-O2', '-w', '-DSAFETY', '-DCOLLAPSE', '-DMEMLIM=3000', '-o', 'pan', 'pan.c'], { cwd: folder })
  const { stdout } = spawnSync(join(folder, 'pan'), ['-m2000000', '-E'], { cwd: folder, encoding: 'utf8' })
  return {
    errors: Number(/errors: (\d+)/.exec(stdout)?.[1]),
    states: Number(/(\d+) states, stored/.exec(stdout)?.[1]),
    isComplete: !/Search not completed|max search depth too small|memory limit/.test(stdout),
  }
}

describe('two ends that each start three times, killed before any access to memory', () => {
  it.each([
    ['a split queue to the device', [], 11_212_438],
    ['a split queue to the driver', ['-DTO_DRIVER'], 4_359_037],
    ['a packed queue to the device', ['-DPACKED'], 10_163_657],
    ['a packed queue to the driver', ['-DPACKED', '-DTO_DRIVER'], 3_286_945],
  ])('lose, double and invent nothing in %s', { timeout: 600_000 }, (_, options, states) => {
    expect(verdict(options)).toEqual({ errors: 0, states, isComplete: true })
  })

  it.each([
    ['does not look again, split, to the device', ['-DNO_RECHECK']],
    ['does not look again, split, to the driver', ['-DNO_RECHECK', '-DTO_DRIVER']],
    ['reads the status first, split, to the device', ['-DSTATUS_FIRST']],
    ['reads the status first, split, to the driver', ['-DSTATUS_FIRST', '-DTO_DRIVER']],
    ['reads the status first, packed, to the device', ['-DSTATUS_FIRST', '-DPACKED']],
  ])('do when one %s', { timeout: 120_000 }, (_, options) => {
    expect(verdict(options).errors).toBe(1)
  })
})
