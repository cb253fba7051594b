import { EXIT, UserError } from '../../model/errors.ts';
import { renderVerdict } from '../../render/lesson-verdict.ts';
import { safe, safeJson, safeLines } from '../../render/safe.ts';
import { findExercise } from '../../tutor/find-exercise.ts';
import type { Ground } from '../../tutor/ground.ts';
import { judge } from '../../tutor/judge.ts';
import type { Exercise, Lesson } from '../../tutor/lesson.ts';
import { recordAnswer } from '../../tutor/progress.ts';
import type { ProgressFile } from '../../tutor/progress-file.ts';
import { resolveUnit } from '../../tutor/resolve.ts';
import type { Verdict } from '../../tutor/verdict.ts';
import type { Context } from '../context.ts';
import { courseOf } from '../course-of.ts';
import { offerStack } from '../offer-stack.ts';
import { atClock, ignoredVariable, lessonGround } from '../player-ground.ts';
import type { CommandRun } from '../spec.ts';
import type { checkSpec } from '../specs/check.ts';

/** Judges one answer and gives the verdict: 0 when it is solved, 1 when it is not. Answers on the bundled stack are kept. */
export const runCheck: CommandRun<typeof checkSpec> = async (given, args, options) => {
  const context = atClock(given, options.now);
  const { course, progress: file } = courseOf(context, options.course);
  const [id = '', answer = ''] = args;
  const { lesson, exercise } = findExercise(course, id);
  const asking = context.interactive && !context.json && options.seed === undefined && options.now === undefined;
  const found = await lessonGround(context, { ...options, standIn: !asking });
  if ('error' in found) {
    if (!asking || found.kind === 'expired') throw found.error;
    const ended = await offerStack(context, 'Answers are judged on the demo stack, which does not run.');
    return ended ?? runCheck(given, args, options);
  }
  const ignored = ignoredVariable(context, options);
  if (ignored !== undefined) context.note(`note: ${safe(ignored)}`);
  const { ground } = found;
  try {
    const verdict = await judge(exercise, answer, ground, { timeZone: context.style.timeZone });
    const recorded = ground.kind === 'scenario' && (await keep(context, file, lesson, exercise, answer, verdict));
    if (context.json) context.out(verdictJson(exercise, verdict, ground, recorded));
    else {
      const shown = {
        exercise: await resolveUnit(exercise, ground),
        answer: answer.trim(),
        verdict,
        beside: undefined,
        full: true,
      };
      context.out(renderVerdict({ ...shown, recorded: ground.kind === 'scenario' }, context.style));
    }
    return verdict.solved ? EXIT.ok : EXIT.failed;
  } finally {
    await ground.source.close();
  }
};

/** Saves the answer; when that fails the verdict still counts, so it is only said. */
async function keep(
  context: Context,
  file: ProgressFile,
  lesson: Lesson,
  exercise: Exercise,
  answer: string,
  { solved }: Verdict,
): Promise<boolean> {
  const { io } = context;
  try {
    const { notices } = await file.update((progress) =>
      recordAnswer(progress, lesson, exercise, { line: answer, solved, atMs: io.now() }),
    );
    for (const notice of notices) context.note(`note: ${safe(notice)}`);
    return true;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    context.note(`note: this answer is not kept: ${safeLines(error.message)}`);
    return false;
  }
}

function verdictJson({ id }: Exercise, verdict: Verdict, ground: Ground, recorded: boolean): string {
  const { solved, verdict: kind, feedback } = verdict;
  const on =
    ground.kind === 'server'
      ? "this server's data"
      : ground.still === undefined
        ? 'the bundled stack'
        : "the bundled stack's history";
  const document = { exercise: id, solved, verdict: kind, feedback, on, recorded };
  return safeJson(document, (_key, value: unknown) => (typeof value === 'string' ? safeLines(value) : value), 2);
}
