import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Labels, labelsKey } from '../../src/model/labels.ts';
import { isHistogram, type QueryData } from '../../src/model/query-result.ts';
import { Engine, type EngineResult } from '../../src/promql/engine/engine.ts';
import { MemoryStorage } from '../../src/tsdb/memory-storage.ts';
import { type RunningPrometheus, realSuite, startPrometheus } from '../helpers/prometheus.ts';
import { Dice, generateQuery, generateSamples, toOpenMetrics, WINDOW } from './generate-query.ts';

const SEED = 20_240_229;
const COUNT = process.env.PROM_TUTOR_VERIFY === '1' ? 2000 : 300;

realSuite('the engine and a real Prometheus over the same samples', ['prometheus', 'promtool'], () => {
  let prometheus: RunningPrometheus;
  let engine: Engine;

  beforeAll(async () => {
    const series = generateSamples(new Dice(SEED));
    const storage = new MemoryStorage();
    for (const { labels, samples } of series) for (const [ms, value] of samples) storage.append(labels, { ms, value });
    engine = new Engine(storage, { features: { experimentalFunctions: true } });
    prometheus = await startPrometheus({
      openMetrics: toOpenMetrics(series),
      flags: ['--enable-feature=promql-experimental-functions'],
    });
  });

  afterAll(() => prometheus?.close());

  it(`agree on ${COUNT} generated queries, at an instant and over a range`, async () => {
    const dice = new Dice(SEED + 1);
    const differences: string[] = [];
    let answered = 0;
    for (let i = 0; i < COUNT; i++) {
      const query = generateQuery(dice);
      const ms = dice.whole(WINDOW.startMs, WINDOW.endMs + 600_000);
      const theirs = await ask(prometheus, 'query', { query, time: `${ms / 1000}` });
      const ours = await engine.instant({ query, ms });
      differences.push(...compared(query, `at ${ms / 1000}`, theirs, ours));
      const stepMs = dice.pick([15_000, 60_000, 97_000]);
      const startMs = Math.round(ms / 1000) * 1000 - 20 * stepMs;
      const range = { startMs, endMs: startMs + 25 * stepMs, stepMs };
      const form = { query, start: `${startMs / 1000}`, end: `${range.endMs / 1000}`, step: `${stepMs / 1000}` };
      const theirRange = await ask(prometheus, 'query_range', form);
      const ourRange = await engine.range({ query, ...range });
      differences.push(...compared(query, JSON.stringify(form), theirRange, ourRange));
      if ([ours, ourRange].some((result) => result.kind === 'ok' && !isEmpty(result.data))) answered++;
    }
    expect(differences).toEqual([]);
    // The comparison is worth something only when most queries have an answer.
    expect(answered).toBeGreaterThan(COUNT / 2);
  }, 600_000);
});

type Answer = {
  readonly status: string;
  readonly data?: { readonly resultType: string; readonly result: unknown };
  readonly error?: string;
  readonly errorType?: string;
  readonly warnings?: readonly string[];
  readonly infos?: readonly string[];
};

async function ask(
  prometheus: RunningPrometheus,
  path: string,
  form: Readonly<Record<string, string>>,
): Promise<Answer> {
  const body = new URLSearchParams(form);
  const response = await fetch(`${prometheus.url}/api/v1/${path}`, { method: 'POST', body });
  return (await response.json()) as Answer;
}

/**
 * Where Prometheus 3.14, which the engine follows, says something else than the 3.5 it is compared with. Texts are made
 * equal on both sides.
 */
const LATER_TEXTS: readonly (readonly [RegExp, string])[] = [
  // 3.14 orders the two series; which group is named depends on the order of computed series, and there is none.
  [/match group \{.*?\} on/, 'match group {…} on'],
  [/: \[\{.*\}\];many-to-many/, ': […];many-to-many'],
  // 3.14 tells how far buckets had to be lifted, and leaves a name out that it does not know.
  [/, from buckets .* over \d+ samples from \S+ to \S+/, ''],
  [/ for metric name ""/, ''],
  // 3.14 warns of sorting in a range query.
  [/^PromQL warning: sort is ineffective.*$/, ''],
  // Prometheus takes the place of a subquery in rate() for the start of the query.
  [/(metric might not be a counter.*) \(\d+:\d+\)$/, '$1'],
  [/(encountered a mix of histograms.*|ignored histograms.*) \(\d+:\d+\)$/, '$1'],
  [/Scalar value NaN overflows int64|Parameter value is NaN/, 'NaN'],
  // 3.5 has no name for the sign @.
  [/"<Item \d+>" <op:@>/, '<op:@>'],
];

/** 3.5 does not notice that a comparison has several matches when it drops all of them but one. */
function isUnnoticed(theirs: Answer, ours: EngineResult): boolean {
  return theirs.status === 'success' && ours.kind === 'error' && ours.message.startsWith('multiple matches for labels');
}

function sameText(text: string): string {
  return LATER_TEXTS.reduce((shown, [pattern, replacement]) => shown.replace(pattern, replacement), text);
}

function texts(list: readonly string[] | undefined): string {
  return [...new Set((list ?? []).map(sameText))]
    .filter((text) => text !== '')
    .sort()
    .join('\n');
}

function compared(query: string, where: string, theirs: Answer, ours: EngineResult): readonly string[] {
  const difference = differenceOf(query, theirs, ours);
  return difference === undefined ? [] : [`${query}\n  ${where}\n  ${difference}`];
}

function differenceOf(query: string, theirs: Answer, ours: EngineResult): string | undefined {
  if (theirs.status === 'error' || ours.kind === 'error') {
    if (isUnnoticed(theirs, ours) && /[<>=]/.test(query)) return undefined;
    const left = theirs.status === 'error' ? `${theirs.errorType} ${sameText(theirs.error ?? '')}` : 'no error';
    const right = ours.kind === 'error' ? `${ours.errorType} ${sameText(ours.message)}` : 'no error';
    return left.replace('invalid parameter "query": ', '') === right ? undefined : `${left} | ${right}`;
  }
  const left = rowsOf(theirs.data);
  const right = ownRows(ours.data);
  for (const [key, samples] of left) {
    const others = right.get(key);
    if (others === undefined) return `missing ${key}`;
    if (samples.length !== others.length) return `${key}: ${samples.length} samples, not ${others.length}`;
    const wrong = samples.findIndex(
      ([ms, value], i) => ms !== others[i]?.[0] || !close(value, others[i]?.[1] ?? 0, toleranceOf(query)),
    );
    if (wrong >= 0) return `${key}: ${samples[wrong]?.join(' ')}, not ${others[wrong]?.join(' ')}`;
  }
  const extra = [...right.keys()].find((key) => !left.has(key));
  if (extra !== undefined) return `too much: ${extra}`;
  if (texts(theirs.warnings) !== texts(ours.warnings)) return `${texts(theirs.warnings)} | ${texts(ours.warnings)}`;
  if (texts(theirs.infos) !== texts(ours.infos)) return `${texts(theirs.infos)} | ${texts(ours.infos)}`;
  return undefined;
}

type Rows = Map<string, readonly (readonly [ms: number, value: number])[]>;

type Sample = readonly [seconds: number, value: string];

function rowsOf(data: Answer['data']): Rows {
  if (data === undefined) return new Map();
  if (data.resultType === 'scalar') return new Map([['{}', [parsed(data.result as Sample)]]]);
  const rows = data.result as readonly { metric: Labels; value?: Sample; values?: readonly Sample[] }[];
  return new Map(
    rows.map(({ metric, value, values }) => [
      labelsKey(metric),
      (values ?? (value === undefined ? [] : [value])).map(parsed),
    ]),
  );
}

function parsed([seconds, value]: Sample): readonly [number, number] {
  const number =
    value === '+Inf' ? Number.POSITIVE_INFINITY : value === '-Inf' ? Number.NEGATIVE_INFINITY : Number(value);
  return [Math.round(seconds * 1000), number];
}

function ownRows(data: QueryData): Rows {
  const plain = (value: unknown): number => (typeof value === 'number' ? value : Number.NaN);
  switch (data.kind) {
    case 'scalar':
      return new Map([['{}', [[data.ms, data.value]]]]);
    case 'string':
      return new Map();
    case 'vector':
      return new Map(
        data.samples.map(({ labels, ms, value }) => [labelsKey(labels), [[ms, isHistogram(value) ? 0 : value]]]),
      );
    case 'matrix':
      return new Map(
        data.series.map(({ labels, samples }) => [
          labelsKey(labels),
          samples.map(({ ms, value }) => [ms, plain(value)]),
        ]),
      );
  }
}

/** Variances of large numbers cancel most digits out, on both sides. */
function toleranceOf(query: string): number {
  return /std(var|dev)/.test(query) ? 1e-6 : 1e-9;
}

function close(a: number, b: number, tolerance: number): boolean {
  if (Object.is(a, b) || a === b) return true;
  return Math.abs(a - b) <= tolerance * Math.max(Math.abs(a), Math.abs(b));
}

function isEmpty(data: QueryData): boolean {
  return (data.kind === 'vector' && data.samples.length === 0) || (data.kind === 'matrix' && data.series.length === 0);
}
