import { test } from 'vitest'
import { bootDeaths } from './deaths.ts'

test('the supervisor tells every death for what it is: Xen 4.20, BusyBox', { timeout: 900_000 }, () =>
  bootDeaths({ debian: 'trixie', release: '4.20', shell: 'busybox' }),
)
