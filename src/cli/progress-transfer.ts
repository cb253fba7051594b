import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { EXIT, UsageError, UserError } from '../model/errors.ts';
import { safe, safeJson } from '../render/safe.ts';
import { counted } from '../render/text.ts';
import { readPlainFile } from '../source/plain-file.ts';
import { mergeProgress } from '../tutor/merge-progress.ts';
import { lessonStatus, type Progress } from '../tutor/progress.ts';
import type { ProgressFile } from '../tutor/progress-file.ts';
import { readProgress } from '../tutor/read-progress.ts';
import type { Context } from './context.ts';
import type { CourseRoom } from './course-of.ts';
import { readStdin } from './read-stdin.ts';

/** Writes the progress to a file that is not there yet, or to stdout. */
export async function exportTo(context: Context, file: ProgressFile, to: string | undefined): Promise<number> {
  const { progress, notices } = await file.load();
  for (const notice of notices) context.note(`note: ${safe(notice)}`);
  const text = safeJson(progress, undefined, 2);
  if (to === undefined || to === '-') {
    context.out(text);
    return EXIT.ok;
  }
  try {
    await writeFile(resolve(context.io.cwd, to), `${text}\n`, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    throw new UserError(`progress export: ${to} cannot be written: ${messageOf(error)}`, {
      hint: 'Name a file that is not there yet.',
      cause: error,
    });
  }
  context.out(`Exported to ${safe(to)}. Elsewhere: prom-tutor progress import ${safe(to)}`);
  return EXIT.ok;
}

/** Adds what an exported file holds; nothing that is here is lost. */
export async function importFrom(context: Context, room: CourseRoom, from: string | undefined): Promise<number> {
  if (from === undefined) {
    throw new UsageError('progress import: name the file', {
      hint: 'It was written by: prom-tutor progress export FILE. - is standard input.',
    });
  }
  const other = await read(context, from);
  const { progress: before } = await room.progress.load();
  const { progress: after } = await room.progress.update((here) => mergeProgress(here, other));
  const added = solvedIn(room, after) - solvedIn(room, before);
  context.out(
    `Imported: ${counted(added, 'more exercise')} solved. Nothing was lost; the state before is kept in ${safe(room.progress.path)}.backup.`,
  );
  return EXIT.ok;
}

async function read(context: Context, from: string): Promise<Progress> {
  const found = readProgress(await textOf(context, from));
  if (found.kind === 'ok') return found.progress;
  const why = found.kind === 'newer' ? 'it was written by a newer prom-tutor' : found.reason;
  throw new UserError(`progress import: ${from} cannot be used: ${why}`, {
    hint: 'It has to be a file of: prom-tutor progress export',
  });
}

/** Progress in every lesson there could be is smaller. */
const MOST_BYTES = 20_000_000;

async function textOf(context: Context, from: string): Promise<string> {
  if (from === '-') return readStdin(context.io);
  try {
    return await readPlainFile(resolve(context.io.cwd, from), MOST_BYTES);
  } catch (error) {
    throw new UserError(`progress import: ${from} cannot be read: ${messageOf(error)}`, {
      exitCode: EXIT.usage,
      cause: error,
    });
  }
}

function solvedIn({ course }: CourseRoom, progress: Progress): number {
  return course.lessons.reduce((sum, lesson) => sum + lessonStatus(progress, lesson).solved, 0);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
