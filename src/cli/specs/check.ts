import type { CommandSpec } from '../spec.ts';
import { COURSE_OPTION, HISTORY_OPTIONS } from './course-options.ts';
import { DATA_OPTION } from './dump-options.ts';
import { SERVER_OPTIONS } from './server-options.ts';

export const checkSpec = {
  name: 'check',
  args: '<exercise> <answer>',
  summary: 'judge one answer to an exercise',
  group: 'Learn',
  options: [COURSE_OPTION, DATA_OPTION, ...HISTORY_OPTIONS, ...SERVER_OPTIONS],
  examples: [
    'prom-tutor check 4.2 \'rate(sse_errors_total{provider="anthropic"}[5m])\'',
    'prom-tutor check rate/4 3',
    "prom-tutor check up/2 'up == 0' --json",
  ],
} as const satisfies CommandSpec;
