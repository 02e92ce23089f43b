import { test } from 'vitest'
import { bootDeaths } from './deaths.ts'

test('the supervisor tells every death for what it is: Xen 4.17, dash', { timeout: 900_000 }, () =>
  bootDeaths({ debian: 'bookworm', release: '4.17', shell: 'dash' }),
)
