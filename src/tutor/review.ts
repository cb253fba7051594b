import { exercisesOf, type Lesson } from './lesson.ts';
import type { Progress } from './progress.ts';

/** When a mistake comes back: how often it was answered right since, and the time, ISO 8601. */
export type Review = { readonly stage: number; readonly dueAt: string };

/** Days after which a mistake comes back; answered right after the last of them, it is forgotten. */
export const REVIEW_DAYS = [1, 3, 7] as const;

const DAY_MS = 24 * 3_600_000;

/** A mistake was made at this time (milliseconds since 1970): it comes back after a day. */
export function afterMistake(atMs: number): Review {
  return reviewAt(0, atMs);
}

/** It was answered right. Before its time that changes nothing; undefined when it need not come back again. */
export function afterSolved(review: Review | undefined, atMs: number): Review | undefined {
  if (review === undefined || !isDue(review, atMs)) return review;
  const stage = review.stage + 1;
  return stage < REVIEW_DAYS.length ? reviewAt(stage, atMs) : undefined;
}

/** The exercises of a lesson that are to be answered again. */
export type DueLesson = { readonly lesson: Lesson; readonly ids: readonly string[] };

/** What is due now, lesson by lesson, and when the next mistake comes back (milliseconds since 1970). */
export function dueExercises(
  lessons: readonly Lesson[],
  progress: Progress,
  nowMs: number,
): { readonly due: readonly DueLesson[]; readonly nextMs: number | undefined } {
  const waiting = lessons.flatMap((lesson) =>
    exercisesOf(lesson).flatMap((exercise) => {
      const review = progress.lessons[lesson.slug]?.exercises[exercise.hash]?.review;
      return review === undefined ? [] : [{ lesson, id: exercise.id, review }];
    }),
  );
  const due = waiting.filter(({ review }) => isDue(review, nowMs));
  const later = waiting.filter(({ review }) => !isDue(review, nowMs)).map(({ review }) => Date.parse(review.dueAt));
  return {
    due: lessons.flatMap((lesson) => {
      const ids = due.filter((one) => one.lesson === lesson).map(({ id }) => id);
      return ids.length === 0 ? [] : [{ lesson, ids }];
    }),
    nextMs: later.length === 0 ? undefined : Math.min(...later),
  };
}

function isDue({ dueAt }: Review, nowMs: number): boolean {
  return !(Date.parse(dueAt) > nowMs);
}

function reviewAt(stage: number, atMs: number): Review {
  return { stage, dueAt: new Date(atMs + (REVIEW_DAYS[stage] ?? 1) * DAY_MS).toISOString() };
}
