import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageFolder } from '../../lib/package-folder.ts';
import { exercisesOf, type Lesson } from '../../tutor/lesson.ts';
import type { Context } from '../context.ts';
import type { CommandLine } from './command-line.ts';
import { type Candidate, namedOrNumbered, type Titled } from './local-words.ts';

/** First the lesson, and when it is typed its exercises: to know those, the lesson has to be read. */
export async function exercises(context: Context, line: CommandLine, typed: string): Promise<readonly Candidate[]> {
  const [, named = '', sign = ''] = /^(.*?)([./])/.exec(typed) ?? [];
  if (sign === '') {
    const begun = /^\d/.test(typed) ? '.' : '/';
    const lessons = namedOrNumbered(await lessonTitles(context, line), typed);
    return lessons.map(({ value, help }) => ({ value: value + begun, help, unfinished: true }));
  }
  const lesson = await oneLesson(context, line, named);
  if (lesson === undefined) return [];
  return exercisesOf(lesson).map(({ number }) => ({ value: `${named}${sign}${number}`, help: lesson.title }));
}

/** Of the lessons that ship with us the name of the file and its title are enough, and read in no time. */
export async function lessonTitles(context: Context, line: CommandLine): Promise<readonly Titled[]> {
  if (line.given.has('course')) return lessonsOf(context, line);
  return lessonFiles().map(({ file, slug, number }) => {
    const title = /^title:\s*(.+)$/m.exec(readFileSync(file, 'utf8').slice(0, 1_000))?.[1] ?? '';
    return { slug, number, title: title.replace(/^(["'])(.*)\1$/, '$2') };
  });
}

export async function lessonsOf(context: Context, { given }: CommandLine): Promise<readonly Lesson[]> {
  const { courseOf } = await import('../course-of.ts');
  return courseOf(context, given.get('course')?.at(-1)).course.lessons;
}

async function oneLesson(context: Context, line: CommandLine, named: string): Promise<Lesson | undefined> {
  const isMeant = ({ slug, number }: { readonly slug: string; readonly number: number }) =>
    slug === named || String(number) === named;
  if (line.given.has('course')) return (await lessonsOf(context, line)).find(isMeant);
  const found = lessonFiles().find(isMeant);
  if (found === undefined) return undefined;
  const { parseLesson } = await import('../../tutor/parse-lesson.ts');
  const parsed = parseLesson(readFileSync(found.file, 'utf8'), found.file);
  return 'lesson' in parsed ? parsed.lesson : undefined;
}

function lessonFiles(): readonly { readonly file: string; readonly slug: string; readonly number: number }[] {
  const folder = packageFolder('lessons');
  return readdirSync(folder).flatMap((name) => {
    const [, number, slug] = /^(\d+)-(.+)\.md$/.exec(name) ?? [];
    return slug === undefined ? [] : [{ file: join(folder, name), slug, number: Number(number) }];
  });
}
