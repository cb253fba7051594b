import type { CommandSpec } from '../spec.ts';
import { COURSE_OPTION, HISTORY_OPTIONS } from './course-options.ts';
import { SERVER_OPTIONS } from './server-options.ts';

export const reviewSpec = {
  name: 'review',
  args: '',
  summary: 'answer again what went wrong, after 1, 3 and 7 days',
  group: 'Learn',
  options: [
    { key: 'all', flags: '--all', help: 'also what is not due yet' },
    COURSE_OPTION,
    ...HISTORY_OPTIONS,
    ...SERVER_OPTIONS,
  ],
  examples: ['prom-tutor review', 'prom-tutor review --all', 'prom-tutor review --json'],
} as const satisfies CommandSpec;
