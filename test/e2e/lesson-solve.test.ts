import { describe, vi } from 'vitest';
import { startEmbeddedLessonStack } from '../helpers/lesson-stack.ts';
import { solveLessons } from './solve-lessons.ts';

// A lesson is dozens of lines, each typed when its prompt is there.
vi.setConfig({ testTimeout: 180_000 });

describe('lessons on the embedded Prometheus with the written history', () => {
  solveLessons(startEmbeddedLessonStack);
});
