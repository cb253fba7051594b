import { startLessonStack } from '../helpers/lesson-stack.ts';
import { realSuite } from '../helpers/prometheus.ts';
import { solveLessons } from './solve-lessons.ts';

realSuite('lessons on a real Prometheus with the written history', ['prometheus', 'promtool'], () => {
  solveLessons(startLessonStack);
});
