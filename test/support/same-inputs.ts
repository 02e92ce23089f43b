/** Before each file of tests: fast-check's inputs depend on `SEED` alone. Where a test fails, fast-check prints the seed and the input. */
import fc from 'fast-check'
import { SEED } from './seed.ts'

fc.configureGlobal({ seed: SEED })
