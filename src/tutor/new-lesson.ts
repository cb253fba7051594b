import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError, UserError } from '../model/errors.ts';
import type { Course } from './lesson.ts';
import { isSlug } from './parse-lesson.ts';

/** What is to be filled in, each with its line. */
export type NewLesson = {
  readonly file: string;
  readonly number: number;
  readonly todo: readonly { readonly line: number; readonly text: string }[];
};

/**
 * Writes a lesson that can be taken and proved, with words to be replaced, behind the last one of the course. `template`
 * is the skeleton's file. Throws `UsageError` for a slug that is none or is taken; never overwrites a file.
 */
export function newLesson(course: Course, folder: string, slug: string, template: string): NewLesson {
  if (!isSlug(slug)) {
    throw new UsageError(`"${slug}" is not a slug`, { hint: 'Write it with a-z, 0-9, - and _, such as first-steps.' });
  }
  const all = [...course.lessons, ...course.planned];
  if (all.some((lesson) => lesson.slug === slug))
    throw new UsageError(`there is a lesson ${slug} in ${folder} already`);
  const number = Math.max(0, ...all.map((lesson) => lesson.number)) + 1;
  const text = readFileSync(template, 'utf8').replace('NUMBER', String(number)).replace('SLUG', slug);
  const file = join(folder, `${String(number).padStart(2, '0')}-${slug}.md`);
  try {
    writeFileSync(file, text, { flag: 'wx' });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UserError(`the lesson cannot be written: ${why}`, { cause: error });
  }
  return { file, number, todo: todoIn(text) };
}

const TO_FILL: readonly (readonly [string, string])[] = [
  ['title:', 'title, minutes, chapter and goal'],
  ['recap:', 'three lines of recap'],
  ['summary:', 'three lines of summary'],
  ['neighbours:', 'queries next door'],
  ['## ', 'the first idea'],
  ['```predict', 'a prediction and its demo'],
  ['```query', 'an exercise: task, reference, wrong answers that are to be expected, four hints, why'],
];

function todoIn(text: string): NewLesson['todo'] {
  const lines = text.split('\n');
  return TO_FILL.flatMap(([start, what]) => {
    const index = lines.findIndex((line) => line.startsWith(start));
    return index < 0 ? [] : [{ line: index + 1, text: what }];
  });
}
