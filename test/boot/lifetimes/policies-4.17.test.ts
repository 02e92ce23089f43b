import { test } from 'vitest'
import { bootPolicies, ON_4_17 } from './policies.ts'

test('the supervisor keeps to its policies, killed or not: Xen 4.17, dash', { timeout: 900_000 }, () =>
  bootPolicies(ON_4_17),
)
