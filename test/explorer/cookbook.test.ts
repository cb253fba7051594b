import { describe, expect, it } from 'vitest';
import { METRICS } from '../../src/app/schema.ts';
import { COOKBOOK, type Recipe } from '../../src/explorer/cookbook.ts';
import { parse } from '../../src/promql/parse.ts';
import { selectorsOf } from '../../src/promql/walk.ts';

/** The ten queries as the guide has them. */
const GUIDE = [
  'sum(rate(sse_requests_total[5m]))',
  'sum(rate(sse_errors_total[5m]))',
  '(sum(rate(sse_errors_total[5m])) / sum(rate(sse_requests_total[5m]))) * 100',
  'histogram_quantile(0.50, rate(sse_request_duration_seconds_bucket[5m]))',
  'histogram_quantile(0.95, rate(sse_request_duration_seconds_bucket[5m]))',
  'histogram_quantile(0.99, rate(sse_request_duration_seconds_bucket[5m]))',
  'sum(sse_active_connections)',
  'sse_circuit_breaker_state',
  'rate(sse_requests_total{provider="openai"}[5m])',
  'rate(sse_errors_total{provider="anthropic"}[5m])',
];

describe('the cookbook', () => {
  it("has the guide's ten queries in its order", () => {
    expect(COOKBOOK.map(({ query }) => query)).toEqual(GUIDE);
    expect(COOKBOOK.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(new Set(COOKBOOK.map(({ slug }) => slug)).size).toBe(10);
  });

  it.each(COOKBOOK.map((recipe: Recipe) => recipe))(
    '$slug asks for metrics that the service has',
    ({ query, better }) => {
      const known = new Set(Object.values(METRICS).map(({ name }) => name as string));
      for (const text of [query, better.query]) {
        const parsed = parse(text);
        if (parsed.kind !== 'ok') throw new Error(`${text}: ${parsed.diagnostics[0].message}`);
        const names = selectorsOf(parsed.expr).map(({ name }) => name.replace(/_bucket$/, ''));
        expect(names.length).toBeGreaterThan(0);
        expect(names.filter((name) => !known.has(name))).toEqual([]);
      }
    },
  );

  it.each(COOKBOOK.map((recipe: Recipe) => recipe))(
    '$slug offers another query and says something about both',
    (recipe) => {
      expect(recipe.better.query).not.toBe(recipe.query);
      for (const text of [recipe.shows, recipe.misleads, recipe.better.why])
        expect(text).toMatch(/^[A-Z0-9].{20,230}\.$/);
    },
  );
});
