import { type ExerciseProgress, type LessonProgress, PROGRESS_VERSION, type Progress } from './progress.ts';

/** What a progress file holds: progress, something only a newer version understands, or damage. */
export type ReadProgress =
  | { readonly kind: 'ok'; readonly progress: Progress }
  | { readonly kind: 'newer'; readonly version: number }
  | { readonly kind: 'damaged'; readonly reason: string };

/** Reads the text of a progress file. Fields it does not know are kept; a known field of the wrong type is damage. */
export function readProgress(text: string): ReadProgress {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { kind: 'damaged', reason: text.trim() === '' ? 'it is empty' : 'it is not JSON' };
  }
  if (!isRecord(value) || typeof value.version !== 'number') return { kind: 'damaged', reason: 'it has no version' };
  if (value.version > PROGRESS_VERSION) return { kind: 'newer', version: value.version };
  if (!isProgress(value)) return { kind: 'damaged', reason: 'a field in it has the wrong type' };
  return { kind: 'ok', progress: value };
}

function isProgress(value: Readonly<Record<string, unknown>>): value is Progress & Readonly<Record<string, unknown>> {
  return (
    value.version === PROGRESS_VERSION &&
    optional(value.current, isString) &&
    optional(value.plainText, (field) => typeof field === 'boolean') &&
    mapOf(value.lessons, isLesson)
  );
}

function isLesson(value: unknown): value is LessonProgress {
  return (
    isRecord(value) &&
    optional(value.position, isPosition) &&
    optional(value.finishedAt, isString) &&
    optional(value.lines, (field) => Array.isArray(field) && field.every(isString)) &&
    optional(value.draft, isString) &&
    mapOf(value.exercises, isExerciseProgress)
  );
}

function isPosition(value: unknown): boolean {
  return isRecord(value) && isCount(value.unit) && isCount(value.of);
}

function isExerciseProgress(value: unknown): value is ExerciseProgress {
  return (
    isRecord(value) &&
    isCount(value.number) &&
    isCount(value.attempts) &&
    isCount(value.hints) &&
    optional(value.solvedAt, isString) &&
    optional(value.skipped, (field) => typeof field === 'boolean') &&
    optional(value.lastLine, isString) &&
    optional(value.solvedWith, isString) &&
    optional(value.review, isReview)
  );
}

function isReview(value: unknown): boolean {
  return isRecord(value) && isCount(value.stage) && isString(value.dueAt);
}

function mapOf(value: unknown, test: (item: unknown) => boolean): boolean {
  return isRecord(value) && Object.values(value).every(test);
}

function optional(value: unknown, test: (value: unknown) => boolean): boolean {
  return value === undefined || test(value);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isString(value: unknown): boolean {
  return typeof value === 'string';
}

function isCount(value: unknown): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0;
}
