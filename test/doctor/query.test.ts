import { describe, expect, it } from 'vitest';
import { doctor } from '../../src/doctor/doctor.ts';
import type { Finding } from '../../src/doctor/finding.ts';
import { UnavailableError, UsageError } from '../../src/model/errors.ts';
import type { Source, Target } from '../../src/source/source.ts';
import { ADVISE_T0_MS, type MadeSeries, madeSource, target } from '../helpers/advise-source.ts';
import { worldWith } from './helpers.ts';

const NOW = ADVISE_T0_MS;
const names = (instance: string, more: object = {}) => ({ job: 'app', instance, ...more });
const ups = (...values: readonly (readonly [string, readonly number[]])[]): MadeSeries[] =>
  values.map(([instance, each]) => ({ labels: { __name__: 'up', ...names(instance) }, values: each }));
const counter = (instance: string, values: readonly number[] = [10, 20, 30, 40, 50, 60]): MadeSeries => ({
  labels: { __name__: 'app_requests_total', ...names(instance) },
  values,
});

const GONE = 'Get "http://two:8000/metrics": dial tcp 172.18.0.3:8000: connect: connection refused';
const down: Target = target({
  labels: names('two:8000'),
  scrapeUrl: 'http://two:8000/metrics',
  health: 'down',
  lastError: GONE,
});
const fresh: Target = target({ labels: names('one:8000'), health: 'unknown', lastScrapeMs: undefined });

type Case = {
  readonly query: string;
  readonly source?: Source;
  readonly timeMs?: number;
  readonly nowMs?: number;
  readonly kind?: string;
  readonly status: Finding['status'];
  readonly says: RegExp;
  readonly fix?: string;
  readonly because?: string;
  /** What the whole report is about. */
  readonly cause?: string;
};

const well = () => madeSource([...ups(['one:8000', [1, 1, 1, 1, 1, 1]]), counter('one:8000')], [target({})]);

/** The same server when nothing has come for a while. */
function later(ms: number, source: Source): Source {
  return { ...source, instant: (query, asked = {}) => source.instant(query, { timeMs: NOW + ms, ...asked }) };
}

/** A server that declares a metric of which nothing is there. */
function declaring(metric: string): Source {
  const source = well();
  const told = new Map([[metric, [{ type: 'counter', help: 'What went wrong', unit: '' }]]]);
  return { ...source, metadata: async () => told };
}

const CASES: Readonly<Record<string, Case>> = {
  'answers as it should': { query: 'count by (job) (up)', status: 'ok', says: /query answers/ },
  'is no PromQL': {
    query: 'sum(rate(app_requests_total[5m])',
    status: 'fail',
    kind: 'query-refused',
    says: /unclosed left parenthesis/,
    fix: "prom-tutor query 'sum(rate(app_requests_total[5m]))' --server http://made",
    cause: 'query',
  },
  'has a slip in the name': {
    query: 'app_request_total',
    status: 'warn',
    kind: 'query-empty',
    says: /Did you mean app_requests_total/,
    fix: 'prom-tutor query app_requests_total --server http://made',
    cause: 'query',
  },
  'has a comparison nothing passes': {
    query: 'app_requests_total > 1000',
    status: 'warn',
    kind: 'query-empty',
    says: /No row passes/,
  },
  'asks for what was never counted': {
    query: 'app_errors_total',
    source: declaring('app_errors_total'),
    status: 'warn',
    kind: 'query-not-emitted',
    says: /declares app_errors_total[\s\S]*What went wrong[\s\S]*first event/,
  },
  'asks for a time before the data': {
    query: 'app_requests_total',
    timeMs: NOW - 3_600_000,
    status: 'warn',
    kind: 'query-outside-data',
    says: /not at that time: its first sample is .* later/,
  },
  'asks for what only a target that is down has': {
    query: 'sum(rate(app_jobs_total[5m])) > 0',
    source: later(
      20 * 60_000,
      madeSource(
        [
          ...ups(['one:8000', [1, 1, 1]], ['two:8000', [0, 0, 0]]),
          { labels: { __name__: 'app_jobs_total', ...names('two:8000') }, values: [5, 6, 7] },
        ],
        [down],
      ),
    ),
    nowMs: NOW + 20 * 60_000,
    status: 'skip',
    says: /because nothing listens on two:8000/,
    because: 'targets/two:8000',
    cause: 'targets/two:8000',
  },
  'names the target that is down': {
    query: 'up{instance="two:8000"} == 1',
    source: madeSource(ups(['one:8000', [1, 1, 1]], ['two:8000', [0, 0, 0]]), [
      target({ labels: names('one:8000') }),
      down,
    ]),
    status: 'skip',
    says: /nothing listens on two:8000/,
    because: 'targets/two:8000',
  },
  'has another cause than the target that is down': {
    query: 'app_request_total',
    source: madeSource([...ups(['one:8000', [1, 1, 1]], ['two:8000', [0, 0, 0]]), counter('one:8000')], [down]),
    status: 'warn',
    kind: 'query-empty',
    says: /Did you mean/,
    cause: 'query',
  },
  'comes before the first scrape': {
    query: 'app_requests_total',
    source: madeSource([], [fresh]),
    status: 'skip',
    says: /has not been scraped yet: the next scrape is in 15 s at most/,
    because: 'samples/app',
  },
  'is asked by a clock that is ahead': {
    query: 'app_requests_total',
    nowMs: NOW + 15 * 60_000,
    status: 'skip',
    says: /clock of Prometheus is 15 min behind/,
    because: 'clock',
  },
};

function examined({ query, source = well(), timeMs, nowMs = NOW }: Case, more: Parameters<typeof worldWith>[0] = {}) {
  const world = worldWith({
    server: 'http://made',
    now: () => nowMs,
    openSource: () => source,
    openLook: () => {
      throw new UnavailableError({ kind: 'refused', message: 'no pages', url: 'http://made' });
    },
    question: { query, timeMs: () => timeMs },
    ...more,
  });
  return doctor(world, new AbortController().signal);
}

describe('a query that', () => {
  it.each(Object.entries(CASES))('%s', async (_, expected) => {
    const { findings, summary } = await examined(expected);
    const found = findings.find(({ id }) => id === 'query');
    expect(found).toMatchObject({
      status: expected.status,
      ...(expected.kind === undefined ? {} : { kind: expected.kind }),
      ...(expected.fix === undefined ? {} : { fix: expected.fix }),
      ...(expected.because === undefined ? {} : { because: expected.because }),
    });
    const { sentence, evidence, advice } = found as Finding;
    expect([sentence, ...evidence, advice].join('\n')).toMatch(expected.says);
    if (expected.cause !== undefined) expect(summary.cause).toBe(expected.cause);
  });

  it('is told first when all is well', async () => {
    const { summary } = await examined({ query: 'count by (job) (up)', status: 'ok', says: /./ });
    expect(summary.sentence).toMatch(/^The query answers/);
  });

  it('is not asked where nothing runs: then start', async () => {
    const question = { query: 'up', timeMs: () => undefined };
    const { findings, summary } = await doctor(worldWith({ question }), new AbortController().signal);
    expect(findings.find(({ id }) => id === 'query')).toMatchObject({
      status: 'fail',
      kind: 'query-unasked',
      fix: 'prom-tutor start',
      // Nothing was started before: it is an offer.
      repair: { consent: 'ask' },
    });
    expect(summary).toMatchObject({ status: 'fail', cause: 'query', next: 'prom-tutor start' });
  });

  it('is folded under a server that does not answer', async () => {
    const question = { query: 'up', timeMs: () => undefined };
    const world = worldWith({ server: 'http://127.0.0.1:1', question });
    const { findings, summary } = await doctor(world, new AbortController().signal);
    expect(findings.find(({ id }) => id === 'query')).toMatchObject({ status: 'skip', because: 'prometheus' });
    expect(summary.cause).toBe('prometheus');
  });

  it('is about a moment that needs the stack: says so', async () => {
    const timeMs = () => {
      throw new UsageError('--time incident is a moment of the stack', { hint: 'Start it' });
    };
    const { findings } = await examined(
      { query: 'up', status: 'fail', says: /./ },
      { question: { query: 'up', timeMs } },
    );
    expect(findings.find(({ id }) => id === 'query')).toMatchObject({ kind: 'query-unasked', advice: 'Start it' });
  });
});
