import { test } from 'vitest'
import { bootPolicies, ON_4_20 } from './policies.ts'

test('the supervisor keeps to its policies, killed or not: Xen 4.20, BusyBox', { timeout: 900_000 }, () =>
  bootPolicies(ON_4_20),
)
