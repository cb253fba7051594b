import { describe, expect, it } from 'vitest';
import { METRICS } from '../../src/app/schema.ts';
import { storageWithHistory } from '../../src/backends/embedded-stack.ts';
import { findMetrics } from '../../src/explorer/find-metrics.ts';
import { inspectMetric } from '../../src/explorer/inspect-metric.ts';
import { familiesOf, listMetrics } from '../../src/explorer/metrics.ts';
import { embeddedSource } from '../../src/source/embedded.ts';

const t0Ms = 1_763_800_005_000;
const source = embeddedSource({
  storage: storageWithHistory({ t0Ms, seed: 1, historyMs: 3 * 3_600_000 }),
  name: 'test',
  now: () => t0Ms,
  metadata: () => new Map(Object.values(METRICS).map(({ name, type, help }) => [name, [{ type, help, unit: '' }]])),
});
const asked = { timeMs: t0Ms, signal: new AbortController().signal };
const metrics = await listMetrics(source, asked);

describe('familiesOf', () => {
  const named = (names: readonly string[]) => familiesOf(names, new Map()).map(({ name, type }) => `${name} ${type}`);
  it.each<[string, readonly string[], readonly string[]]>([
    ['a histogram without metadata', ['x_bucket', 'x_count', 'x_sum'], ['x histogram']],
    ['a summary without metadata', ['x', 'x_count', 'x_sum'], ['x summary']],
    ['a lone count', ['jobs_count'], ['jobs_count counter']],
    ['a counter', ['x_total'], ['x_total counter']],
    ['what nobody describes', ['x'], ['x unknown']],
    ['a recorded series', ['job:x:rate5m'], ['job:x:rate5m recorded']],
  ])('knows %s', (_, names, families) => {
    expect(named(names)).toEqual(families);
  });

  it('believes the metadata before the name', () => {
    const gauge = new Map([['x_total', [{ type: 'gauge', help: '', unit: '' }]]]);
    expect(familiesOf(['x_total'], gauge)).toMatchObject([{ type: 'gauge', guessed: false }]);
  });
});

describe('findMetrics', () => {
  it.each([
    ['rate of nothing', []],
    ['errors', ['sse_errors_total']],
    ['connect', ['sse_active_connections']],
    ['sse_reqests_total', ['sse_requests_total']],
    ['first token', ['sse_first_token_seconds']],
  ])('%s', (text, names) => {
    expect(
      findMetrics(metrics, text)
        .slice(0, 1)
        .map(({ name }) => name),
    ).toEqual(names);
  });
});

describe('inspectMetric', () => {
  it.each(metrics.map((metric) => [metric.name, metric] as const))(
    'counts %s as the engine does',
    async (_, metric) => {
      const { series, labels } = await inspectMetric(metric, source, { ...asked, windowMs: 300_000 });
      const selector = `{__name__=~"${metric.names.join('|')}"}`;
      const count = async (query: string) => {
        const { data } = await source.instant(query, asked);
        return data.kind === 'vector' ? Number(data.samples[0]?.value ?? 0) : Number.NaN;
      };
      expect(series).toBe(await count(`count(${selector})`));
      for (const { name, values, present } of labels) {
        expect(present).toBe(await count(`count(${selector.replace('}', `,${name}!=""}`)})`));
        expect(values).toBe(await count(`count(count by (${name}) (${selector.replace('}', `,${name}!=""}`)}))`));
      }
    },
  );

  it.each(metrics.map((metric) => [metric.name, metric] as const))(
    'offers queries about %s that answer',
    async (_, metric) => {
      const { tries } = await inspectMetric(metric, source, { ...asked, windowMs: 300_000 });
      expect(tries.length).toBeGreaterThan(0);
      for (const { query } of tries) {
        const { data, warnings, infos } = await source.instant(query, asked);
        expect({ query, rows: data.kind === 'vector' && data.samples.length > 0 }).toEqual({ query, rows: true });
        expect([...warnings, ...infos]).toEqual([]);
      }
    },
  );
});
