import type { Course, Lesson } from './lesson.ts';
import { type LessonStatus, lessonStatus, type Progress } from './progress.ts';
import { type Header, headerOf, screensOf, screenWith } from './session-screens.ts';

/** Where a learner goes on: the lesson, what is known of it, and the first line of the screen that comes. */
export type NextThing = { readonly lesson: Lesson; readonly status: LessonStatus; readonly header: Header };

/**
 * The lesson that was left last unless it is done; then the next one that is not done, begun anew at the beginning of the
 * course. Undefined when every lesson there is was done.
 */
export function nextThing(course: Course, progress: Progress): NextThing | undefined {
  const all = course.lessons.map((lesson) => lessonStatus(progress, lesson));
  const left = all.findIndex(({ lesson }) => lesson.slug === progress.current);
  const order = [...all.slice(Math.max(0, left)), ...all.slice(0, Math.max(0, left))];
  const status = order.find(({ state }) => state !== 'done');
  return status === undefined ? undefined : thing(status);
}

/** The next lesson after this one that is not done. */
export function lessonAfter(course: Course, progress: Progress, lesson: Lesson): Lesson | undefined {
  const after = course.lessons.filter(({ number }) => number > lesson.number);
  return after.find((one) => lessonStatus(progress, one).state !== 'done');
}

/** Whether a lesson before this one was taken: those who start in the middle get a recap. */
export function startsInTheMiddle(course: Course, progress: Progress, lesson: Lesson): boolean {
  const before = course.lessons.filter(({ number }) => number < lesson.number);
  const fresh = lessonStatus(progress, lesson).state === 'new';
  return fresh && lesson.number > 1 && before.every((one) => lessonStatus(progress, one).state === 'new');
}

function thing(status: LessonStatus): NextThing {
  const { lesson } = status;
  const screens = screensOf(lesson);
  const solved = new Set(status.exercises.filter((one) => one.solved).map(({ exercise }) => exercise.id));
  return {
    lesson,
    status,
    header: headerOf(lesson, screens, screenWith(screens, status.resumeAt), { solved, acts: true }),
  };
}
