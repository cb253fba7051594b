import type { CommandSpec } from '../spec.ts';

export const lessonsSpec = {
  name: 'lessons',
  args: '[action] [lesson...]',
  summary: 'list all lessons and what is solved, or prove them on live data (check)',
  group: 'Learn',
  options: [],
  examples: [
    'prom-tutor lessons',
    'prom-tutor lessons --json',
    'prom-tutor lessons check',
    'prom-tutor lessons check rate',
  ],
} as const satisfies CommandSpec;
