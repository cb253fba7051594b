import type { CommandSpec } from '../spec.ts';

export const progressSpec = {
  name: 'progress',
  args: '[action] [what]',
  summary: 'show what is solved, or forget it (reset 4.2, reset rate, reset all)',
  group: 'Learn',
  options: [{ key: 'yes', flags: '-y, --yes', help: 'reset without asking' }],
  examples: [
    'prom-tutor progress',
    'prom-tutor progress --json',
    'prom-tutor progress reset rate/2',
    'prom-tutor progress reset all --yes',
  ],
} as const satisfies CommandSpec;
