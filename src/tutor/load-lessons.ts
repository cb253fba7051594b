import { accessSync, constants, existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { nearest } from '../lib/nearest.ts';
import { packageFolder } from '../lib/package-folder.ts';
import { UsageError, UserError } from '../model/errors.ts';
import type { Course, Lesson, LessonDiagnostic, PlannedLesson } from './lesson.ts';
import { parseLesson } from './parse-lesson.ts';
import { readPlanned } from './read-planned.ts';

/** Everything in a folder of lessons, or everything that is wrong with it. */
export type LoadedCourse = { readonly course: Course } | { readonly diagnostics: readonly LessonDiagnostic[] };

/** The lessons that ship with the tool, wherever it is installed: `lessons/` beside its package.json. */
export function lessonsFolder(): string {
  return packageFolder('lessons');
}

/** As `loadLessons`, for those who only want to teach: throws `UserError` that names every problem. */
export function loadCourse(folder: string = lessonsFolder()): Course {
  const loaded = loadLessons(folder);
  if ('course' in loaded) return loaded.course;
  const lines = loaded.diagnostics.map(({ file, line, message }) => `${file}:${line}: ${message}`);
  throw new UserError(`the lessons cannot be read\n${lines.join('\n')}`, {
    hint:
      folder === lessonsFolder()
        ? 'Correct the lines named, or install prom-tutor again.'
        : 'Correct the lines named. What a lesson file holds: prom-tutor lessons new first-steps writes one to begin with.',
  });
}

/** Reads `NN-slug.md` files and `planned.yaml`, the list of lessons that are still to come. */
export function loadLessons(folder: string): LoadedCourse {
  const diagnostics: LessonDiagnostic[] = [];
  const lessons: Lesson[] = [];
  for (const name of namesIn(folder)) {
    const file = join(folder, name);
    if (leadsOut(folder, file)) {
      diagnostics.push({ file, line: 1, message: 'this link leads out of the folder of lessons' });
      continue;
    }
    const unfit = unfitFile(file);
    if (unfit !== undefined) {
      diagnostics.push({ file, line: 1, message: unfit });
      continue;
    }
    const parsed = parseLesson(readFileSync(file, 'utf8'), file);
    if ('diagnostics' in parsed) diagnostics.push(...parsed.diagnostics);
    else {
      diagnostics.push(...misnamed(parsed.lesson));
      lessons.push(parsed.lesson);
    }
  }
  const planned = plannedIn(folder, diagnostics);
  diagnostics.push(...repeated(lessons, planned, join(folder, PLANNED_FILE)));
  if (diagnostics.length > 0) return { diagnostics };
  return { course: { lessons: byNumber(lessons), planned: byNumber(planned) } };
}

/**
 * The lesson meant by a number (`4`), a slug (`rate`), both (`04-rate`), or a section of the guide (`example 3`, in any
 * case). Throws `UsageError` for a lesson that does not exist or is still to come.
 */
export function findLesson(course: Course, wanted: string): Lesson {
  const word = wanted.trim().toLowerCase().replace(/\s+/g, ' ');
  const fits = (lesson: PlannedLesson) =>
    namesOf(lesson).includes(word) || lesson.guide.some((ref) => ref.toLowerCase() === word);
  const lesson = course.lessons.find((candidate) => namesOf(candidate).includes(word)) ?? course.lessons.find(fits);
  if (lesson !== undefined) return lesson;
  const planned = course.planned.find(fits);
  if (planned !== undefined) {
    throw new UsageError(`lesson ${planned.number}, ${planned.slug}, is not written yet`, {
      hint: `Ready are ${course.lessons.map(({ number, slug }) => `${number} ${slug}`).join(', ')}.`,
    });
  }
  const meant = nearest(
    word,
    [...course.lessons, ...course.planned].flatMap(({ slug, guide }) => [slug, ...guide]),
    1,
  )[0];
  throw new UsageError(`there is no lesson "${wanted}"`, {
    hint: meant === undefined ? 'See: prom-tutor lessons' : `Did you mean "${meant}"? See: prom-tutor lessons`,
  });
}

const PLANNED_FILE = 'planned.yaml';

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
      .filter((name) => /^\d\d-.*\.md$/.test(name))
      .sort();
  } catch (error) {
    throw new UserError(`the folder of lessons cannot be read: ${error instanceof Error ? error.message : error}`, {
      cause: error,
    });
  }
}

/** Whether the file behind the name lies elsewhere: a course is what its folder holds. */
function leadsOut(folder: string, file: string): boolean {
  return existsSync(file) && dirname(realpathSync(file)) !== realpathSync(folder);
}

/** Why a name like a lesson's is none: reading a pipe would wait for ever, and nobody reads a lesson of a megabyte. */
function unfitFile(file: string): string | undefined {
  try {
    accessSync(file, constants.R_OK);
    const found = statSync(file);
    if (!found.isFile()) return 'this is not a file, so no lesson can be read from it';
    return found.size > LARGEST_LESSON ? 'this file is too large for a lesson: more than 1 MB' : undefined;
  } catch (error) {
    return `this file cannot be read: ${error instanceof Error ? error.message : error}`;
  }
}

const LARGEST_LESSON = 1_000_000;

function plannedIn(folder: string, diagnostics: LessonDiagnostic[]): readonly PlannedLesson[] {
  const file = join(folder, PLANNED_FILE);
  if (!existsSync(file)) return [];
  if (leadsOut(folder, file)) {
    diagnostics.push({ file, line: 1, message: 'this link leads out of the folder of lessons' });
    return [];
  }
  const unfit = unfitFile(file);
  if (unfit !== undefined) {
    diagnostics.push({ file, line: 1, message: unfit });
    return [];
  }
  return readPlanned(readFileSync(file, 'utf8'), (line, message) => diagnostics.push({ file, line, message }));
}

function misnamed(lesson: Lesson): readonly LessonDiagnostic[] {
  const wanted = `${fileStem(lesson)}.md`;
  if (basename(lesson.file) === wanted) return [];
  return [{ file: lesson.file, line: 1, message: `number and slug ask for the file name ${wanted}` }];
}

function repeated(
  lessons: readonly Lesson[],
  planned: readonly PlannedLesson[],
  plannedFile: string,
): readonly LessonDiagnostic[] {
  const seen = new Map<string, string>();
  return [...lessons, ...planned].flatMap((lesson) => {
    const file = 'file' in lesson ? (lesson as Lesson).file : plannedFile;
    const clashes = [`slug ${lesson.slug}`, `number ${lesson.number}`].filter((key) => seen.has(key));
    for (const key of [`slug ${lesson.slug}`, `number ${lesson.number}`]) seen.set(key, file);
    return clashes.map((key) => ({ file, line: 1, message: `${key} is taken by another lesson` }));
  });
}

function namesOf(lesson: PlannedLesson): readonly string[] {
  return [String(lesson.number), lesson.slug.toLowerCase(), fileStem(lesson), `${lesson.number}-${lesson.slug}`];
}

function fileStem({ number, slug }: Pick<Lesson, 'number' | 'slug'>): string {
  return `${String(number).padStart(2, '0')}-${slug}`;
}

function byNumber<T extends { readonly number: number }>(items: readonly T[]): readonly T[] {
  return [...items].sort((a, b) => a.number - b.number);
}
