import { isHistogram } from '../model/query-result.ts';
import { type Asker, askerOf } from './ask.ts';
import type { Find } from './check-lessons.ts';
import { type Ground, momentAt } from './ground.ts';
import { judge } from './judge.ts';
import type { ErrorExercise, NumberExercise, ReportExercise } from './lesson.ts';
import { resolveText } from './resolve.ts';
import { numberText } from './words.ts';

/**
 * Proves the exercises that are not answered with a query. A number: its query gives one row, every number that was seen
 * coming differs and gets its message, the last hint holds the number. Gives the number of queries looked at.
 */
export async function checkNumber(exercise: NumberExercise, ground: Ground, find: Find): Promise<number> {
  const asker = askerOf(ground);
  const report = (message: string) => find(exercise.line, `${exercise.id}: ${message}`);
  const right = await onlyValue(exercise.query, exercise, ground, asker);
  if (right === undefined) {
    report(`\`${exercise.query}\` does not give one row with a number at ${exercise.at}`);
    return 1;
  }
  if (!(await judge(exercise, numberText(right), ground, { asker })).solved)
    report(`its own number ${numberText(right)} is refused`);
  for (const { query, message } of exercise.misconceptions) {
    const value = await onlyValue(query, exercise, ground, asker);
    if (value === undefined) {
      report(`the wrong number \`${query}\` is not one row with a number at ${exercise.at}`);
      continue;
    }
    const { solved, feedback } = await judge(exercise, numberText(value), ground, { asker });
    const hint = (await resolveText(message, ground, asker)).text;
    if (solved) report(`the wrong number \`${query}\` is ${numberText(value)}, which is judged right`);
    else if (!feedback.some((item) => item.message === hint)) {
      report(
        `the wrong number \`${query}\` does not get its hint but ${feedback.map((item) => `"${item.message}"`).join(', ')}`,
      );
    }
  }
  const last = (await resolveText(exercise.hints.at(-1) ?? '', ground, asker)).text;
  const numbers = last.match(/[+-]?\d+(?:\.\d+)?/g) ?? [];
  const verdicts = await Promise.all(numbers.map((number) => judge(exercise, number, ground, { asker })));
  if (!verdicts.some(({ solved }) => solved)) report('the last hint does not contain the number');
  return 1 + exercise.misconceptions.length;
}

/** An error to explain: the query is refused or fails where it is shown, and the mended one runs. */
export async function checkError(exercise: ErrorExercise, ground: Ground, find: Find): Promise<number> {
  const asker = askerOf(ground);
  const moment = momentAt(ground, 'quiet');
  const [broken, fixed] = [await asker.at(exercise.query, moment), await asker.at(exercise.fixed, moment)];
  if (broken.kind === 'ok') find(exercise.line, `${exercise.id}: \`${exercise.query}\` does not fail`);
  if (fixed.kind === 'error') {
    find(exercise.line, `${exercise.id}: \`${exercise.fixed}\` is meant to run and fails: ${fixed.error.message}`);
  }
  return 2;
}

/** A report: its example meets the rubric, and a sentence that says nothing does not. */
export async function checkReport(exercise: ReportExercise, ground: Ground, find: Find): Promise<number> {
  const asker = askerOf(ground);
  const report = (message: string) => find(exercise.line, `${exercise.id}: ${message}`);
  const example = (await resolveText(exercise.example, ground, asker)).text;
  const { solved, feedback } = await judge(exercise, example, ground, { asker });
  if (!solved) report(`its own example is refused: ${feedback.map(({ message }) => message).join(' ')}`);
  for (const [index, line] of exercise.rubric.entries()) {
    const alone = { ...exercise, rubric: [line] };
    if ((await judge(alone, 'Something is wrong.', ground, { asker })).solved)
      report(`line ${index + 1} of the rubric is met by any sentence`);
  }
  return exercise.rubric.filter(({ kind }) => kind !== 'words').length;
}

async function onlyValue(
  query: string,
  { at }: NumberExercise,
  ground: Ground,
  asker: Asker,
): Promise<number | undefined> {
  const outcome = await asker.at(query, momentAt(ground, at));
  if (outcome.kind === 'error') return undefined;
  const { data } = outcome.result;
  if (data.kind === 'scalar') return data.value;
  const [first, ...others] = data.kind === 'vector' ? data.samples : [];
  return first === undefined || others.length > 0 || isHistogram(first.value) ? undefined : first.value;
}
