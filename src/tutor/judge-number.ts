import { commonFactor } from '../advise/detect/values.ts';
import { isHistogram } from '../model/query-result.ts';
import type { Asker } from './ask.ts';
import { type Ground, momentAt } from './ground.ts';
import type { NumberExercise } from './lesson.ts';
import type { Feedback, Verdict } from './verdict.ts';
import { numberText } from './words.ts';

/** Judges a number that was read off the screen. Right within the exercise's tolerance; its unit may be repeated. */
export async function judgeNumber(
  exercise: NumberExercise,
  answer: string,
  ground: Ground,
  asker: Asker,
): Promise<Verdict> {
  const given = readNumber(answer, exercise.unit);
  if (given === undefined) {
    const unit = exercise.unit === '' ? '' : `, in ${exercise.unit}`;
    const message =
      answer.trim() === ''
        ? `Nothing was typed. Type a number${unit}.`
        : `That is no number. Type one${unit}, such as \`12.5\`.`;
    return { solved: false, verdict: 'error', feedback: [{ kind: 'syntax', message, evidence: [] }] };
  }
  const right = await numberAt(exercise.query, exercise, ground, asker);
  if (right === undefined) {
    const message = 'There is no such number on this data: it cannot tell right from wrong.';
    return { solved: false, verdict: 'empty', feedback: [{ kind: 'empty', message, evidence: [] }] };
  }
  if (isNear(given, right, exercise.tolerance)) {
    return {
      solved: true,
      verdict: 'right',
      feedback: [{ kind: 'why', message: exercise.why, evidence: [`${exercise.query} = ${numberText(right)}`] }],
    };
  }
  return { solved: false, verdict: 'wrong', feedback: [await explain(exercise, given, right, ground, asker)] };
}

async function explain(
  exercise: NumberExercise,
  given: number,
  right: number,
  ground: Ground,
  asker: Asker,
): Promise<Feedback> {
  for (const { query, message } of exercise.misconceptions) {
    const value = await numberAt(query, exercise, ground, asker);
    if (value === undefined || !isNear(given, value, exercise.tolerance)) continue;
    return { kind: 'misconception', message, evidence: [`${query} = ${numberText(value)}`] };
  }
  const factor = right === 0 ? undefined : UNITS.find((unit) => isNear(given, right * unit, exercise.tolerance));
  if (factor !== undefined) {
    const words = factor > 1 ? `${numberText(factor)} times too large` : `${numberText(1 / factor)} times too small`;
    return { kind: 'unit', message: `The right figures in the wrong unit: ${words}.`, evidence: [] };
  }
  const sign = commonFactor([{ reference: right, answer: given }]);
  if (sign !== undefined && isNear(sign, -1, exercise.tolerance)) {
    return { kind: 'difference', message: 'The right number with the wrong sign.', evidence: [] };
  }
  const far = sign === undefined || sign < 0 ? '' : sign > 1.5 || sign < 0.67 ? ' by far' : ' by a little';
  const where = given > right ? 'too large' : 'too small';
  return {
    kind: 'difference',
    message: `${numberText(given)} is ${where}${far}. Look again at the row and the column the task names.`,
    evidence: [],
  };
}

const UNITS: readonly number[] = [60, 1 / 60, 100, 0.01, 1000, 0.001, 300, 1 / 300, 3600, 1 / 3600];

/** The value of a query's only row at the moment of the exercise. */
async function numberAt(
  query: string,
  exercise: NumberExercise,
  ground: Ground,
  asker: Asker,
): Promise<number | undefined> {
  const outcome = await asker.at(query, momentAt(ground, exercise.at));
  if (outcome.kind === 'error') return undefined;
  const { data } = outcome.result;
  if (data.kind === 'scalar') return data.value;
  const [first, ...others] = data.kind === 'vector' ? data.samples : [];
  return first === undefined || others.length > 0 || isHistogram(first.value) ? undefined : first.value;
}

/** Numbers are shown with six digits, so more cannot be asked for. */
const SHOWN_DIGITS = 1e-5;

function isNear(given: number, right: number, tolerance: number): boolean {
  return Math.abs(given - right) <= Math.max(Math.max(tolerance, SHOWN_DIGITS) * Math.abs(right), 1e-9);
}

/** `12.5`, `12,5`, `1,234`, `1e3`, `about 12 s`, `17 %`; undefined for everything else. */
export function readNumber(answer: string, unit: string): number | undefined {
  const text = answer
    .trim()
    .replace(/^(?:about|around|roughly|ca\.?|~|≈|=)\s*/i, '')
    .replace(new RegExp(`\\s*${unit.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}\\.?$`, 'i'), '')
    .trim();
  const plain = text.replace(/\s*(?:%|per ?cent|s|secs?|seconds?)$/i, (word) =>
    unit.startsWith(word.trim().slice(0, 1)) ? '' : word,
  );
  const number = /^[+-]?\d{1,3}(?:[, _]\d{3})+(?:\.\d+)?$/.test(plain)
    ? plain.replace(/[, _]/g, '')
    : plain.replace(/^([+-]?\d+),(\d+)$/, '$1.$2');
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(number) ? Number(number) : undefined;
}
