import type { CommandSpec } from '../spec.ts';

export const homeSpec = {
  name: '',
  args: '',
  summary: 'say what is next and continue there',
  group: 'Learn',
  options: [],
  examples: [],
} as const satisfies CommandSpec;
