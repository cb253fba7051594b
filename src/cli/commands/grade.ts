import { resolve } from 'node:path';
import { EXIT, UsageError, UserError } from '../../model/errors.ts';
import { type GradedAnswer, renderGrades } from '../../render/grades.ts';
import { safe, safeJson, safeLines } from '../../render/safe.ts';
import { readPlainFile } from '../../source/plain-file.ts';
import { type AnswerProblem, type GivenAnswer, readAnswers } from '../../tutor/answers.ts';
import { findExercise } from '../../tutor/find-exercise.ts';
import { judge } from '../../tutor/judge.ts';
import type { Course } from '../../tutor/lesson.ts';
import type { Context } from '../context.ts';
import { courseOf } from '../course-of.ts';
import { atClock, ignoredVariable, lessonGround } from '../player-ground.ts';
import { readable } from '../player-plain-text.ts';
import { readStdin } from '../read-stdin.ts';
import type { CommandRun } from '../spec.ts';
import type { gradeSpec } from '../specs/grade.ts';

/** Judges every answer of a file and reports each: 0 when all are right, 1 when one is not. Nothing is kept. */
export const runGrade: CommandRun<typeof gradeSpec> = async (given, [file = '-'], options) => {
  const context = atClock(readable(given), options.now);
  const { course } = courseOf(context, options.course);
  const { answers, problems } = readAnswers(await textOf(context, file));
  const known = exercisesFor(course, answers);
  refuse(file, [...problems, ...known.problems]);
  const found = await lessonGround(context, { ...options, standIn: true });
  if ('error' in found) throw found.error;
  const ignored = ignoredVariable(context, options);
  if (ignored !== undefined) context.note(`note: ${safe(ignored)}`);
  const graded: GradedAnswer[] = [];
  try {
    for (const { exercise, answer } of known.found) {
      const { solved, verdict, feedback } = await judge(exercise, answer, found.ground, {
        timeZone: context.style.timeZone,
      });
      graded.push({ id: exercise.id, answer, solved, verdict, messages: feedback.map(({ message }) => message) });
    }
  } finally {
    await found.ground.source.close();
  }
  const right = graded.filter(({ solved }) => solved).length;
  if (context.json) {
    const document = { solved: right, of: graded.length, answers: graded };
    context.out(
      safeJson(document, (_key, value: unknown) => (typeof value === 'string' ? safeLines(value) : value), 2),
    );
  } else context.out(renderGrades(graded, context.style));
  return right === graded.length ? EXIT.ok : EXIT.failed;
};

/** More than everybody's answers to all exercises. */
const MOST_BYTES = 10_000_000;

async function textOf(context: Context, file: string): Promise<string> {
  if (file === '-') return readStdin(context.io);
  try {
    return await readPlainFile(resolve(context.io.cwd, file), MOST_BYTES);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UserError(`the answers cannot be read: ${why}`, { exitCode: EXIT.usage, cause: error });
  }
}

function exercisesFor(course: Course, answers: readonly GivenAnswer[]) {
  const problems: AnswerProblem[] = [];
  const found = answers.flatMap(({ id, answer, line }) => {
    try {
      return [{ exercise: findExercise(course, id).exercise, answer }];
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      problems.push({ line, message: [error.message, error.hint ?? ''].join('. ').replace(/\. $/, '') });
      return [];
    }
  });
  return { found, problems };
}

/** Nothing is judged while a line cannot be read: half a report would look like a whole one. */
function refuse(file: string, problems: readonly AnswerProblem[]): void {
  if (problems.length === 0) return;
  const lines = [...problems].sort((a, b) => a.line - b.line).map(({ line, message }) => `${file}:${line}: ${message}`);
  throw new UsageError(`the answers cannot be read\n${lines.join('\n')}`, {
    hint: 'One answer a line: 4.2: rate(sse_errors_total[5m]). Ids are shown by: prom-tutor progress --json',
  });
}
