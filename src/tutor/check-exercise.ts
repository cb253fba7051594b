import { type Asker, askerOf, type Outcome } from './ask.ts';
import type { Find } from './check-lessons.ts';
import { type CompareMode, compareResults, rowsOf } from './compare.ts';
import type { Ground } from './ground.ts';
import { judge } from './judge.ts';
import type { AnsweredByQuery, Recognised } from './lesson.ts';
import { resolveText } from './resolve.ts';
import { listed } from './words.ts';

/**
 * Proves a query exercise: the reference returns something, accepted answers equal it at every moment, every wrong answer
 * differs and is answered with its own hint, no two wrong answers are the same mistake, and the last hint gives the
 * solution. Gives the number of queries looked at.
 */
export async function checkExercise(exercise: AnsweredByQuery, ground: Ground, find: Find): Promise<number> {
  const asker = askerOf(ground);
  const report = (message: string) => find(exercise.line, `${exercise.id}: ${message}`);
  const reference = await asker.everywhere(exercise.reference);
  const failure = reference.find((outcome) => outcome.kind === 'error');
  if (failure !== undefined) report(`the reference fails: ${failure.error.message}`);
  else if (!reference.some((outcome) => hasRows(outcome, exercise))) report('the reference is empty at every moment');
  else {
    for (const query of exercise.accept) await checkAccepted(query, exercise, reference, ground, asker, report);
    for (const item of exercise.acceptWithNote) await checkNote(item, exercise, reference, ground, asker, report);
    for (const item of exercise.misconceptions)
      await checkMisconception(item, exercise, reference, ground, asker, report);
    await checkCollisions(exercise, ground, asker, report);
  }
  if (!exercise.hints.at(-1)?.includes(exercise.reference)) report('the last hint does not contain the reference');
  return 1 + exercise.accept.length + exercise.acceptWithNote.length + exercise.misconceptions.length;
}

type Report = (message: string) => void;

async function checkAccepted(
  query: string,
  exercise: AnsweredByQuery,
  reference: readonly Outcome[],
  ground: Ground,
  asker: Asker,
  report: Report,
): Promise<void> {
  const moments = differsAt(reference, await asker.everywhere(query), exercise, ground);
  if (moments.length > 0) report(`accepted \`${query}\` differs from the reference at ${listed(moments)}`);
}

async function checkNote(
  item: Recognised,
  exercise: AnsweredByQuery,
  reference: readonly Outcome[],
  ground: Ground,
  asker: Asker,
  report: Report,
): Promise<void> {
  await checkAccepted(item.query, exercise, reference, ground, asker, report);
  const { verdict, feedback } = await judge(exercise, item.query, ground);
  const note = (await resolveText(item.message, ground, asker)).text;
  if (verdict !== 'right-with-note' || !feedback.some(({ message }) => message === note)) {
    report(`\`${item.query}\` does not get its note (verdict: ${verdict})`);
  }
}

async function checkMisconception(
  item: Recognised,
  exercise: AnsweredByQuery,
  reference: readonly Outcome[],
  ground: Ground,
  asker: Asker,
  report: Report,
): Promise<void> {
  if (differsAt(reference, await asker.everywhere(item.query), exercise, ground).length === 0) {
    report(`wrong answer \`${item.query}\` equals the reference at every moment`);
    return;
  }
  if (item.pattern !== undefined && !new RegExp(item.pattern).test(item.query)) {
    report(`the pattern does not fit its own example \`${item.query}\``);
  }
  const { solved, feedback } = await judge(exercise, item.query, ground);
  const hint = (await resolveText(item.message, ground, asker)).text;
  if (solved) report(`wrong answer \`${item.query}\` is judged right`);
  else if (!feedback.some(({ kind, message }) => kind === 'misconception' && message === hint)) {
    const got = feedback.map(({ message }) => `"${message}"`).join(', ');
    report(`wrong answer \`${item.query}\` does not get its hint but ${got}`);
  }
}

/** Two wrong answers with the same rows everywhere cannot be told apart by their results, so they need one message. */
async function checkCollisions(exercise: AnsweredByQuery, ground: Ground, asker: Asker, report: Report): Promise<void> {
  const items = exercise.misconceptions;
  const strict: CompareMode = { compare: 'values', nan: 'strict' };
  for (const [index, one] of items.entries()) {
    const first = await asker.everywhere(one.query);
    if (!first.some((outcome) => hasRows(outcome, strict))) continue;
    for (const other of items.slice(index + 1)) {
      if (one.message === other.message) continue;
      const second = await asker.everywhere(other.query);
      if (differsAt(first, second, strict, ground).length === 0) {
        report(`the wrong answers \`${one.query}\` and \`${other.query}\` have the same results and different hints`);
      }
    }
  }
}

/** The moments at which two queries do not give the same; a query that fails differs from everything. */
function differsAt(a: readonly Outcome[], b: readonly Outcome[], mode: CompareMode, ground: Ground): readonly string[] {
  return ground.moments
    .filter((_, index) => {
      const [one, other] = [a[index], b[index]];
      if (one?.kind !== 'ok' || other?.kind !== 'ok') return true;
      return compareResults(one.result.data, other.result.data, mode).kind !== 'equal';
    })
    .map(({ name }) => name);
}

function hasRows(outcome: Outcome, mode: CompareMode): boolean {
  return outcome.kind === 'ok' && rowsOf(outcome.result.data, mode).length > 0;
}
