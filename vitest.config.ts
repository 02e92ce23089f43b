import { defineConfig } from 'vitest/config'

/** `unit` needs nothing but npm packages; `oracle` and `boot` need the Debian packages that `scripts/setup.mjs` installs. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/oracle/**', 'test/boot/**'],
        },
      },
      { test: { name: 'oracle', include: ['test/oracle/**/*.test.ts'], testTimeout: 120_000, hookTimeout: 300_000 } },
      {
        test: {
          name: 'boot',
          include: ['test/boot/**/*.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 600_000,
          fileParallelism: false,
          // After everything else: a boot has time limits and wants the machine for itself.
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
})
