import type { CommandSpec } from '../spec.ts';
import { SERVER_OPTIONS } from './server-options.ts';

export const lessonSpec = {
  name: 'lesson',
  args: '[lesson...]',
  summary: 'take a lesson, or go on with the one that was left',
  group: 'Learn',
  options: [
    { key: 'print', flags: '--print', help: 'print the whole lesson with its results, without its answers, and end' },
    {
      key: 'guide',
      flags: '--guide <section>',
      help: 'the lesson of a section of the beginners\' guide that the course covers, such as "step 3"',
    },
    ...SERVER_OPTIONS,
  ],
  examples: [
    'prom-tutor lesson',
    'prom-tutor lesson 4',
    'prom-tutor lesson rate',
    'prom-tutor lesson --guide "example 3"',
    'prom-tutor lesson 4 --print | less',
  ],
} as const satisfies CommandSpec;
