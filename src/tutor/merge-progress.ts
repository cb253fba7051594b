import type { ExerciseProgress, LessonProgress, Progress } from './progress.ts';

/**
 * Adds what another machine has to what is here. Nothing that is here is lost: what is solved in one of them is solved,
 * counts are the larger ones, the place in a lesson that is here stays.
 */
export function mergeProgress(here: Progress, other: Progress): Progress {
  const slugs = [...new Set([...Object.keys(here.lessons), ...Object.keys(other.lessons)])];
  const current = here.current ?? other.current;
  const plainText = here.plainText ?? other.plainText;
  return {
    ...other,
    ...here,
    ...(current === undefined ? {} : { current }),
    ...(plainText === undefined ? {} : { plainText }),
    lessons: Object.fromEntries(
      slugs.map((slug) => [slug, mergeLesson(own(here.lessons, slug), own(other.lessons, slug))]),
    ),
  };
}

function mergeLesson(here: LessonProgress | undefined, other: LessonProgress | undefined): LessonProgress {
  if (here === undefined || other === undefined) return here ?? other ?? { exercises: {} };
  const hashes = [...new Set([...Object.keys(here.exercises), ...Object.keys(other.exercises)])];
  const finishedAt = earlier(here.finishedAt, other.finishedAt);
  const lines = [...new Set([...(other.lines ?? []), ...(here.lines ?? [])])];
  return {
    ...other,
    ...here,
    ...(finishedAt === undefined ? {} : { finishedAt }),
    ...(lines.length === 0 ? {} : { lines: lines.slice(-MAX_LINES) }),
    exercises: Object.fromEntries(
      hashes.map((hash) => [hash, mergeExercise(own(here.exercises, hash), own(other.exercises, hash))]),
    ),
  };
}

const MAX_LINES = 100;

function mergeExercise(here: ExerciseProgress | undefined, other: ExerciseProgress | undefined): ExerciseProgress {
  if (here === undefined || other === undefined) return (here ?? other) as ExerciseProgress;
  const solvedAt = earlier(here.solvedAt, other.solvedAt);
  return {
    ...other,
    ...here,
    attempts: Math.max(here.attempts, other.attempts),
    hints: Math.max(here.hints, other.hints),
    ...(solvedAt === undefined ? {} : { solvedAt }),
  };
}

function earlier(a: string | undefined, b: string | undefined): string | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return a < b ? a : b;
}

/** Reads a key of a record that came from a file: never something inherited. */
function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
