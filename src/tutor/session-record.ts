import type { Lesson } from './lesson.ts';
import {
  type Progress,
  recordAnswer,
  recordFinish,
  recordHint,
  recordLine,
  recordPosition,
  recordShown,
  recordSkip,
} from './progress.ts';
import type { Kept } from './session-types.ts';

/** Puts what a step wants kept into the progress. `atMs`: when it happened. */
export function recordKept(progress: Progress, lesson: Lesson, kept: readonly Kept[], atMs: number): Progress {
  return kept.reduce((before, one) => recordOne(before, lesson, one, atMs), progress);
}

function recordOne(progress: Progress, lesson: Lesson, kept: Kept, atMs: number): Progress {
  switch (kept.kind) {
    case 'position':
      return recordPosition(progress, lesson, kept.unit);
    case 'line':
      return recordLine(progress, lesson, kept.line);
    case 'answer':
      return recordAnswer(progress, lesson, kept.exercise, { line: kept.line, solved: kept.solved, atMs });
    case 'hint': {
      const hinted = recordHint(progress, lesson, kept.exercise, kept.level);
      return kept.last ? recordShown(hinted, lesson, kept.exercise, atMs) : hinted;
    }
    case 'solution':
      return recordShown(progress, lesson, kept.exercise, atMs);
    case 'skip':
      return recordSkip(progress, lesson, kept.exercise);
    case 'finish':
      return recordFinish(progress, lesson, atMs);
  }
}
