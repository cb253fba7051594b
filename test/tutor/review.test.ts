import { describe, expect, it } from 'vitest';
import { exercisesOf } from '../../src/tutor/lesson.ts';
import { EMPTY_PROGRESS, type Progress, recordAnswer, recordShown } from '../../src/tutor/progress.ts';
import { dueExercises } from '../../src/tutor/review.ts';
import { sampleLesson as lesson } from '../helpers/sample-lesson.ts';

const DAY_MS = 24 * 3_600_000;
const [exercise] = exercisesOf(lesson);
if (exercise === undefined) throw new Error('a lesson without exercises');

type Act = readonly [day: number, what: 'right' | 'wrong' | 'shown'];

const after = (acts: readonly Act[]): Progress =>
  acts.reduce(
    (progress, [day, what]) =>
      what === 'shown'
        ? recordShown(progress, lesson, exercise, day * DAY_MS)
        : recordAnswer(progress, lesson, exercise, { line: 'up', solved: what === 'right', atMs: day * DAY_MS }),
    EMPTY_PROGRESS as Progress,
  );

/** The day on which it comes back; undefined when it does not. */
const comesBack = (acts: readonly Act[]) => {
  const { nextMs } = dueExercises([lesson], after(acts), -1);
  return nextMs === undefined ? undefined : nextMs / DAY_MS;
};

describe('what comes back for review', () => {
  it.each<[string, readonly Act[], number | undefined]>([
    ['nothing that was right at once', [[0, 'right']], undefined],
    ['a mistake after a day', [[0, 'wrong']], 1],
    [
      'also when it was put right at once',
      [
        [0, 'wrong'],
        [0, 'right'],
      ],
      1,
    ],
    [
      'an answer that was shown',
      [
        [0, 'shown'],
        [0, 'right'],
      ],
      1,
    ],
    [
      'right after a day: after three more',
      [
        [0, 'wrong'],
        [1, 'right'],
      ],
      4,
    ],
    [
      'right twice: after seven more',
      [
        [0, 'wrong'],
        [1, 'right'],
        [4, 'right'],
      ],
      11,
    ],
    [
      'right three times: never',
      [
        [0, 'wrong'],
        [1, 'right'],
        [4, 'right'],
        [11, 'right'],
      ],
      undefined,
    ],
    [
      'right before its time: when it was due',
      [
        [0, 'wrong'],
        [1, 'right'],
        [2, 'right'],
      ],
      4,
    ],
    [
      'late counts from then',
      [
        [0, 'wrong'],
        [10, 'right'],
      ],
      13,
    ],
    [
      'wrong again: from the start',
      [
        [0, 'wrong'],
        [1, 'right'],
        [4, 'wrong'],
      ],
      5,
    ],
    [
      'wrong long after: from the start',
      [
        [0, 'right'],
        [30, 'wrong'],
      ],
      31,
    ],
  ])('%s', (_what, acts, day) => expect(comesBack(acts)).toBe(day));

  it('is due from that moment on, not before', () => {
    const progress = after([[0, 'wrong']]);
    expect(dueExercises([lesson], progress, DAY_MS - 1).due).toEqual([]);
    expect(dueExercises([lesson], progress, DAY_MS)).toEqual({
      due: [{ lesson, ids: [exercise.id] }],
      nextMs: undefined,
    });
  });
});
