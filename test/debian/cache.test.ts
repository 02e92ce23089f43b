import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { beforeEach, expect, test, vi } from 'vitest'
import { cached } from './cache.ts'

let root = ''

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'domforge-cache-'))
  vi.stubEnv('DOMFORGE_CACHE', root)
  return () => vi.unstubAllEnvs()
})

const fillWith = (text: string) => async (directory: string) => {
  await sleep(20)
  writeFileSync(join(directory, 'file'), text)
}

test('uses at the same time fill an entry once', async () => {
  const fill = vi.fn(fillWith('content'))
  const directories = await Promise.all([1, 2, 3].map(() => cached('a/b', '1', fill)))
  expect(new Set(directories)).toEqual(new Set([join(root, 'a/b')]))
  expect(fill).toHaveBeenCalledTimes(1)
  expect(readFileSync(join(root, 'a/b/file'), 'utf8')).toBe('content')
  expect(readdirSync(join(root, 'a'))).toEqual(['b'])
})

test('another recipe fills the entry anew', async () => {
  await cached('entry', '1', fillWith('old'))
  await cached('entry', '2', fillWith('new'))
  expect(readFileSync(join(root, 'entry/file'), 'utf8')).toBe('new')
})

test('a fill that fails leaves nothing behind', async () => {
  const fail = async (directory: string) => {
    writeFileSync(join(directory, 'half'), '')
    throw new Error('no network')
  }
  await expect(cached('entry', '1', fail)).rejects.toThrow('no network')
  expect(readdirSync(root)).toEqual([])
})

test('the lock of a process that is gone is taken over, that of a living one is respected', async () => {
  mkdirSync(join(root, 'entry.lock'))
  writeFileSync(join(root, 'entry.lock/pid'), String(process.pid))
  let isDone = false
  const filled = cached('entry', '1', fillWith('content')).then(() => {
    isDone = true
  })
  await sleep(300)
  expect(isDone).toBe(false)
  // The highest process id that Linux can give is 2^22.
  writeFileSync(join(root, 'entry.lock/pid'), String(2 ** 22 + 1))
  await filled
  expect(existsSync(join(root, 'entry/file'))).toBe(true)
})
