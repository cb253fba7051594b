import { createHash } from 'node:crypto';
import { existsSync, realpathSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { shellWord } from '../lib/shell-word.ts';
import { UsageError } from '../model/errors.ts';
import type { Course } from '../tutor/lesson.ts';
import { lessonsFolder, loadCourse } from '../tutor/load-lessons.ts';
import { type ProgressFile, progressFile } from '../tutor/progress-file.ts';
import type { Context } from './context.ts';
import { stateFolder } from './stack-of.ts';

/** A course, and where progress in it is kept. */
export type CourseRoom = {
  readonly course: Course;
  readonly progress: ProgressFile;
  /** What stands behind our commands so that they mean the same course: "" or " --course DIR". */
  readonly suffix: string;
};

/** The course that ships with the tool, or that of a folder. Throws `UserError` when its lessons cannot be read. */
export function courseOf(context: Context, folder: string | undefined): CourseRoom {
  return { course: loadCourse(courseFolder(context, folder)), ...progressOf(context, folder) };
}

/** The same without reading the lessons. */
export function progressOf(context: Context, folder: string | undefined): Omit<CourseRoom, 'course'> {
  const { io } = context;
  const state = stateFolder(io);
  if (folder === undefined) return { progress: progressFile(state, io), suffix: '' };
  // Slugs of another course may be the same words: its progress has a file of its own.
  const id = createHash('sha256').update(courseFolder(context, folder)).digest('hex').slice(0, 12);
  return { progress: progressFile(join(state, 'courses', id), io), suffix: ` --course ${shellWord(folder)}` };
}

/** The folder with its real path. */
export function courseFolder({ io }: Context, folder: string | undefined): string {
  if (folder === undefined) return lessonsFolder();
  const hint =
    'Name a folder of lessons, files such as 01-first-steps.md. A new one: prom-tutor lessons new first-steps';
  const full = resolve(io.cwd, folder);
  if (!existsSync(full)) throw new UsageError(`--course: there is no folder ${folder}`, { hint });
  if (!statSync(full).isDirectory()) throw new UsageError(`--course: ${folder} is no folder`, { hint });
  return realpathSync(full);
}
