import { mkdir } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { shellWord } from '../../lib/shell-word.ts';
import { EXIT, UsageError } from '../../model/errors.ts';
import { renderCourse } from '../../render/course.ts';
import { renderHits } from '../../render/lesson-hits.ts';
import { type LessonMutation, renderMutation, renderMutationSum } from '../../render/mutation.ts';
import { safe, safeJson } from '../../render/safe.ts';
import { paint } from '../../render/style.ts';
import { counted } from '../../render/text.ts';
import { checkCourse, type LessonReport } from '../../tutor/check-lessons.ts';
import type { Course, LessonDiagnostic } from '../../tutor/lesson.ts';
import { findLesson, lessonsFolder, loadLessons } from '../../tutor/load-lessons.ts';
import { mutateLesson } from '../../tutor/mutate.ts';
import { newLesson } from '../../tutor/new-lesson.ts';
import { lessonStatus, type Progress } from '../../tutor/progress.ts';
import { searchLessons } from '../../tutor/search-lessons.ts';
import type { Context } from '../context.ts';
import { courseFolder, courseOf } from '../course-of.ts';
import { atClock, lessonGround } from '../player-ground.ts';
import { readable } from '../player-plain-text.ts';
import type { CommandRun, OptionsOf } from '../spec.ts';
import type { lessonsSpec } from '../specs/lessons.ts';

type Options = OptionsOf<typeof lessonsSpec>;

/**
 * Lists the course with what is solved. `search` finds words in it, `check` proves the lessons and `mutate` their
 * exercises on live data (1 on findings), `new` begins a lesson.
 */
export const runLessons: CommandRun<typeof lessonsSpec> = async (given, [action, ...words], options) => {
  const context = atClock(readable(given), options.now);
  const what = words.join(' ');
  switch (action) {
    case undefined:
      return list(context, options);
    case 'search':
      return search(context, what, options);
    case 'check':
      return check(context, what, options);
    case 'mutate':
      return mutate(context, what, options);
    case 'new':
      return begin(context, what, options);
    default:
      throw new UsageError(`lessons: unknown action "${action}"`, {
        hint: `Known are search, check, mutate and new. To take a lesson: prom-tutor lesson ${action}`,
      });
  }
};

async function list(context: Context, options: Options): Promise<number> {
  const { style } = context;
  const { course, progress: file, suffix } = courseOf(context, options.course);
  const { progress, notices } = await file.load();
  for (const notice of notices) context.note(`note: ${safe(notice)}`);
  const statuses = course.lessons.map((lesson) => lessonStatus(progress, lesson));
  if (context.json) context.out(safeJson(courseJson(course, progress), undefined, 2));
  else context.out(renderCourse(course, statuses, suffix, style));
  return EXIT.ok;
}

function courseJson(course: Course, progress: Progress): unknown {
  const ready = course.lessons.map((lesson) => {
    const { number, slug, title, minutes, chapter, guide } = lesson;
    const { state, solved, exercises } = lessonStatus(progress, lesson);
    return { number, slug, title, minutes, chapter, guide, state, exercises: exercises.length, solved };
  });
  const planned = course.planned.map((lesson) => ({ ...lesson, state: 'planned' }));
  return [...ready, ...planned].sort((a, b) => a.number - b.number);
}

async function search(context: Context, wanted: string, options: Options): Promise<number> {
  if (wanted.trim() === '') {
    throw new UsageError('lessons search: say what to look for', {
      hint: 'Such as: prom-tutor lessons search restart',
    });
  }
  const { course, suffix } = courseOf(context, options.course);
  const hits = searchLessons(course, wanted);
  if (context.json) {
    const found = hits.map(({ lesson, where, text }) => ({
      number: lesson.number,
      slug: lesson.slug,
      title: lesson.title,
      where: where ?? null,
      text,
    }));
    context.out(safeJson(found, undefined, 2));
  } else context.out(renderHits(hits, wanted, suffix, context.style));
  return hits.length === 0 ? EXIT.failed : EXIT.ok;
}

/** Problems in the files come first: lessons that cannot be read cannot be proved. */
async function check(context: Context, wanted: string, options: Options): Promise<number> {
  const loaded = loadLessons(courseFolder(context, options.course));
  if ('diagnostics' in loaded) return tell(context, [], loaded.diagnostics);
  const course = only(loaded.course, wanted);
  const found = await lessonGround(context, { ...options, standIn: true });
  if ('error' in found) throw found.error;
  const reports: LessonReport[] = [];
  try {
    for await (const report of checkCourse(course, found.ground)) {
      reports.push(report);
      if (!context.json) context.out(reportLine(context, report));
    }
  } finally {
    await found.ground.source.close();
  }
  return tell(
    context,
    reports,
    reports.flatMap(({ findings }) => findings),
  );
}

function only(course: Course, wanted: string): Course {
  return wanted === '' ? course : { ...course, lessons: [findLesson(course, wanted)] };
}

/** Makes wrong answers out of every reference; 1 when one of them would pass, or a listed equivalent is none. */
async function mutate(context: Context, wanted: string, options: Options): Promise<number> {
  const loaded = loadLessons(courseFolder(context, options.course));
  if ('diagnostics' in loaded) return tell(context, [], loaded.diagnostics);
  const course = only(loaded.course, wanted);
  const found = await lessonGround(context, { ...options, standIn: true });
  if ('error' in found) throw found.error;
  const reports: LessonMutation[] = [];
  try {
    for (const lesson of course.lessons) {
      for await (const report of mutateLesson(lesson, found.ground)) {
        const file = relative(context.io.cwd, lesson.file) || lesson.file;
        reports.push({ ...report, file });
        if (!context.json) context.out(renderMutation({ ...report, file }, context.style));
      }
    }
  } finally {
    await found.ground.source.close();
  }
  const ok = reports.every(({ survivors, idle }) => survivors.length === 0 && idle.length === 0);
  if (context.json) {
    const exercises = reports.map(({ exercise, file, ...report }) => ({
      id: exercise.id,
      file,
      line: exercise.line,
      ...report,
    }));
    context.out(safeJson({ ok, exercises }, undefined, 2));
  } else context.out(renderMutationSum(reports));
  return ok ? EXIT.ok : EXIT.failed;
}

/** Begins a lesson in the course's folder, or in `lessons` here, and says what is to be filled in. */
async function begin(context: Context, slug: string, options: Options): Promise<number> {
  if (slug === '') {
    throw new UsageError('lessons new: name the slug', { hint: 'Such as: prom-tutor lessons new first-steps' });
  }
  const named = options.course ?? 'lessons';
  if (options.course === undefined) await mkdir(resolve(context.io.cwd, named), { recursive: true });
  const folder = courseFolder(context, named);
  const loaded = loadLessons(folder);
  if ('diagnostics' in loaded) return tell(context, [], loaded.diagnostics);
  const { file, todo } = newLesson(loaded.course, folder, slug, join(lessonsFolder(), 'skeleton.md'));
  const shown = relative(context.io.cwd, file) || file;
  const command = `prom-tutor lessons check ${slug} --course ${shellWord(named)}`;
  if (context.json) context.out(safeJson({ file, todo, check: command }, undefined, 2));
  else {
    context.out(`Begun: ${safe(shown)}`);
    for (const { line, text } of todo) context.out(`${safe(shown)}:${line}: fill in ${text}`);
    context.out(`prove it: ${safe(command)}`);
  }
  return EXIT.ok;
}

function reportLine({ style }: Context, { lesson, queries, findings }: LessonReport): string {
  const word =
    findings.length === 0 ? paint(style, 'ok', 'ok') : paint(style, 'wrong', counted(findings.length, 'finding'));
  return `${lesson.number} ${safe(lesson.slug)}: ${counted(queries, 'query', 'queries')}, ${word}`;
}

function tell(context: Context, reports: readonly LessonReport[], findings: readonly LessonDiagnostic[]): number {
  const placed = findings.map((finding) => ({
    ...finding,
    file: relative(context.io.cwd, finding.file) || finding.file,
  }));
  if (context.json) {
    const lessons = reports.map(({ lesson, queries }) => ({ slug: lesson.slug, queries }));
    context.out(safeJson({ ok: findings.length === 0, lessons, findings: placed }, undefined, 2));
  } else {
    for (const { file, line, message } of placed) context.out(safe(`${file}:${line}: ${message}`));
  }
  return findings.length === 0 ? EXIT.ok : EXIT.failed;
}
