import { expect, it } from 'vitest'
import { cpuLimit } from '../../../src/checks/xen/cpu-limit.ts'
import { wordsOf } from '../../../src/xen/command-words.ts'

const limit = (bootargs: string, nrCpus?: string) =>
  cpuLimit(
    4,
    { words: wordsOf(bootargs) },
    nrCpus === undefined ? undefined : { path: '.config', options: new Map([['NR_CPUS', nrCpus]]) },
  )

it('without a limit all CPUs of the host start', () => {
  for (const found of [limit(''), limit('maxcpus=0'), limit('maxcpus=4'), limit('maxcpus=9', '128'), limit('', '4')])
    expect(found).toEqual({ count: 4 })
})

it('the lowest limit counts, and the last maxcpus', () => {
  expect(limit('maxcpus=2')).toEqual({ count: 2, because: 'maxcpus=2' })
  expect(limit('maxcpus=1 maxcpus=0x3')).toEqual({ count: 3, because: 'maxcpus=3' })
  expect(limit('maxcpus=3', '2')).toEqual({ count: 2, because: 'NR_CPUS=2 (.config)' })
  expect(limit('maxcpus=1', '2')).toEqual({ count: 1, because: 'maxcpus=1' })
})
