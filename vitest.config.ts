import { defineConfig } from 'vitest/config'
import manifest from './package.json' with { type: 'json' }

const define = { __DOMFORGE_VERSION__: JSON.stringify(manifest.version) }

/** What a test that failed says tells the values, not only how many there are. */
const chaiConfig = { truncateThreshold: 400 }

/** Boots draw their inputs with seeds of their own. */
const setupFiles = ['test/support/same-inputs.ts']

/** `unit` needs nothing but npm packages; `oracle`, `boot` and `lifetimes` (boots of guests that end and come back) need the Debian packages that `scripts/setup.mjs` installs. */
export default defineConfig({
  test: {
    // One more than vitest's own choice, which keeps a processor for itself: of two that would be half.
    maxWorkers: 2,
    projects: [
      {
        define: { ...define },
        test: {
          name: 'unit',
          chaiConfig,
          include: ['test/**/*.test.ts'],
          exclude: ['test/oracle/**', 'test/boot/**'],
          setupFiles,
          // No file changes what another one sees: each module is loaded once for all of them.
          isolate: false,
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        define: { ...define },
        test: {
          name: 'oracle',
          chaiConfig,
          include: ['test/oracle/**/*.test.ts'],
          setupFiles,
          testTimeout: 120_000,
          hookTimeout: 300_000,
        },
      },
      {
        define: { ...define },
        test: {
          name: 'boot',
          chaiConfig,
          include: ['test/boot/**/*.test.ts'],
          exclude: ['test/boot/lifetimes/**'],
          globalSetup: 'test/boot/setup.ts',
          testTimeout: 300_000,
          hookTimeout: 600_000,
          fileParallelism: false,
          // After everything else: a boot has time limits and wants the machine for itself.
          sequence: { groupOrder: 1 },
        },
      },
      {
        define: { ...define },
        test: {
          name: 'lifetimes',
          chaiConfig,
          include: ['test/boot/lifetimes/*.test.ts'],
          globalSetup: 'test/boot/lifetimes/setup.ts',
          testTimeout: 600_000,
          // Two machines at a time: in each of them mostly one processor has work, or all wait.
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
})
