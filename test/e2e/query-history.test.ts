import { describe } from 'vitest';
import { startEmbeddedLessonStack } from '../helpers/lesson-stack.ts';
import { queryHistory } from './query-history.ts';

describe('query on the embedded Prometheus', () => {
  queryHistory(startEmbeddedLessonStack);
});
