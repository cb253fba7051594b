import { describe, expect, it } from 'vitest';
import type { EmptyAdvice } from '../../src/advise/diagnose.ts';
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

const NODE = { kind: 'number', value: 1, duration: false, span: { start: 0, end: 1 } } as const;
const finding = (more: Partial<NonNullable<EmptyAdvice['finding']>>): NonNullable<EmptyAdvice['finding']> => ({
  ...{ id: 'M23', voice: 'first', sentence: 'There is nothing.', evidence: [] },
  ...more,
});
const culprit = (more: Partial<NonNullable<EmptyAdvice['culprit']>>): NonNullable<EmptyAdvice['culprit']> => ({
  ...{ kind: 'metric', node: NODE, sentence: '', evidence: [] },
  ...more,
});

const EMPTIES: readonly (readonly [EmptyAdvice, string])[] = [
  [
    { finding: finding({ fix: { text: 'The name that is there.', query: 'sum(up)' } }) },
    'no data: There is nothing.\ntry: sum(up)',
  ],
  [
    { finding: finding({}), culprit: culprit({}) },
    'no data: There is nothing.\ntry: look for it among the names: `prom-tutor metrics`',
  ],
  [
    { finding: finding({ facts: ['job: a, b'] }), culprit: culprit({ kind: 'value' }) },
    'no data: There is nothing.\nthere: job: a, b',
  ],
  [
    { finding: finding({}), culprit: culprit({ kind: 'elsewhen', seen: { beforeMs: MS } }) },
    'no data: There is nothing.\ntry: --time 2025-11-22T13:00:00Z',
  ],
];

describe('renderEmpty', () => {
  it.each(EMPTIES)('tells %j', (advice, text) => {
    expect(renderEmpty(advice, styleOf())).toBe(text);
  });

  it('ends with the command that says more', () => {
    expect(renderEmpty({ finding: finding({}) }, styleOf(), { more: "prom-tutor why 'up == 2'" })).toBe(
      "no data: There is nothing.\nwhy: prom-tutor why 'up == 2'",
    );
  });

  it('says where to look when nothing is certain', () => {
    expect(renderEmpty({}, styleOf())).toMatch(/^no data: the query is valid[\s\S]*\ntry: take the query apart/);
    expect(renderEmpty({}, styleOf(), { warned: true })).toBe('no data: the warning above says why.');
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
