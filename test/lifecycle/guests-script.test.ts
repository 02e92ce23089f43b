/** The scripts for sysvinit and OpenRC that end the domains before dom0, in the shells that they are for. */
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { templates } from '../../src/emit/templates.ts'

const work = mkdtempSync(join(tmpdir(), 'domforge-guests-'))
afterAll(() => rmSync(work, { recursive: true }))

describe.each(['dash', 'busybox ash'])('in %s', (shell) => {
  const folder = join(work, shell.replaceAll(' ', '-'))
  const [program = '', ...applet] = shell.split(' ')
  mkdirSync(join(folder, 'run'), { recursive: true })
  const told = join(folder, 'told')

  /** A program that writes down how it was called, and ends with `status`. */
  const put = (name: string, status: number): void => {
    writeFileSync(join(folder, name), `#!/bin/sh\necho ${name} "$@" >>${told}\nexit ${status}\n`)
    chmodSync(join(folder, name), 0o755)
  }
  const here = (text: string): string =>
    text
      .replaceAll('/etc/init.d/domforge', join(folder, 'domforge'))
      .replaceAll('/usr/lib/domforge', folder)
      .replaceAll('/run/domforge', join(folder, 'run'))
  const run = (words: readonly string[]) => {
    writeFileSync(told, '')
    const { status } = spawnSync(program, [...applet, ...words], { timeout: 10_000 })
    return { status, told: readFileSync(told, 'utf8').trimEnd().split('\n').join('; ') }
  }

  it('sysvinit: stop stops the supervisor, then ends the domains, and says whether that could be done', () => {
    const script = join(folder, 'guests')
    writeFileSync(script, here(templates.guestsInit({ network: true })))
    put('domforge', 1)
    put('shutdown', 0)
    expect(run([script, 'start'])).toEqual({ status: 0, told: '' })
    expect(run([script, 'stop'])).toEqual({ status: 0, told: 'domforge stop; shutdown' })
    put('shutdown', 1)
    expect(run([script, 'stop'])).toEqual({ status: 1, told: 'domforge stop; shutdown' })
    expect([run([script, 'status']).status, run([script]).status, run([script, 'reload']).status]).toEqual([3, 2, 2])
    writeFileSync(join(folder, 'run/named'), '')
    expect(run([script, 'status']).status).toBe(0)
  })

  it('OpenRC: stop ends the domains, which need xenstore until then', () => {
    const script = join(folder, 'guests.openrc')
    const call = (name: string): string => `${name}() { echo ${name} "$@" >>${told}; }\n`
    const functions = ['need', 'after', 'use', 'ebegin'].map(call).join('')
    const eend = `eend() { echo eend "$@" >>${told}; return "$1"; }\n`
    writeFileSync(script, `${functions}${eend}${here(templates.guestsOpenrc({ network: true }))}\n"$@"\n`)
    put('shutdown', 0)
    expect(run([script, 'depend'])).toEqual({
      status: 0,
      told: 'need xenstored; after xenconsoled domforge-prepare; use net',
    })
    expect(run([script, 'start'])).toEqual({ status: 0, told: '' })
    expect(run([script, 'stop']).told).toMatch(/^ebegin .*; shutdown; eend 0$/)
    put('shutdown', 1)
    expect(run([script, 'stop'])).toMatchObject({ status: 1, told: expect.stringMatching(/; shutdown; eend 1$/) })
  })
})
