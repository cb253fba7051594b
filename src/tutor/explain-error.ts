import type { QueryError } from '../model/errors.ts';
import type { Asker, Outcome } from './ask.ts';
import { explainWrong, feedbackOf } from './explain-wrong.ts';
import type { Ground, Moment } from './ground.ts';
import type { AnsweredByQuery } from './lesson.ts';
import { recogniseError, recognisePattern, recogniseQuery } from './recognise.ts';
import type { Feedback } from './verdict.ts';

/**
 * Prometheus' own words first, since the learner will meet them again; then ours: the mistake that was seen coming, or
 * what a detector makes of the text and the message. `given` are the outcomes of all moments, or the one that is known.
 */
export async function explainError(
  exercise: AnsweredByQuery,
  answer: string,
  failed: { readonly error: QueryError; readonly moment: Moment; readonly given: readonly Outcome[] },
  ground: Ground,
  asker: Asker,
): Promise<readonly Feedback[]> {
  const { error, moment, given } = failed;
  const own: Feedback = {
    kind: 'prometheus',
    message: error.message,
    evidence: [],
    ...(error.position === undefined ? {} : { position: error.position }),
  };
  const finding = await explainWrong(
    exercise,
    { answer, moment, outcome: { kind: 'error', error }, compared: [] },
    ground,
    asker,
  );
  const items = exercise.misconceptions;
  const known =
    recogniseQuery(items, answer) ??
    (await recognisePattern(items, answer, given, asker)) ??
    (finding === undefined ? await recogniseError(items, error.message, ground, asker) : undefined);
  const explained = finding === undefined ? undefined : feedbackOf(finding, answer);
  if (known !== undefined) {
    const fix = explained?.fix === undefined ? {} : { fix: explained.fix };
    return [own, { kind: 'misconception', message: known.message, evidence: [], ...fix }];
  }
  return explained === undefined ? [own, unexplained(answer, error)] : [own, explained];
}

/** Nobody has seen this refusal coming: then at least where it is, in words. */
function unexplained(answer: string, { position, errorType }: QueryError): Feedback {
  const line = answer.split('\n')[(position?.line ?? 1) - 1] ?? '';
  const rest = position === undefined ? '' : line.slice(position.column - 1).trim();
  const message =
    errorType !== 'bad_data'
      ? 'The text is PromQL, but it cannot be worked out on this data. Run its parts one by one: the one that fails is the culprit.'
      : position === undefined
        ? 'Prometheus cannot read this as PromQL.'
        : rest === ''
          ? 'Prometheus reads to the end and misses something there.'
          : `Prometheus reads it up to \`${rest.slice(0, 20)}\` and expects something else there.`;
  return { kind: 'syntax', message, evidence: [] };
}
