/** Both ends of examples/static-link under every kind of schedule and against an end that writes anything: programs in C of the folder beside. */
import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'

const example = new URL('../../examples/static-link', import.meta.url).pathname
const here = new URL('static-link', import.meta.url).pathname
const SOURCES = ['static-link.c', 'messages.c', 'config.c', 'split-ring.c', 'packed-ring.c']

/** Schedules of each format; many more in the long run. */
const SEEDS = Number(process.env['DOMFORGE_RUNS'] ?? 400)

const folder = mkdtempSync(join(tmpdir(), 'domforge-schedules-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** `program` with the library of `library`, as a program of this machine. */
function built(program: string, library: string, name: string, more: readonly string[]): string {
  const output = join(folder, name)
  const sources = [join(here, `${program}.c`), ...SOURCES.map((source) => join(library, source))]
  const strict = ['-std=gnu11', '-g', '-O1', '-Wall', '-Wextra', '-Werror']
  execFileSync('gcc', [...strict, ...more, `-I${library}`, '-o', output, ...sources])
  return output
}

const withSteps = ['-include', join(here, 'step.h')]

describe('ends that lose the processor or their lives at any access to memory', () => {
  it.each(['split', 'packed'])('lose, double and invent no message in %s queues', { timeout: 600_000 }, (format) => {
    const program = built('schedules', example, `schedules-${format}`, withSteps)
    const { status, stdout } = spawnSync(program, [format, '1', `${SEEDS}`], { encoding: 'utf8' })
    expect(stdout).toMatch(/^\d{5,} messages, \d{4,} kills, \d{4,} pairs of starts\n$/)
    expect(status).toBe(0)
  })

  /** What a link without the line loses: if nothing is found, the schedules find nothing. */
  it.each([
    ['split', 'messages.c', 'if (is_paired(link))\n\t\treturn 1;\n\tlink', 'return 1;\n\tlink'],
    ['packed', 'static-link.c', 'if (driver.answered != link->generation || ', 'if ('],
    ['split', 'static-link.c', 'set_status(link, RESET);\n\tlink->generation = read', 'link->generation = read'],
    ['packed', 'static-link.c', ' || driver.generation != link->peer_generation', ''],
    ['split', 'static-link.c', ' && device.generation == link->peer_generation)', ')'],
    ['packed', 'config.c', 'before % 2 == 0 && ', ''],
    [
      'packed',
      'static-link.c',
      'peer.answered = read32(link, peer_state(link) + PEER);\n\tacquired();\n\tpeer.status = read32(link, peer_state(link) + STATUS);',
      'peer.status = read32(link, peer_state(link) + STATUS);\n\tacquired();\n\tpeer.answered = read32(link, peer_state(link) + PEER);',
    ],
  ])('find it in %s queues when %s does without: %j', { timeout: 120_000 }, (format, file, line, instead) => {
    const library = join(folder, 'wrong')
    cpSync(example, library, { recursive: true, force: true })
    const text = readFileSync(join(library, file), 'utf8')
    expect(text.split(line)).toHaveLength(2)
    writeFileSync(join(library, file), text.replace(line, instead))
    const program = built('schedules', library, 'wrong-schedules', [...withSteps, '-Wno-unused'])
    const { status, stdout } = spawnSync(program, [format, '1', '300'], { encoding: 'utf8' })
    expect(stdout).toMatch(/^seed \d+, step \d+: /)
    expect(status).toBe(1)
  })
})

describe('an end whose other end writes anything', () => {
  const sanitized = ['-fsanitize=address,undefined', '-fno-sanitize-recover']

  it.each([
    ['split', 'driver'],
    ['split', 'device'],
    ['packed', 'driver'],
    ['packed', 'device'],
  ])('writes only what is its own: %s queues, %s', { timeout: 120_000 }, (format, role) => {
    const program = built('hostile', example, `hostile-${format}-${role}`, sanitized)
    const { stdout, stderr } = spawnSync(program, [format, role, '10'], { encoding: 'utf8' })
    expect(stderr).toBe('')
    expect(stdout).toBe('held; the other end was found broken: yes\n')
  })
})
