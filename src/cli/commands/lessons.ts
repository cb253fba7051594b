import { relative } from 'node:path';
import { EXIT, UsageError } from '../../model/errors.ts';
import { renderCourse } from '../../render/course.ts';
import { safe } from '../../render/safe.ts';
import { paint } from '../../render/style.ts';
import { counted } from '../../render/text.ts';
import { checkCourse, type LessonReport } from '../../tutor/check-lessons.ts';
import type { Course, LessonDiagnostic } from '../../tutor/lesson.ts';
import { findLesson, lessonsFolder, loadCourse, loadLessons } from '../../tutor/load-lessons.ts';
import { lessonStatus, type Progress } from '../../tutor/progress.ts';
import { progressFile } from '../../tutor/progress-file.ts';
import type { Context } from '../context.ts';
import { lessonGround } from '../player-ground.ts';
import type { CommandRun } from '../spec.ts';
import type { lessonsSpec } from '../specs/lessons.ts';
import { stateFolder } from '../stack-of.ts';

/** Lists the course with what is solved; `check` proves the lessons on the running stack and ends with 1 on findings. */
export const runLessons: CommandRun<typeof lessonsSpec> = async (context, [action, ...names]) => {
  if (action === undefined) return list(context);
  if (action === 'check') return check(context, names.join(' '));
  throw new UsageError(`lessons: unknown action "${action}"`, {
    hint: `Known is "check". To take a lesson: prom-tutor lesson ${action}`,
  });
};

async function list(context: Context): Promise<number> {
  const { io, style } = context;
  const course = loadCourse();
  const { progress, notices } = await progressFile(stateFolder(io), io).load();
  for (const notice of notices) context.note(`note: ${safe(notice)}`);
  if (context.json) context.out(JSON.stringify(courseJson(course, progress), undefined, 2));
  else
    context.out(
      renderCourse(
        course,
        course.lessons.map((lesson) => lessonStatus(progress, lesson)),
        style,
      ),
    );
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

/** Problems in the files come first: lessons that cannot be read cannot be proved. */
async function check(context: Context, wanted: string): Promise<number> {
  const loaded = loadLessons(lessonsFolder());
  if ('diagnostics' in loaded) return tell(context, [], loaded.diagnostics);
  const course = wanted === '' ? loaded.course : { ...loaded.course, lessons: [findLesson(loaded.course, wanted)] };
  const found = await lessonGround(context, { standIn: true });
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
    context.out(JSON.stringify({ ok: findings.length === 0, lessons, findings: placed }, undefined, 2));
  } else {
    for (const { file, line, message } of placed) context.out(safe(`${file}:${line}: ${message}`));
  }
  return findings.length === 0 ? EXIT.ok : EXIT.failed;
}
