import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COOKBOOK } from '../../src/explorer/cookbook.ts';
import { type LessonStack, startLessonStack } from '../helpers/lesson-stack.ts';
import { realSuite } from '../helpers/prometheus.ts';
import { askerOf, queryHistory } from './query-history.ts';

realSuite('query on a real Prometheus', ['prometheus', 'promtool'], () => {
  queryHistory(startLessonStack);
});

realSuite('query beside promtool', ['prometheus', 'promtool'], () => {
  let stack: LessonStack;
  beforeAll(async () => {
    stack = await startLessonStack();
  });
  afterAll(() => stack?.close());

  const { run, quiet } = askerOf(() => stack);

  describe("-o promql is promtool's own form", () => {
    function promtool(...args: readonly string[]): string {
      const { stdout, stderr, status } = spawnSync('promtool', ['query', ...args], { encoding: 'utf8' });
      if (status !== 0) throw new Error(stderr);
      return stdout.trimEnd();
    }
    const sorted = (text: string) => text.trimEnd().split('\n').sort();

    it.each([
      ...COOKBOOK.map(({ query }) => query),
      'up',
      'vector(1e22) or label_replace(vector(-0.000000125), "a", "x", "", "")',
      'vector(NaN)',
      '1 / 3',
      'sse_requests_total{provider="openai"}[1m]',
      'label_replace(up, "weird", "a\\"b\\\\c\\nd\\x1b日本\\u202e", "", "")',
      'label_replace(up, "a.b", "x y", "", "")',
      'label_replace(up, "__name__", "not a name", "", "")',
    ])('%s', async (query) => {
      const theirs = promtool('instant', '--time', quiet(), stack.url, query);
      const { code, out } = await run(['query', query, '--time', quiet(), '-o', 'promql']);
      expect(code).toBe(0);
      expect(sorted(out)).toEqual(sorted(theirs));
    });

    it('over a range', async () => {
      const [start, end] = [String(stack.scenario.t0Ms / 1000 - 600), String(stack.scenario.t0Ms / 1000)];
      const query = 'sum by (provider) (rate(sse_requests_total[1m]))';
      const theirs = promtool('range', '--start', start, '--end', end, '--step', '1m', stack.url, query);
      const { out } = await run(['query', query, '--start', start, '--end', end, '--step', '1m', '-o', 'promql']);
      expect(out.trimEnd()).toBe(theirs);
    });
  });
});
