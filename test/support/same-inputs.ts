/** Runs before each file of tests, so that fast-check's inputs depend on `SEED` alone. If a test fails, fast-check prints the seed and the input. */
import fc from 'fast-check'
import { SEED } from './seed.ts'

fc.configureGlobal({ seed: SEED })
