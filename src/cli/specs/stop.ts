import type { CommandSpec } from '../spec.ts';

export const stopSpec = {
  name: 'stop',
  args: '',
  summary: 'stop the stack and remove what it made',
  group: 'Stack',
  options: [
    { key: 'keepData', flags: '--keep-data', help: 'keep the history and what was scraped for the next start' },
  ],
  examples: ['prom-tutor stop', 'prom-tutor stop --keep-data'],
} as const satisfies CommandSpec;
