import { adviseError } from '../advise/error-advice.ts';
import { adviseText, type TextAdvice } from '../advise/text-advice.ts';
import type { QueryError } from '../model/errors.ts';
import type { Asker } from './ask.ts';
import { type Ground, momentAt } from './ground.ts';
import type { AnsweredByQuery } from './lesson.ts';
import { recogniseError, recogniseText } from './recognise.ts';
import type { Feedback } from './verdict.ts';

/**
 * Prometheus' own words first, since the learner will meet them again; then ours: the mistake that was seen coming, or
 * what the text shows, or what the message means.
 */
export async function explainError(
  exercise: AnsweredByQuery,
  answer: string,
  error: QueryError,
  ground: Ground,
  asker: Asker,
): Promise<readonly Feedback[]> {
  const own: Feedback = {
    kind: 'prometheus',
    message: error.message,
    evidence: [],
    ...(error.position === undefined ? {} : { position: error.position }),
  };
  const advice = await verified(adviseText(answer) ?? adviseError(answer, error.message), exercise, ground, asker);
  const known =
    recogniseText(exercise.misconceptions, answer) ??
    (advice === undefined ? await recogniseError(exercise.misconceptions, error.message, ground, asker) : undefined);
  if (known !== undefined) {
    const fix = advice?.fix === undefined ? {} : { fix: advice.fix };
    return [own, { kind: 'misconception', message: known.message, evidence: [], ...fix }];
  }
  return advice === undefined
    ? [own]
    : [own, { kind: 'syntax', message: advice.message, evidence: [], ...fixOf(advice) }];
}

/** A correction that Prometheus refuses, too, would be worse than none: then only the sentence stays. */
async function verified(
  advice: TextAdvice | undefined,
  exercise: AnsweredByQuery,
  ground: Ground,
  asker: Asker,
): Promise<TextAdvice | undefined> {
  if (advice?.fix === undefined) return advice;
  const outcome = await asker.at(advice.fix, momentAt(ground, exercise.at));
  return outcome.kind === 'ok' ? advice : { message: advice.message };
}

function fixOf({ fix }: TextAdvice): { readonly fix?: string } {
  return fix === undefined ? {} : { fix };
}
