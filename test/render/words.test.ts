import { describe, expect, it } from 'vitest';
import type { EmptyFinding } from '../../src/advise/empty.ts';
import { renderAnnotations } from '../../src/render/annotations.ts';
import { renderEmpty } from '../../src/render/empty.ts';
import { highlightQuery } from '../../src/render/highlight.ts';
import { renderStats } from '../../src/render/stats.ts';
import { describeTrend } from '../../src/render/trend.ts';
import { styleOf } from '../helpers/styles.ts';

describe('renderAnnotations', () => {
  it('puts a caret where the warning points', () => {
    const result = {
      warnings: ['PromQL warning: bucket label "le" is missing (1:25)'],
      infos: ['PromQL info: metric might not be a counter: "up" (1:6)', 'no position'],
    };
    expect(renderAnnotations(result, 'rate(up[1m])', styleOf()).split('\n')).toEqual([
      'warning: bucket label "le" is missing',
      '  rate(up[1m])',
      '              ^',
      'info: metric might not be a counter: "up"',
      '  rate(up[1m])',
      '       ^',
      'info: no position',
    ]);
  });

  it('counts bytes as Prometheus does', () => {
    const lines = renderAnnotations({ warnings: ['PromQL info: x (1:9)'], infos: [] }, '{"日"} + up', styleOf()).split(
      '\n',
    );
    expect(lines[2]).toBe('         ^');
  });

  it('is empty when there is nothing to say', () => {
    expect(renderAnnotations({ warnings: [], infos: [] }, 'up', styleOf())).toBe('');
  });
});

const MS = Date.UTC(2025, 10, 22, 13, 0, 0);

const EMPTIES: readonly (readonly [EmptyFinding, string])[] = [
  [
    { kind: 'unknown-metric', metric: 'sse_request_total', near: ['sse_requests_total'] },
    'no data: there is no metric named sse_request_total.\ntry: sse_requests_total',
  ],
  [
    { kind: 'unknown-metric', metric: 'x', near: [] },
    'no data: there is no metric named x.\ntry: look for it among the names: prom-tutor metrics',
  ],
  [
    { kind: 'unknown-label', metric: 'up', label: 'jop', labels: ['job', 'instance'] },
    'no data: up has no label jop.\ntry: its labels are job, instance',
  ],
  [
    {
      kind: 'no-such-value',
      metric: 'up',
      matcher: 'job="x"',
      label: 'job',
      near: [],
      values: ['', ...'abcdefghi'],
      meant: undefined,
    },
    'no data: no series of up has job="x".\ntry: the values of job are "", a, b, c, d, e, f, g and 2 more',
  ],
  [
    {
      kind: 'no-such-value',
      metric: 'up',
      matcher: 'job="a.*"',
      label: 'job',
      near: [],
      values: ['ab'],
      meant: 'job=~"a.*"',
    },
    'no data: no series of up has job="a.*".\ntry: {job=~"a.*"}',
  ],
  [
    {
      kind: 'no-such-value',
      metric: 'up',
      matcher: 'job="sse"',
      label: 'job',
      near: ['sse-a'],
      values: [],
      meant: undefined,
    },
    'no data: no series of up has job="sse".\ntry: job="sse-a"',
  ],
  [
    { kind: 'other-time', selector: 'up', beforeMs: MS, afterMs: undefined },
    'no data: up has series, but none at the time asked for. Last seen before\n  it: about 2025-11-22 13:00:00 UTC.\ntry: --time 2025-11-22T13:00:00Z',
  ],
  [
    { kind: 'short-window', selector: 'up[15s]', windowMs: 15_000, spacingMs: 15_000 },
    'no data: the window of up[15s] is too short: it needs two samples and\n  never holds them, because they are about 15s apart.\ntry: a longer window, such as [1m]: with four scrapes in it, one may get\n  lost.',
  ],
  [
    { kind: 'filtered', comparison: 'up > 5', low: 0, high: 1 },
    'no data: up > 5 lets nothing through: the values are between 0 and 1.\ntry: this may be the good answer. To see the values, leave the\n  comparison out.',
  ],
  [
    { kind: 'no-pairs', operator: '/', matching: '', left: { a: '1', b: '2' }, right: { a: '1' } },
    'no data: both sides of "/" have series, but none with the same labels.\n  Left: {a="1", b="2"}. Right: {a="1"}.\ntry: sum both sides by the labels they share, or leave labels out of the\n  match: ignoring (b)',
  ],
  [
    { kind: 'no-le', aggregation: 'sum by (a) (x)', fixed: 'sum by (le, a) (x)' },
    'no data: histogram_quantile needs the label le, and sum by (a) (x) takes\n  it away.\ntry: sum by (le, a) (x)',
  ],
  [
    { kind: 'not-absent', call: 'absent(up)' },
    'no data: absent(up) is empty because the series are there. That is its\n  good answer.',
  ],
];

describe('renderEmpty', () => {
  it.each(EMPTIES)('tells %j', (finding, text) => {
    expect(renderEmpty([finding], styleOf())).toBe(text);
  });

  it('says where to look when nothing is certain', () => {
    expect(renderEmpty([], styleOf())).toMatch(/^no data: the query is valid[\s\S]*\ntry: take the query apart/);
    expect(renderEmpty([], styleOf(), { warned: true })).toBe('no data: the warning above says why.');
  });
});

describe('highlightQuery', () => {
  const strip = (text: string) => text.replace(/\x1b\[\d+m/g, '');
  it.each([
    'sum by (provider) (rate(sse_requests_total{provider=~"open.*"}[5m] offset 1h)) > bool 1e3',
    'a # comment with \'quote\nb == 0x1F or {"http.x"}',
    'unclosed "string',
    '日本 {x="語"} @ 1.5 + -Inf',
  ])('changes no character of %j', (query) => {
    expect(strip(highlightQuery(query, styleOf({ colour: true })))).toBe(query);
    expect(highlightQuery(query, styleOf())).toBe(query);
  });
});

describe('renderStats', () => {
  it('tells what the server read', () => {
    const stats = { timings: { execTotalTime: 0.0006753 }, samples: { totalQueryableSamples: 54, peakSamples: 113 } };
    expect(renderStats({ data: { stats } }, styleOf())).toBe(
      'stats: 54 samples read, at most 113 at a time in memory, 0.6753 ms in the server',
    );
  });

  it.each([undefined, null, {}, { data: { stats: 'x' } }, { data: { stats: { samples: { peakSamples: {} } } } }])(
    'says so when %j holds none',
    (envelope) => {
      expect(renderStats(envelope, styleOf())).toBe('stats: the server tells no statistics');
    },
  );
});

describe('describeTrend', () => {
  const points = (...values: number[]) => values.map((value, index) => ({ ms: MS + index * 600_000, value }));
  it.each([
    [[], 'no value to draw'],
    [[5], 'one point, 5 at 13:00:00'],
    [[5, 5, 5], 'stays at 5 from 13:00 to 13:20'],
    [[5, 12, 0], 'rises from 5 at 13:00 to 12 at 13:10, falls to 0 at 13:20'],
    [[0, 0, 0, 1], 'starts with 0 at 13:00, stays there until 13:20, rises to 1 at 13:30'],
    [[10, 9, 10, 0], 'falls from 10 at 13:00 to 0 at 13:30'],
    [
      [0, 1, 0, 1, 0, 1, 0, 1],
      'goes up and down 7 times: starts with 0 at 13:00, highest 1 at 13:10, lowest 0 at 13:00, ends with 1 at 14:10',
    ],
  ])('of %j says %s', (values, text) => {
    expect(describeTrend(points(...values), { timeZone: 'UTC' })).toBe(text);
  });
});
