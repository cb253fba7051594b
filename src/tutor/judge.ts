import { UserError } from '../model/errors.ts';
import { isEmptyResult, type QueryData } from '../model/query-result.ts';
import { type Asker, askerOf, type Outcome } from './ask.ts';
import { compareResults, rowsOf } from './compare.ts';
import { type Compared, describeDifference } from './describe-difference.ts';
import { explainEmpty } from './explain-empty.ts';
import { explainError } from './explain-error.ts';
import { type Ground, type Moment, momentAt } from './ground.ts';
import { judgeChoice } from './judge-choice.ts';
import { type AnsweredByQuery, answeredByPick, answeredByQuery, type Exercise, type Recognised } from './lesson.ts';
import { recogniseResult, recogniseText } from './recognise.ts';
import { resolveText } from './resolve.ts';
import { unitSlip } from './unit-slip.ts';
import type { Feedback, FeedbackKind, Verdict } from './verdict.ts';
import { judgeWindow, withReferenceWindow } from './window.ts';

/**
 * Judges what was typed at an exercise. A query is right when its result equals the reference's at every moment of the
 * ground, whatever its text; when it is wrong the feedback says which mistake it is, or how the result differs, with
 * evidence from the data. Throws `UnavailableError` when the server does not answer.
 */
export async function judge(exercise: Exercise, answer: string, ground: Ground): Promise<Verdict> {
  const asker = askerOf(ground);
  const verdict = answeredByPick(exercise)
    ? judgeChoice(exercise, answer)
    : answeredByQuery(exercise)
      ? await judgeQuery(exercise, answer.trim(), ground, asker)
      : notYet(exercise);
  const feedback = await Promise.all(
    verdict.feedback.map(async (item) =>
      FROM_LESSON.includes(item.kind)
        ? { ...item, message: (await resolveText(item.message, ground, asker)).text }
        : item,
    ),
  );
  return { ...verdict, feedback };
}

function notYet({ kind }: Exercise): never {
  throw new Error(`exercises of the kind ${kind} cannot be judged yet`);
}

/** Feedback whose words stand in the lesson and may hold numbers of the data; the others may hold words of the server. */
const FROM_LESSON: readonly FeedbackKind[] = ['why', 'note', 'misconception'];

async function judgeQuery(exercise: AnsweredByQuery, answer: string, ground: Ground, asker: Asker): Promise<Verdict> {
  if (answer === '') {
    const message = 'Nothing was typed. Type a query, or `hint`.';
    return { solved: false, verdict: 'error', feedback: [{ kind: 'syntax', message, evidence: [] }] };
  }
  const shownAt = momentAt(ground, exercise.at);
  const first = await asker.at(answer, shownAt);
  if (first.kind === 'error' && first.error.errorType === 'bad_data') {
    return {
      solved: false,
      verdict: 'error',
      feedback: await explainError(exercise, answer, first.error, ground, asker),
    };
  }
  const [given, wanted] = await Promise.all([asker.everywhere(answer), asker.everywhere(exercise.reference)]);
  const failed = given.find((outcome) => outcome.kind === 'error');
  if (failed !== undefined) {
    const feedback = await explainError(exercise, answer, failed.error, ground, asker);
    return withShown({ solved: false, verdict: 'error', feedback }, first, shownAt);
  }
  const compare = (outcomes: readonly Outcome[]): readonly Compared[] =>
    ground.moments.map((moment, index) => ({
      moment,
      comparison: compareResults(dataOf(wanted[index]), dataOf(outcomes[index]), exercise),
    }));
  const compared = compare(given);
  const judged = isEqual(compared)
    ? judgeEqual(exercise, answer, given)
    : ((await judgeOtherWindow(exercise, answer, given, compare, asker)) ??
      (await judgeDifferent(exercise, answer, { given, compared, shownAt }, ground, asker)));
  return withShown(judged, first, shownAt);
}

/** Where the task leaves the window open: right when the answer is right with the reference's window, and its own will do. */
async function judgeOtherWindow(
  exercise: AnsweredByQuery,
  answer: string,
  given: readonly Outcome[],
  compare: (outcomes: readonly Outcome[]) => readonly Compared[],
  asker: Asker,
): Promise<Verdict | undefined> {
  const rewritten = exercise.window === 'free' ? withReferenceWindow(answer, exercise.reference) : undefined;
  if (rewritten === undefined) return undefined;
  const outcomes = await asker.everywhere(rewritten);
  if (outcomes.some(({ kind }) => kind === 'error') || !isEqual(compare(outcomes))) return undefined;
  const { solved, feedback } = judgeWindow(answer, exercise.reference);
  if (!solved) return { solved, verdict: emptyOrWrong(given), feedback };
  const right = judgeEqual(exercise, answer, given);
  return { ...right, verdict: 'right-with-note', feedback: [...feedback, ...right.feedback] };
}

function isEqual(compared: readonly Compared[]): boolean {
  return compared.every(({ comparison }) => comparison.kind === 'equal');
}

function judgeEqual(exercise: AnsweredByQuery, answer: string, given: readonly Outcome[]): Verdict {
  if (!given.some((outcome) => hasRows(outcome, exercise))) {
    const message =
      'The reference returns nothing here either, at none of the moments looked at: this data cannot tell right from wrong.';
    return { solved: false, verdict: 'empty', feedback: [{ kind: 'empty', message, evidence: [] }] };
  }
  const note = recogniseText(exercise.acceptWithNote, answer);
  const feedback: Feedback[] = [
    ...(note === undefined ? [] : [{ kind: 'note', message: note.message, evidence: [] } as const]),
    ...annotations(given),
    { kind: 'why', message: exercise.why, evidence: [] },
  ];
  return { solved: true, verdict: note === undefined ? 'right' : 'right-with-note', feedback };
}

type Findings = {
  readonly given: readonly Outcome[];
  readonly compared: readonly Compared[];
  readonly shownAt: Moment;
};

/** The first explanation that is sure: a mistake that was seen coming, a wrong unit, a reason for emptiness, the bare difference. */
async function judgeDifferent(
  exercise: AnsweredByQuery,
  answer: string,
  { given, compared, shownAt }: Findings,
  ground: Ground,
  asker: Asker,
): Promise<Verdict> {
  const verdict = emptyOrWrong(given);
  const wrong = (...feedback: readonly Feedback[]): Verdict => ({
    solved: false,
    verdict,
    feedback: [...annotations(given), ...feedback],
  });
  const difference = describeDifference(compared, shownAt);
  const known =
    recogniseText(exercise.misconceptions, answer) ??
    (await recogniseResult(exercise.misconceptions, given, exercise, ground, asker));
  if (known !== undefined) return wrong(misconception(known, verdict === 'empty' ? [] : (difference?.evidence ?? [])));
  const slip = unitSlip(compared);
  if (slip !== undefined) return wrong(slip);
  const empty = await explainEmpty(answer, { given, compared, shownAt }, ground, asker);
  if (empty.length > 0) return wrong(...empty);
  return wrong(difference ?? { kind: 'difference', message: 'The results differ.', evidence: [] });
}

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
