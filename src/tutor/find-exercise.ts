import { nearest } from '../lib/nearest.ts';
import { UsageError } from '../model/errors.ts';
import { type Course, type Exercise, exercisesOf, type Lesson } from './lesson.ts';
import { findLesson } from './load-lessons.ts';

/** The exercise meant by `4.2`, `rate/2` or `04-rate/2`: a lesson and the position in it. Throws `UsageError`. */
export function findExercise(course: Course, id: string): { readonly lesson: Lesson; readonly exercise: Exercise } {
  const [, lessonName, position] = /^\s*(.+?)\s*[./]\s*(\d+)\s*$/.exec(id) ?? [];
  if (lessonName === undefined || position === undefined) {
    const known = course.lessons.flatMap((lesson) => exercisesOf(lesson).map((exercise) => exercise.id));
    const meant = nearest(id, known, 1)[0] ?? known[0] ?? 'rate/2';
    throw new UsageError(`"${id}" is not the id of an exercise`, {
      hint: `Ids look like 4.2 or rate/2. Did you mean ${meant}?`,
    });
  }
  const lesson = findLesson(course, lessonName);
  const exercise = exercisesOf(lesson).find(({ number }) => number === Number(position));
  if (exercise === undefined) {
    const count = exercisesOf(lesson).length;
    throw new UsageError(`lesson ${lesson.slug} has no exercise ${position}`, {
      hint: `It has ${count}: ${lesson.slug}/1 to ${lesson.slug}/${count}.`,
    });
  }
  return { lesson, exercise };
}
