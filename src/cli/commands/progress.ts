import { nearest } from '../../lib/nearest.ts';
import { EXIT, Interrupted, UsageError, UserError } from '../../model/errors.ts';
import { renderProgress } from '../../render/course.ts';
import { safe, safeJson } from '../../render/safe.ts';
import { findExercise } from '../../tutor/find-exercise.ts';
import type { Course } from '../../tutor/lesson.ts';
import { findLesson } from '../../tutor/load-lessons.ts';
import {
  EMPTY_PROGRESS,
  type ExerciseStatus,
  forgetExercise,
  forgetLesson,
  lessonStatus,
  type Progress,
} from '../../tutor/progress.ts';
import { dueExercises } from '../../tutor/review.ts';
import type { Context } from '../context.ts';
import { type CourseRoom, courseOf, progressOf } from '../course-of.ts';
import { promptFor } from '../player-start.ts';
import { exportTo, importFrom } from '../progress-transfer.ts';
import type { CommandRun } from '../spec.ts';
import type { progressSpec } from '../specs/progress.ts';

/** Shows what is solved; `export` and `import` carry it elsewhere; `reset` forgets, after saying what is lost. */
export const runProgress: CommandRun<typeof progressSpec> = async (context, [action, what], options) => {
  switch (action) {
    case undefined:
      return show(context, courseOf(context, options.course));
    case 'reset':
      return reset(context, courseOf(context, options.course), what, options.yes === true);
    case 'export':
      return exportTo(context, progressOf(context, options.course).progress, what);
    case 'import':
      return importFrom(context, courseOf(context, options.course), what);
    default: {
      const [meant] = nearest(action, ['export', 'import', 'reset'], 1);
      throw new UsageError(`progress: unknown action "${action}"`, {
        hint:
          meant === undefined ? 'Known are export, import and reset.' : `Did you mean: prom-tutor progress ${meant}`,
      });
    }
  }
};

async function show(context: Context, { course, progress: file, suffix }: CourseRoom): Promise<number> {
  const { io, style } = context;
  const { progress, notices } = await file.load();
  for (const notice of notices) context.note(`note: ${safe(notice)}`);
  const statuses = course.lessons.map((lesson) => lessonStatus(progress, lesson));
  const { due, nextMs } = dueExercises(course.lessons, progress, io.now());
  const ids = due.flatMap((one) => one.ids);
  if (!context.json) {
    context.out(renderProgress(statuses, { due: ids.length, suffix }, style));
    return EXIT.ok;
  }
  const lessons = statuses.map(({ lesson, state, solved, exercises, resumeAt }) => ({
    number: lesson.number,
    slug: lesson.slug,
    state,
    solved,
    unit: resumeAt,
    exercises: exercises.map(exerciseJson),
  }));
  const review = { due: ids, nextAt: nextMs === undefined ? null : new Date(nextMs).toISOString() };
  context.out(safeJson({ file: file.path, current: progress.current ?? null, review, lessons }, undefined, 2));
  return EXIT.ok;
}

function exerciseJson({ exercise, solvedAt, lastLine, solvedWith, ...status }: ExerciseStatus): unknown {
  return {
    id: exercise.id,
    kind: exercise.kind,
    ...status,
    ...(solvedAt === undefined ? {} : { solvedAt }),
    ...(lastLine === undefined ? {} : { lastLine: safe(lastLine) }),
    ...(solvedWith === undefined ? {} : { solvedWith: safe(solvedWith) }),
  };
}

/** What would be forgotten, and how. */
type Loss = { readonly name: string; readonly solved: number; readonly forget: (progress: Progress) => Progress };

async function reset(
  context: Context,
  { course, progress: file }: CourseRoom,
  what: string | undefined,
  sure: boolean,
): Promise<number> {
  if (what === undefined) {
    throw new UsageError('progress reset: say what to forget', {
      hint: 'An exercise (rate/2 or 4.2), a lesson (rate or 4), or all.',
    });
  }
  const { progress } = await file.load();
  const loss = lossOf(course, progress, what);
  if (!sure && !(await confirmed(context, loss))) {
    context.out('Nothing was forgotten.');
    return EXIT.failed;
  }
  await file.update(loss.forget);
  context.out(`Forgotten: ${loss.name}. The state before is kept in ${file.path}.backup.`);
  return EXIT.ok;
}

function lossOf(course: Course, progress: Progress, what: string): Loss {
  if (what === 'all') {
    const solved = course.lessons.reduce((sum, lesson) => sum + lessonStatus(progress, lesson).solved, 0);
    const forget = ({ version, lessons: _, current: __, ...unknown }: Progress) => ({
      ...unknown,
      ...EMPTY_PROGRESS,
      version,
    });
    return { name: 'everything', solved, forget };
  }
  if (/[./]\s*\d+$/.test(what)) {
    const { lesson, exercise } = findExercise(course, what);
    const status = lessonStatus(progress, lesson).exercises[exercise.number - 1];
    return {
      name: `exercise ${exercise.id}`,
      solved: status?.solved ? 1 : 0,
      forget: (saved) => forgetExercise(saved, lesson, exercise),
    };
  }
  const lesson = findLesson(course, what);
  const { solved } = lessonStatus(progress, lesson);
  return {
    name: `lesson ${lesson.number} ${lesson.slug}`,
    solved,
    forget: (saved) => forgetLesson(saved, lesson.slug),
  };
}

async function confirmed(context: Context, { name, solved }: Loss): Promise<boolean> {
  const lost = solved === 0 ? 'nothing solved' : `${solved} solved exercise${solved === 1 ? '' : 's'}`;
  if (!context.interactive) {
    throw new UserError(`progress reset: ${name} would be forgotten, with ${lost}`, {
      hint: 'Say --yes to do it without being asked.',
      exitCode: EXIT.usage,
    });
  }
  const question = `Forget ${name}, with ${lost}?`;
  if (context.style.accessible) context.out(question);
  const label = context.style.accessible ? 'Type y to forget, Enter keeps it: ' : `${question} y/N> `;
  const answer = await promptFor(context).ask({ label });
  if (answer.kind === 'interrupt') throw new Interrupted();
  return answer.kind === 'line' && /^y(es)?$/i.test(answer.text.trim());
}
