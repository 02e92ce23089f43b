/** The tests that Stryker runs for each mutant: `npm run test:mutate`. Only those that are done in moments. */
import { defineConfig } from 'vitest/config'
import manifest from './package.json' with { type: 'json' }

export default defineConfig({
  define: { __DOMFORGE_VERSION__: JSON.stringify(manifest.version) },
  test: {
    include: [
      'test/{units,plan,guests,load,u-boot,assemble,emit,golden,isolation}/**/*.test.ts',
      'test/properties/{units,quoting,plan-placement}.test.ts',
    ],
    // Modules keep nothing between tests, and Stryker switches mutants on and off while they run: loading them once is enough.
    isolate: false,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
})
