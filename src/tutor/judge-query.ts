import { UserError } from '../model/errors.ts';
import { isEmptyResult, type QueryData } from '../model/query-result.ts';
import type { Asker, Outcome } from './ask.ts';
import { compareResults, rowsOf } from './compare.ts';
import { brokenConstraints, constraintWords, usesName } from './constraints.ts';
import { type Compared, describeDifference } from './describe-difference.ts';
import { explainError } from './explain-error.ts';
import { explainWrong, feedbackOf } from './explain-wrong.ts';
import { type Ground, type Moment, momentAt } from './ground.ts';
import type { AnsweredByQuery, Recognised } from './lesson.ts';
import { fittingPatterns, normalised, recognisePattern, recogniseQuery, recogniseResult } from './recognise.ts';
import type { Feedback, Verdict } from './verdict.ts';
import { judgeWindow, withReferenceWindow } from './window.ts';

/** Judges a query by its results. `answer` is trimmed. */
export async function judgeQuery(
  exercise: AnsweredByQuery,
  answer: string,
  ground: Ground,
  asker: Asker,
): Promise<Verdict> {
  if (answer === '') {
    const message = 'Nothing was typed. Type a query, or `hint`.';
    return { solved: false, verdict: 'error', feedback: [{ kind: 'syntax', message, evidence: [] }] };
  }
  const shownAt = momentAt(ground, exercise.at);
  const first = await asker.at(answer, shownAt);
  if (first.kind === 'error' && first.error.errorType === 'bad_data') {
    const failed = { error: first.error, moment: shownAt, given: [first] };
    return { solved: false, verdict: 'error', feedback: await explainError(exercise, answer, failed, ground, asker) };
  }
  const [given, wanted] = await Promise.all([asker.everywhere(answer), asker.everywhere(exercise.reference)]);
  const failedAt = given.findIndex((outcome) => outcome.kind === 'error');
  const failure = given[failedAt];
  if (failure?.kind === 'error') {
    const failed = { error: failure.error, moment: ground.moments[failedAt] ?? shownAt, given };
    const feedback = await explainError(exercise, answer, failed, ground, asker);
    return withShown({ solved: false, verdict: 'error', feedback }, first, shownAt);
  }
  const room: Room = { exercise, answer, given, ground, asker, shownAt };
  const judged = (await judgeRight(room, wanted)) ?? (await judgeDifferent(room, wanted, compare(wanted, given, room)));
  return withShown(judged, first, shownAt);
}

/** Whether an answer would be right, without a word about it: for those who try many. */
export async function passes(
  exercise: AnsweredByQuery,
  answer: string,
  ground: Ground,
  asker: Asker,
): Promise<boolean> {
  const given = await asker.everywhere(answer);
  if (given.some(({ kind }) => kind === 'error')) return false;
  const room: Room = { exercise, answer, given, ground, asker, shownAt: momentAt(ground, exercise.at) };
  return (await judgeRight(room, await asker.everywhere(exercise.reference)))?.solved === true;
}

/** What is said of an answer whose results are right; undefined when they are not. */
async function judgeRight(room: Room, wanted: readonly Outcome[]): Promise<Verdict | undefined> {
  return (
    (isEqual(compare(wanted, room.given, room)) ? judgeEqual(room) : undefined) ??
    (await judgeAccepted(room)) ??
    (await judgeOtherWindow(room, wanted))
  );
}

type Room = {
  readonly exercise: AnsweredByQuery;
  readonly answer: string;
  /** The answer at all moments. */
  readonly given: readonly Outcome[];
  readonly ground: Ground;
  readonly asker: Asker;
  readonly shownAt: Moment;
};

function compare(
  wanted: readonly Outcome[],
  given: readonly Outcome[],
  { ground, exercise }: Room,
): readonly Compared[] {
  return ground.moments.map((moment, index) => ({
    moment,
    comparison: compareResults(dataOf(wanted[index]), dataOf(given[index]), exercise),
  }));
}

function isEqual(compared: readonly Compared[]): boolean {
  return compared.every(({ comparison }) => comparison.kind === 'equal');
}

/** Right because it equals another answer that is listed as right; one that carries a note brings it along. */
async function judgeAccepted(room: Room): Promise<Verdict | undefined> {
  const { exercise, asker, given } = room;
  const others = [
    ...exercise.accept.map((query) => ({ query, note: undefined })),
    ...exercise.acceptWithNote.map((note) => ({ query: note.query, note })),
  ];
  for (const { query, note } of others) {
    const outcomes = await asker.everywhere(query);
    if (outcomes.some(({ kind }) => kind === 'error') || !isEqual(compare(outcomes, given, room))) continue;
    return judgeEqual(room, note);
  }
  return undefined;
}

/** Where the task leaves the window open: right when the answer is right with the reference's window, and its own will do. */
async function judgeOtherWindow(room: Room, wanted: readonly Outcome[]): Promise<Verdict | undefined> {
  const { exercise, answer, asker, given } = room;
  const rewritten = exercise.window === 'free' ? withReferenceWindow(answer, exercise.reference) : undefined;
  if (rewritten === undefined) return undefined;
  const outcomes = await asker.everywhere(rewritten);
  if (outcomes.some(({ kind }) => kind === 'error')) return undefined;
  const same = { ...room, given: outcomes };
  if (!isEqual(compare(wanted, outcomes, same)) && (await judgeAccepted(same)) === undefined) return undefined;
  const { solved, feedback } = judgeWindow(answer, exercise.reference);
  if (!solved) return { solved, verdict: emptyOrWrong(given), feedback };
  const right = judgeEqual(room);
  return right.solved ? { ...right, verdict: 'right-with-note', feedback: [...feedback, ...right.feedback] } : right;
}

function judgeEqual({ exercise, answer, given }: Room, noted?: Recognised): Verdict {
  if (!given.some((outcome) => hasRows(outcome, exercise))) {
    const message =
      'The reference returns nothing here either, at none of the moments looked at: this data cannot tell right from wrong.';
    return { solved: false, verdict: 'empty', feedback: [{ kind: 'empty', message, evidence: [] }] };
  }
  const broken = brokenConstraints(exercise.constraints, answer);
  if (broken.length > 0) {
    const known =
      recogniseQuery(exercise.misconceptions, answer) ?? fittingPatterns(exercise.misconceptions, answer)[0];
    const words: Feedback =
      known === undefined
        ? { kind: 'difference', message: constraintWords(broken), evidence: [] }
        : misconception(known, []);
    return { solved: false, verdict: 'wrong', feedback: [words] };
  }
  const elsewhen = otherTime(exercise, answer);
  if (elsewhen !== undefined) return { solved: false, verdict: 'wrong', feedback: [elsewhen] };
  const note =
    noted ?? recogniseQuery(exercise.acceptWithNote, answer) ?? fittingPatterns(exercise.acceptWithNote, answer)[0];
  const feedback: Feedback[] = [
    ...(note === undefined ? [] : [{ kind: 'note', message: note.message, evidence: [] } as const]),
    ...annotations(given),
    { kind: 'why', message: exercise.why, evidence: [] },
  ];
  return { solved: true, verdict: note === undefined ? 'right' : 'right-with-note', feedback };
}

/** Equal by chance: an answer that looks at another time, where no right answer does, is right at these moments only. */
function otherTime({ reference, accept, acceptWithNote }: AnsweredByQuery, answer: string): Feedback | undefined {
  const right = [reference, ...accept, ...acceptWithNote.map(({ query }) => query)];
  const shifts = ['offset', '@'].filter(
    (name) => usesName(answer, name) && !right.some((query) => usesName(query, name)),
  );
  if (shifts.length === 0) return undefined;
  const message = `The result is the same at these moments, but \`${shifts[0]}\` looks at another time than the task asks for.`;
  return { kind: 'difference', message, evidence: [] };
}

/** The first explanation that is sure: a mistake that was seen coming, what a detector proves, the bare difference. */
async function judgeDifferent(room: Room, wanted: readonly Outcome[], compared: readonly Compared[]): Promise<Verdict> {
  const { exercise, answer, given, ground, asker, shownAt } = room;
  const verdict = emptyOrWrong(given);
  const wrong = (...feedback: readonly Feedback[]): Verdict => ({
    solved: false,
    verdict,
    feedback: [...annotations(given), ...feedback],
  });
  const difference = describeDifference(compared, shownAt);
  const known = await seenComing(room);
  if (known !== undefined) return wrong(misconception(known, verdict === 'empty' ? [] : (difference?.evidence ?? [])));
  const different = ground.moments.flatMap((_, index) => (compared[index]?.comparison.kind === 'equal' ? [] : [index]));
  const focus = different.find((index) => ground.moments[index]?.ms === shownAt.ms) ?? different[0] ?? 0;
  const moment = ground.moments[focus] ?? shownAt;
  const outcome = given[focus];
  if (outcome === undefined) return wrong(difference ?? SOMEHOW);
  const all = compared.map((one, index) => ({
    ...one,
    answer: given[index] ?? outcome,
    reference: wanted[index] ?? outcome,
  }));
  const finding = await explainWrong(exercise, { answer, moment, outcome, compared: all }, ground, asker);
  if (finding === undefined) return wrong(difference ?? SOMEHOW);
  const lead = moment.ms === shownAt.ms ? '' : `At \`${moment.name}\` (${moment.story}): `;
  const empty = outcome.kind === 'ok' && isEmptyResult(outcome.result.data);
  const found = feedbackOf(finding, answer, { lead, empty });
  return wrong(finding.id === 'M34' ? { ...found, evidence: difference?.evidence ?? found.evidence } : found);
}

/** A declared mistake: by the answer's text, its pattern, or its results. What is left to a named detector is not. */
async function seenComing({ exercise, answer, given, ground, asker }: Room): Promise<Recognised | undefined> {
  const items = exercise.misconceptions;
  const exact = recogniseQuery(items, answer);
  if (exact !== undefined) return exact;
  if (exercise.detected.some(({ query }) => normalised(query) === normalised(answer))) return undefined;
  return (
    (await recognisePattern(items, answer, given, asker)) ??
    (await recogniseResult(items, given, exercise, ground, asker))
  );
}

const SOMEHOW: Feedback = { kind: 'difference', message: 'The results differ.', evidence: [] };

/** A known mistake, with the numbers that show it. */
function misconception({ message }: Recognised, evidence: readonly string[]): Feedback {
  return { kind: 'misconception', message, evidence };
}

/** What Prometheus itself remarked on the answer, each remark once. */
function annotations(outcomes: readonly Outcome[]): readonly Feedback[] {
  const remarks = outcomes.flatMap((outcome) =>
    outcome.kind === 'ok' ? [...outcome.result.warnings, ...outcome.result.infos] : [],
  );
  return [...new Set(remarks)].map((message) => ({ kind: 'prometheus', message, evidence: [] }));
}

function withShown(verdict: Verdict, first: Outcome, moment: Moment): Verdict {
  return first.kind === 'ok' ? { ...verdict, shown: { moment, result: first.result } } : verdict;
}

/** `empty` is nothing at all, at no moment; rows of NaN are rows. */
function emptyOrWrong(given: readonly Outcome[]): 'empty' | 'wrong' {
  return given.every((outcome) => outcome.kind === 'ok' && isEmptyResult(outcome.result.data)) ? 'empty' : 'wrong';
}

function hasRows(outcome: Outcome, exercise: AnsweredByQuery): boolean {
  return outcome.kind === 'ok' && rowsOf(outcome.result.data, exercise).length > 0;
}

/** The reference does not fail on the bundled data, as `lessons check` proves; another server may know less. */
function dataOf(outcome: Outcome | undefined): QueryData {
  if (outcome === undefined) throw new Error('a moment without an outcome');
  if (outcome.kind === 'ok') return outcome.result.data;
  throw new UserError(`this server cannot run what the exercise compares with: ${outcome.error.message}`, {
    hint: 'Judge it on the bundled stack: prom-tutor start',
    cause: outcome.error,
  });
}
