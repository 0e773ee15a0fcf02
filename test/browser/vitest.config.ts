import { defineConfig } from 'vitest/config';

const checks = 'test/browser/checks-*.browser.ts';

export default defineConfig({
  test: {
    testTimeout: 120_000,
    hookTimeout: 120_000,
    projects: [
      {
        extends: true,
        // The checks of numbers, a file for each browser: side by side.
        test: {
          name: 'checks',
          include: [checks],
          globalSetup: ['test/browser/page-bundle.ts'],
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        // Pages that people see, some with limits on time: one after the other, with all cores.
        test: {
          name: 'pages',
          include: ['test/browser/*.browser.ts'],
          exclude: [checks],
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
