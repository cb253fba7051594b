import { checkExercise } from './check-exercise.ts';
import { checkError, checkNumber, checkReport } from './check-others.ts';
import { checkQueries } from './check-queries.ts';
import { checkTexts } from './check-texts.ts';
import type { Ground } from './ground.ts';
import {
  type Course,
  type Exercise,
  type ExerciseKind,
  exercisesOf,
  type Lesson,
  type LessonDiagnostic,
} from './lesson.ts';

/** What `checkLesson` looked at: something to show that it looked at all. */
export type LessonReport = {
  readonly lesson: Lesson;
  /** Queries whose results were compared or looked at. */
  readonly queries: number;
  readonly findings: readonly LessonDiagnostic[];
};

/** Adds a finding at a line of the lesson that is checked. */
export type Find = (line: number, message: string) => void;

/**
 * Proves a lesson on live data: every reference, accepted answer, wrong answer and hint does what the lesson says, every
 * query of prose and demos runs, every number in prose can be had. Throws `UnavailableError` when the server is silent.
 */
export async function checkLesson(lesson: Lesson, ground: Ground): Promise<LessonReport> {
  const findings: LessonDiagnostic[] = [];
  const find: Find = (line, message) => findings.push({ file: lesson.file, line, message });
  let queries = await checkQueries(lesson, ground, find);
  for (const exercise of exercisesOf(lesson)) {
    queries += await (CHECKS[exercise.kind] as Check<Exercise>)(exercise, ground, find);
  }
  await checkTexts(lesson, ground, find);
  return { lesson, queries, findings: findings.sort((a, b) => a.line - b.line) };
}

type Check<E extends Exercise> = (exercise: E, ground: Ground, find: Find) => Promise<number>;

const CHECKS: { readonly [K in ExerciseKind]: Check<Extract<Exercise, { readonly kind: K }>> } = {
  choice: async () => 0,
  error: checkError,
  query: checkExercise,
  fix: checkExercise,
  number: checkNumber,
  report: checkReport,
};

/** All lessons of a course, one after the other. */
export async function* checkCourse(course: Course, ground: Ground): AsyncGenerator<LessonReport> {
  for (const lesson of course.lessons) yield await checkLesson(lesson, ground);
}
