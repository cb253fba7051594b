import { describe, expect, it } from 'vitest';
import { type ExplainedNode, explainQuery } from '../../src/advise/explain.ts';
import { storageWithHistory } from '../../src/backends/embedded-stack.ts';
import { COOKBOOK } from '../../src/explorer/cookbook.ts';
import { QueryError } from '../../src/model/errors.ts';
import { labelsKey } from '../../src/model/labels.ts';
import { checkpointMs } from '../../src/model/scenario.ts';
import { parse } from '../../src/promql/parse.ts';
import { embeddedSource } from '../../src/source/embedded.ts';

const scenario = { t0Ms: 1_763_800_005_000, seed: 1, historyMs: 3 * 3_600_000 };
const source = embeddedSource({ storage: storageWithHistory(scenario), name: 'test', now: () => scenario.t0Ms });
const timeMs = checkpointMs(scenario, 'incident');

function explain(query: string) {
  const parsed = parse(query);
  if (parsed.kind === 'error') throw new Error(parsed.diagnostics[0].message);
  let ticks = 0;
  return explainQuery(query, parsed.expr, { source, timeMs, clock: () => ++ticks });
}

async function rows(query: string) {
  const { data } = await source.instant(query, { timeMs });
  if (data.kind === 'scalar') return [{ labels: {}, value: data.value }];
  if (data.kind !== 'vector') throw new Error(`${query} gives a ${data.kind}`);
  return data.samples.map(({ labels, value }) => ({ labels, value: Number(value) }));
}

function all(node: ExplainedNode): readonly ExplainedNode[] {
  return [node, ...node.parts.flatMap(all)];
}

const QUERIES = [
  ...COOKBOOK.flatMap(({ query, better }) => [query, better.query]),
  'rate(sse_errors_total[5m]) / rate(sse_requests_total[5m])',
  'rate(sse_errors_total[5m]) / on (provider) rate(sse_requests_total[5m])',
  'sum by (provider, type) (rate(sse_errors_total[5m])) / on (provider) sum by (provider) (rate(sse_requests_total[5m]))',
  'sum by (instance) (rate(sse_requests_total[5m])) * on (instance) group_left (version) sse_app_info',
  'sse_circuit_breaker_state == 2 and on (provider) sum by (provider) (sse_active_connections) > 0',
  'sum by (provider) (sse_active_connections) unless on (provider) sse_circuit_breaker_state == 2',
  'max_over_time(sum(sse_active_connections)[30m:15s])',
  'up == 0 or vector(1)',
  'scalar(sum(up)) * 2',
  'nothing_of_this_name / up',
];

describe('explainQuery', () => {
  it.each(QUERIES)('counts what the server gives: %s', async (query) => {
    const { tree } = await explain(query);
    for (const { query: part, outcome } of all(tree)) {
      if (outcome.kind === 'failed') await expect(rows(part)).rejects.toThrow(QueryError);
      if (outcome.kind === 'scalar') expect(outcome.value).toBe((await rows(part))[0]?.value);
      if (outcome.kind !== 'series' && outcome.kind !== 'samples') continue;
      const got = await rows(outcome.kind === 'samples' ? `count_over_time(${part})` : part);
      expect({ part, series: outcome.series }).toEqual({ part, series: got.length });
      if (outcome.kind === 'samples') {
        expect(outcome.samples).toBe(got.reduce((sum, { value }) => sum + value, 0));
      }
      for (const { name, values } of outcome.labels) {
        const seen = new Set(got.flatMap(({ labels }) => (Object.hasOwn(labels, name) ? [labels[name]] : [])));
        expect({ part, name, values }).toEqual({ part, name, values: seen.size });
      }
    }
  });

  it.each(QUERIES)('accounts for every row of both sides: %s', async (query) => {
    const { tree } = await explain(query);
    for (const { matching, query: part, outcome } of all(tree)) {
      if (matching === undefined) continue;
      const count = (side: 'left' | 'right') => matching.groups.reduce((sum, group) => sum + group[side].length, 0);
      expect({ left: count('left'), right: count('right') }).toEqual({ left: matching.left, right: matching.right });
      if (outcome.kind !== 'series') continue;
      const kept = matching.groups.flatMap(({ results }) => results.filter(({ value }) => value !== undefined));
      const got = await rows(part);
      expect(kept.map(({ labels }) => labelsKey(labels)).sort()).toEqual(
        got.map(({ labels }) => labelsKey(labels)).sort(),
      );
    }
  });

  it.each([
    ['rate(sse_errors_total[5m]) / on (provider) rate(sse_requests_total[5m])', 3],
    [
      'sum by (provider, type) (rate(sse_errors_total[5m])) / on (provider) sum by (provider) (rate(sse_requests_total[5m]))',
      2,
    ],
    ['1 + (sse_app_info * on (job) rate(sse_requests_total[5m]))', 1],
  ])('offers ways out that run, and says what they give: %s', async (query, least) => {
    const { tree } = await explain(query);
    const fixes = all(tree).flatMap(({ matching }) => matching?.fixes ?? []);
    expect(fixes.length).toBeGreaterThanOrEqual(least);
    for (const fix of fixes) expect((await rows(fix.query)).length).toBe(fix.series);
    expect(new Set(fixes.map((fix) => fix.query)).size).toBe(fixes.length);
  });

  it.each(QUERIES)('asks nothing twice: %s', async (query) => {
    const parsed = parse(query);
    if (parsed.kind === 'error') throw new Error(parsed.diagnostics[0].message);
    const asked: string[] = [];
    const counting = {
      ...source,
      instant: (text: string, options?: Parameters<typeof source.instant>[1]) => {
        asked.push(text);
        return source.instant(text, options);
      },
    };
    await explainQuery(query, parsed.expr, { source: counting, timeMs, clock: () => 0 });
    expect(asked).toEqual([...new Set(asked)]);
  });

  it('stops asking when a query has very many parts, and says so', async () => {
    const { tree } = await explain(Array.from({ length: 80 }, (_, index) => `up{a="${index}"}`).join(' or '));
    const kinds = new Set(all(tree).map(({ outcome }) => outcome.kind));
    expect(kinds).toContain('unasked');
  });
});
