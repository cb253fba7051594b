import type { CommandSpec } from '../spec.ts';
import { COURSE_OPTION, HISTORY_OPTIONS } from './course-options.ts';

export const lessonsSpec = {
  name: 'lessons',
  args: '[action] [words...]',
  summary: 'list all lessons and what is solved; search, check, mutate, new',
  group: 'Learn',
  options: [COURSE_OPTION, ...HISTORY_OPTIONS],
  examples: [
    'prom-tutor lessons',
    'prom-tutor lessons --json',
    'prom-tutor lessons check',
    'prom-tutor lessons check rate',
    'prom-tutor lessons search restart',
    'prom-tutor lessons mutate rate',
    'prom-tutor lessons new first-steps --course my-course',
  ],
} as const satisfies CommandSpec;
