import { describe, expect, it } from 'vitest';
import { type Exercise, exercisesOf, type Lesson } from '../../src/tutor/lesson.ts';
import {
  EMPTY_PROGRESS,
  forgetExercise,
  forgetLesson,
  lessonStatus,
  type Progress,
  recordAnswer,
  recordFinish,
  recordHint,
  recordPosition,
  recordSkip,
} from '../../src/tutor/progress.ts';
import { sampleLesson as lesson } from '../helpers/sample-lesson.ts';

const [first, second, third] = exercisesOf(lesson) as [Exercise, Exercise, Exercise];
const atMs = Date.UTC(2026, 0, 2, 3, 4, 5);

function answered(progress: Progress, exercise: Exercise, solved: boolean, line = 'up', of: Lesson = lesson): Progress {
  return recordAnswer(progress, of, exercise, { line, solved, atMs });
}

/** The lesson after an update of the tool: some exercises have another hash or another place. */
function updated(hashes: readonly string[]): Lesson {
  const exercises = hashes.map((hash, index) => ({ ...first, hash, number: index + 1, id: `sample/${index + 1}` }));
  return { ...lesson, units: exercises };
}

describe('progress', () => {
  it('begins with nothing', () => {
    const status = lessonStatus(EMPTY_PROGRESS, lesson);
    expect([status.state, status.solved, status.resumeAt]).toEqual(['new', 0, 0]);
    expect(status.exercises.map(({ solved, attempts }) => [solved, attempts])).toEqual([
      [false, 0],
      [false, 0],
      [false, 0],
    ]);
  });

  it('counts attempts and keeps the last line', () => {
    const progress = answered(answered(EMPTY_PROGRESS, first, false, 'a'), first, false, 'b');
    expect(lessonStatus(progress, lesson).exercises[0]).toMatchObject({ attempts: 2, solved: false, lastLine: 'b' });
    expect(lessonStatus(progress, lesson).state).toBe('begun');
  });

  it('keeps an exercise solved, with the time of the first success', () => {
    const solved = answered(EMPTY_PROGRESS, first, true);
    const later = recordAnswer(solved, lesson, first, { line: 'x', solved: true, atMs: atMs + 1000 });
    const wrong = answered(later, first, false);
    expect(lessonStatus(wrong, lesson).exercises[0]).toMatchObject({
      solved: true,
      solvedAt: '2026-01-02T03:04:05.000Z',
      attempts: 3,
    });
  });

  it('knows the highest hint and what was skipped', () => {
    const hinted = recordHint(recordHint(EMPTY_PROGRESS, lesson, first, 3), lesson, first, 1);
    const skipped = recordSkip(hinted, lesson, second);
    const [one, two] = lessonStatus(skipped, lesson).exercises;
    expect([one?.hints, one?.skipped, two?.skipped]).toEqual([3, false, true]);
    expect(lessonStatus(answered(skipped, second, true), lesson).exercises[1]?.skipped).toBe(false);
  });

  it('goes on where it was left', () => {
    const progress = recordPosition(EMPTY_PROGRESS, lesson, 3);
    expect(progress.current).toBe('sample');
    expect(lessonStatus(progress, lesson).resumeAt).toBe(3);
  });

  it('goes on at the first open exercise when the lesson has other units now', () => {
    const progress = answered(recordPosition(EMPTY_PROGRESS, lesson, 5), first, true);
    const longer: Lesson = { ...lesson, units: [lesson.units[0]!, ...lesson.units] };
    expect(longer.units[lessonStatus(progress, longer).resumeAt]).toBe(second);
  });

  it('is done when the last screen was reached or everything is solved', () => {
    const finished = recordFinish(recordPosition(EMPTY_PROGRESS, lesson, 4), lesson, atMs);
    expect(lessonStatus(finished, lesson)).toMatchObject({ state: 'done', resumeAt: 0, solved: 0 });
    const all = [first, second, third].reduce(
      (progress, exercise) => answered(progress, exercise, true),
      EMPTY_PROGRESS,
    );
    expect(lessonStatus(all, lesson)).toMatchObject({ state: 'done', solved: 3 });
  });

  it('shows a changed exercise as solved and updated since', () => {
    const old = updated(['a', 'b']);
    const progress = answered(EMPTY_PROGRESS, exercisesOf(old)[0]!, true, 'up', old);
    const [one, two] = lessonStatus(progress, updated(['a2', 'b'])).exercises;
    expect(one).toMatchObject({ solved: true, updated: true, attempts: 0 });
    expect(two).toMatchObject({ solved: false, updated: false });
    const again = answered(progress, exercisesOf(updated(['a2', 'b']))[0]!, true, 'up', updated(['a2', 'b']));
    expect(lessonStatus(again, updated(['a2', 'b'])).exercises[0]).toMatchObject({ solved: true, updated: false });
  });

  it('finds a moved exercise by its text', () => {
    const old = updated(['a', 'b']);
    const progress = answered(EMPTY_PROGRESS, exercisesOf(old)[0]!, true, 'up', old);
    const statuses = lessonStatus(progress, updated(['new', 'a'])).exercises;
    expect(statuses.map(({ solved, updated: changed }) => [solved, changed])).toEqual([
      [false, false],
      [true, false],
    ]);
  });

  it('forgets one exercise with its earlier texts, or a whole lesson', () => {
    const old = updated(['a', 'b']);
    let progress = answered(EMPTY_PROGRESS, exercisesOf(old)[0]!, true, 'up', old);
    progress = answered(progress, exercisesOf(old)[1]!, true, 'up', old);
    const now = updated(['a2', 'b']);
    const forgotten = forgetExercise(progress, now, exercisesOf(now)[0]!);
    expect(lessonStatus(forgotten, now).exercises.map(({ solved }) => solved)).toEqual([false, true]);
    const none = forgetLesson(recordPosition(forgotten, now, 0), 'sample');
    expect(none).toEqual({ version: 1, lessons: {} });
    expect(forgetExercise(EMPTY_PROGRESS, now, exercisesOf(now)[0]!)).toBe(EMPTY_PROGRESS);
  });

  it('keeps fields it does not know', () => {
    const strange = {
      version: 1,
      colour: 'red',
      lessons: {
        sample: { mood: 'good', exercises: { [first.hash]: { number: 1, attempts: 1, hints: 0, stars: 5 } } },
      },
    } as unknown as Progress;
    const changed = recordPosition(recordHint(answered(strange, first, true), lesson, first, 2), lesson, 1);
    expect(changed).toMatchObject({
      colour: 'red',
      lessons: { sample: { mood: 'good', exercises: { [first.hash]: { stars: 5 } } } },
    });
  });

  it('takes nothing from the prototype for a record', () => {
    const odd = { ...lesson, slug: 'constructor' };
    expect(lessonStatus(EMPTY_PROGRESS, odd).state).toBe('new');
  });
});
