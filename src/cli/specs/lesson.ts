import { UsageError } from '../../model/errors.ts';
import { CHAPTERS, type Chapter } from '../../tutor/lesson.ts';
import type { CommandSpec } from '../spec.ts';
import { COURSE_OPTION, HISTORY_OPTIONS } from './course-options.ts';
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
    {
      key: 'testOut',
      flags: '--test-out <chapter>',
      help: 'only what is not solved yet in a chapter: look, measure, trust or operate',
      parse: chapterNamed,
    },
    COURSE_OPTION,
    ...HISTORY_OPTIONS,
    ...SERVER_OPTIONS,
  ],
  examples: [
    'prom-tutor lesson',
    'prom-tutor lesson 4',
    'prom-tutor lesson rate',
    'prom-tutor lesson --guide "example 3"',
    'prom-tutor lesson 4 --print | less',
    'prom-tutor lesson --test-out look',
  ],
} as const satisfies CommandSpec;

/** A chapter in any case of letters. */
function chapterNamed(text: string): Chapter {
  const found = CHAPTERS.find((chapter) => chapter.toLowerCase() === text.trim().toLowerCase());
  if (found !== undefined) return found;
  throw new UsageError(`"${text}" is not a chapter`, { hint: `Chapters are ${CHAPTERS.join(', ').toLowerCase()}.` });
}
