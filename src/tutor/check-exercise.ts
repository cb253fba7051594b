import { isDetectorId } from '../advise/detectors.ts';
import { type Asker, askerOf, type Outcome } from './ask.ts';
import type { Find } from './check-lessons.ts';
import { type CompareMode, close, compareResults, rowsOf } from './compare.ts';
import { type Ground, momentAt } from './ground.ts';
import { judge } from './judge.ts';
import type { AnsweredByQuery, Detected, Equivalent, Recognised } from './lesson.ts';
import { resolveText } from './resolve.ts';
import { listed } from './words.ts';

/**
 * Proves an exercise that is answered with a query: the reference returns something and is judged right, accepted
 * answers give nearly the same at every moment, every wrong answer differs and is answered with its own hint or by the
 * detector that is named, no two wrong answers are the same mistake, and the last hint gives the solution. Gives the
 * number of queries looked at.
 */
export async function checkExercise(exercise: AnsweredByQuery, ground: Ground, find: Find): Promise<number> {
  const asker = askerOf(ground);
  const report = (message: string) => find(exercise.line, `${exercise.id}: ${message}`);
  const reference = await asker.everywhere(exercise.reference);
  const room: Room = { exercise, reference, ground, asker, report };
  const failure = reference.find((outcome) => outcome.kind === 'error');
  if (failure !== undefined) report(`the reference fails: ${failure.error.message}`);
  else if (!reference.some((outcome) => hasRows(outcome, exercise))) report('the reference is empty at every moment');
  else {
    await checkReference(room);
    for (const query of exercise.accept) await checkAccepted(query, room);
    for (const item of exercise.acceptWithNote) await checkNote(item, room);
    for (const item of exercise.misconceptions) await checkMisconception(item, room);
    for (const item of exercise.detected) await checkDetected(item, room);
    for (const item of exercise.equivalents) await checkEquivalent(item, room);
    await checkCollisions(room);
    if (exercise.kind === 'fix') await checkBroken(exercise.broken, room);
  }
  if (!exercise.hints.at(-1)?.includes(exercise.reference)) report('the last hint does not contain the reference');
  const { accept, acceptWithNote, misconceptions, detected, equivalents } = exercise;
  return (
    1 + [accept, acceptWithNote, misconceptions, detected, equivalents].reduce((sum, list) => sum + list.length, 0)
  );
}

type Room = {
  readonly exercise: AnsweredByQuery;
  /** The reference at all moments. */
  readonly reference: readonly Outcome[];
  readonly ground: Ground;
  readonly asker: Asker;
  readonly report: (message: string) => void;
};

async function checkReference({ exercise, ground, asker, report }: Room): Promise<void> {
  const { solved, feedback } = await judge(exercise, exercise.reference, ground, { asker });
  if (!solved) report(`the reference itself is refused: ${feedback.map(({ message }) => message).join(' ')}`);
}

/**
 * How far an accepted answer may lie from the reference: two counters of the same events are scraped at the same time
 * and still differ by a request or two.
 */
const ACCEPTED_APART = 0.01;

async function checkAccepted(query: string, { exercise, reference, ground, asker, report }: Room): Promise<void> {
  const moments = apartAt(reference, await asker.everywhere(query), exercise, ground);
  if (moments.length > 0) {
    report(`accepted \`${query}\` differs from the reference at ${listed(moments)}`);
    return;
  }
  const { solved, feedback } = await judge(exercise, query, ground, { asker });
  if (!solved) report(`accepted \`${query}\` is refused: ${feedback.map(({ message }) => message).join(' ')}`);
}

/** A remark may be about a moment at which the answer differs, but not about the one it is shown at. */
async function checkNote(item: Recognised, { exercise, reference, ground, asker, report }: Room): Promise<void> {
  const shownAt = momentAt(ground, exercise.at).name;
  if (apartAt(reference, await asker.everywhere(item.query), exercise, ground).includes(shownAt)) {
    report(`\`${item.query}\` is to be accepted with a note and differs from the reference at ${shownAt}`);
  }
  const { verdict, feedback } = await judge(exercise, item.query, ground, { asker });
  const note = (await resolveText(item.message, ground, asker)).text;
  if (verdict !== 'right-with-note' || !feedback.some(({ message }) => message === note)) {
    report(`\`${item.query}\` does not get its note (verdict: ${verdict})`);
  }
}

async function checkMisconception(
  item: Recognised,
  { exercise, reference, ground, asker, report }: Room,
): Promise<void> {
  const { solved, feedback } = await judge(exercise, item.query, ground, { asker });
  if (solved) {
    const same = differsAt(reference, await asker.everywhere(item.query), exercise, ground).length === 0;
    report(`wrong answer \`${item.query}\` ${same ? 'equals the reference at every moment' : 'is judged right'}`);
    return;
  }
  if (item.pattern !== undefined && !new RegExp(item.pattern).test(item.query)) {
    report(`the pattern does not fit its own example \`${item.query}\``);
  }
  const hint = (await resolveText(item.message, ground, asker)).text;
  if (!feedback.some(({ kind, message }) => kind === 'misconception' && message === hint)) {
    const got = feedback.map(({ message }) => `"${message}"`).join(', ');
    report(`wrong answer \`${item.query}\` does not get its hint but ${got}`);
  }
}

async function checkDetected({ detector, query }: Detected, { exercise, ground, asker, report }: Room): Promise<void> {
  if (!isDetectorId(detector)) {
    report(`there is no detector ${detector}`);
    return;
  }
  const { solved, feedback } = await judge(exercise, query, ground, { asker });
  if (solved) report(`wrong answer \`${query}\` is judged right`);
  else if (!feedback.some((item) => item.detector === detector)) {
    const got = feedback.map((item) => `${item.detector ?? item.kind} "${item.message}"`).join(', ');
    report(`wrong answer \`${query}\` is not answered by ${detector} but with ${got}`);
  }
}

/** A mutant may be right on some data only, so all that can be asked of it is that it runs. */
async function checkEquivalent({ query }: Equivalent, { asker, report }: Room): Promise<void> {
  const failed = (await asker.everywhere(query)).find((outcome) => outcome.kind === 'error');
  if (failed !== undefined) report(`\`${query}\` is listed as equivalent and fails: ${failed.error.message}`);
}

async function checkBroken(query: string, { exercise, ground, asker, report }: Room): Promise<void> {
  const { solved } = await judge(exercise, query, ground, { asker });
  if (solved) report(`the broken query \`${query}\` is judged right`);
}

/** Two wrong answers with the same rows everywhere cannot be told apart by their results, so they need one message. */
async function checkCollisions({ exercise, ground, asker, report }: Room): Promise<void> {
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
  return momentsWhere(a, b, mode, ground, (kind) => kind.kind !== 'equal');
}

/** The same for answers that only have to be close. */
function apartAt(a: readonly Outcome[], b: readonly Outcome[], mode: CompareMode, ground: Ground): readonly string[] {
  return momentsWhere(a, b, mode, ground, (comparison) =>
    comparison.kind === 'values'
      ? comparison.off.some(
          ({ reference, answer }) =>
            typeof reference !== 'number' || typeof answer !== 'number' || !close(reference, answer, ACCEPTED_APART),
        )
      : comparison.kind !== 'equal',
  );
}

function momentsWhere(
  a: readonly Outcome[],
  b: readonly Outcome[],
  mode: CompareMode,
  ground: Ground,
  differs: (comparison: ReturnType<typeof compareResults>) => boolean,
): readonly string[] {
  return ground.moments
    .filter((_, index) => {
      const [one, other] = [a[index], b[index]];
      if (one?.kind !== 'ok' || other?.kind !== 'ok') return true;
      return differs(compareResults(one.result.data, other.result.data, mode));
    })
    .map(({ name }) => name);
}

function hasRows(outcome: Outcome, mode: CompareMode): boolean {
  return outcome.kind === 'ok' && rowsOf(outcome.result.data, mode).length > 0;
}
