import type { CommandSpec } from '../spec.ts';

export const statusSpec = {
  name: 'status',
  args: '',
  summary: 'show what runs, where, and what to do next',
  group: 'Stack',
  options: [],
  examples: ['prom-tutor status', 'prom-tutor status --json'],
} as const satisfies CommandSpec;
