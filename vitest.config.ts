import { defineConfig } from 'vitest/config';

/** `unit` runs on a bare machine with Node alone; `real` drives Docker and Prometheus, and files there run one after another because they share one compose project. */
export default defineConfig({
  test: {
    // On two cores the default is one worker, and half of the machine would wait.
    maxWorkers: '100%',
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.real.test.ts'],
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: 'real',
          include: ['test/**/*.real.test.ts'],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
