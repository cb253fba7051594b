import type { Unit } from './lesson.ts';
import { choiceOf, EXERCISE_KEYS, errorOf, fixOf, numberOf, type Place, queryOf, reportOf } from './parse-exercise.ts';
import { actOf, demoOf, pictureOf, predictOf, SHOW_KEYS } from './parse-show.ts';
import { type Fields, type Report, readFields } from './yaml-fields.ts';

/** A fenced block of a lesson file: its info word, its body, and the line where the body begins. */
export type Fence = { readonly kind: string; readonly body: string; readonly firstLine: number };

type Fenced = Exclude<Unit['kind'], 'read'>;
type Reader = {
  readonly keys: readonly string[];
  readonly read: (fields: Fields, place: Place, report: Report) => Unit | undefined;
};

/** How each fenced kind is read. A kind added to `Unit` does not compile until it has its row. */
const READERS: { readonly [K in Fenced]: Reader } = {
  demo: { keys: SHOW_KEYS.demo, read: (fields, _place, report) => demoOf(fields, report) },
  predict: { keys: SHOW_KEYS.predict, read: (fields, { line }, report) => predictOf(fields, line, report) },
  picture: { keys: SHOW_KEYS.picture, read: (fields, { line }, report) => pictureOf(fields, line, report) },
  act: { keys: SHOW_KEYS.act, read: (fields, { line }, report) => actOf(fields, line, report) },
  choice: { keys: EXERCISE_KEYS.choice, read: choiceOf },
  error: { keys: EXERCISE_KEYS.error, read: errorOf },
  query: { keys: EXERCISE_KEYS.query, read: queryOf },
  fix: { keys: EXERCISE_KEYS.fix, read: fixOf },
  number: { keys: EXERCISE_KEYS.number, read: numberOf },
  report: { keys: EXERCISE_KEYS.report, read: reportOf },
};

export const FENCED_KINDS = Object.keys(READERS) as readonly Fenced[];

export function isFencedKind(kind: string): kind is Fenced {
  return Object.hasOwn(READERS, kind);
}

/** Reads a block of one of the fenced kinds. Reports every problem; undefined when nothing could be made of it. */
export function readUnit(
  fence: Fence & { readonly kind: Fenced },
  place: Omit<Place, 'line'>,
  report: Report,
): Unit | undefined {
  const { keys, read } = READERS[fence.kind];
  const fields = readFields(fence.body, { name: fence.kind, firstLine: fence.firstLine, report }, keys);
  return fields && read(fields, { ...place, line: fence.firstLine }, report);
}
