import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Processes rather than threads: each file has an engine of its own, and its memory is given back when it ends.
    pool: 'forks',
    // Every core: the main process, for which one is left free by default, has little to do but at the start.
    maxWorkers: '100%',
    globalSetup: ['test/harness/every-kernel.ts'],
    setupFiles: ['test/harness/record-launches.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
