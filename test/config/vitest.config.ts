import { defineConfig } from 'vitest/config';

/**
 * One project per suite, so that each can be run alone: `unit` needs nothing but Node and is the inner loop;
 * `integration` needs Java (the table engine); `infra` synthesizes the CDK app; `e2e` runs the whole local stack.
 */
export default defineConfig({
  test: {
    setupFiles: [new URL('seed.ts', import.meta.url).pathname],
    root: new URL('../..', import.meta.url).pathname,
    projects: [
      {
        extends: true,
        // Pure functions share nothing that one file could spoil for another: modules are loaded once, not once a file.
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts'],
          testTimeout: 20_000,
          pool: 'threads',
          isolate: false,
          // By default one core is left alone, which of two is half of what there is.
          maxWorkers: '100%',
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          globalSetup: ['test/support/table-engine.ts'],
          testTimeout: 120_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: { name: 'infra', include: ['test/infra/**/*.test.ts'], testTimeout: 120_000, hookTimeout: 120_000 },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          globalSetup: ['test/support/app-assembly.ts'],
          testTimeout: 600_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
