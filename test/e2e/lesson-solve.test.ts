import { describe } from 'vitest';
import { startEmbeddedLessonStack } from '../helpers/lesson-stack.ts';
import { solveLessons } from './solve-lessons.ts';

describe('lessons on the embedded Prometheus with the written history', () => {
  solveLessons(startEmbeddedLessonStack);
});
