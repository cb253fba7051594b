import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/**
 * `unit` runs on a bare machine with Node alone, `real` needs Prometheus (and a browser), `docker` needs Docker: its files
 * run one after another because they share one compose project. Most of what the last two do is wait for scrapes, so CI
 * runs them side by side.
 */
export default defineConfig({
  test: {
    // More than there are cores, because many tests wait for processes and scrapes; on two cores the default would be one.
    maxWorkers: Math.ceil(availableParallelism() * 1.5),
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
          exclude: ['test/**/*.docker.real.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'docker',
          include: ['test/**/*.docker.real.test.ts'],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
