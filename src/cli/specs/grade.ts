import type { CommandSpec } from '../spec.ts';
import { COURSE_OPTION, HISTORY_OPTIONS } from './course-options.ts';
import { SERVER_OPTIONS } from './server-options.ts';

export const gradeSpec = {
  name: 'grade',
  args: '<file>',
  summary:
    'judge a file of answers: a line "4.2: QUERY" each, indented lines go on, # is a remark, - is standard input',
  group: 'Learn',
  options: [COURSE_OPTION, ...HISTORY_OPTIONS, ...SERVER_OPTIONS],
  examples: ['prom-tutor grade answers.txt', 'prom-tutor grade answers.txt --json', 'prom-tutor grade - < answers.txt'],
} as const satisfies CommandSpec;
