import { isHistogram } from '../model/query-result.ts';
import { type Asker, askerOf } from './ask.ts';
import { rowsOf } from './compare.ts';
import { type Ground, momentAt } from './ground.ts';
import { answeredByPick, answeredByQuery, type Exercise } from './lesson.ts';
import { NO_VALUE, resolveText } from './resolve.ts';

/** An answer that is right, as it would be typed, and why it is; `reasons` are resolved texts and may be none. */
export type Solution = { readonly answer: string; readonly reasons: readonly string[] };

export async function solutionOf(exercise: Exercise, ground: Ground): Promise<Solution> {
  const asker = askerOf(ground);
  const resolved = async (texts: readonly string[]) =>
    Promise.all(texts.filter((text) => text !== '').map(async (text) => (await resolveText(text, ground, asker)).text));
  if (answeredByPick(exercise)) {
    const right = exercise.options.flatMap((option, index) => (option.right ? [{ ...option, number: index + 1 }] : []));
    return {
      answer: right.map(({ number }) => number).join(' '),
      reasons: await resolved(right.map(({ feedback }) => feedback)),
    };
  }
  const reasons = await resolved([exercise.why]);
  if (answeredByQuery(exercise)) return { answer: exercise.reference, reasons };
  if (exercise.kind === 'number') {
    return { answer: await numberAt(exercise.query, ground, asker, exercise.at), reasons };
  }
  return { answer: (await resolveText(exercise.example, ground, asker)).text, reasons };
}

/** The one number of a result, with as many digits as anybody reads. */
async function numberAt(
  query: string,
  ground: Ground,
  asker: Asker,
  at: Parameters<typeof momentAt>[1],
): Promise<string> {
  const outcome = await asker.at(query, momentAt(ground, at));
  const value = outcome.kind === 'ok' ? rowsOf(outcome.result.data, EVERY_ROW)[0]?.value : undefined;
  if (value === undefined || typeof value === 'string' || isHistogram(value)) return NO_VALUE;
  return String(Number(value.toPrecision(4)));
}

const EVERY_ROW = { compare: 'values', nan: 'strict' } as const;
