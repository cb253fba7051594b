import { describe, expect, it } from 'vitest';
import { parse } from '../../src/promql/parse.ts';
import { pretty } from '../../src/promql/pretty.ts';
import { LONG_QUERIES } from '../helpers/long-queries.ts';
import { bare } from './bare.ts';

const read = (text: string) => {
  const result = parse(text);
  if (result.kind === 'error') throw new Error(result.diagnostics[0].message);
  return result.expr;
};

const long =
  'rate(sse_requests_total{instance="sse-app:8000",job="sse-streaming",provider="openai",status="success"}[5m])';

const cases: readonly (readonly [string, string])[] = [
  ['sum( up )by(job)', 'sum by (job) (up)'],
  ['up{job="b",instance="a"}', 'up{instance="a",job="b"}'],
  ['5m', '5m'],
  [`sum(${long})`, `sum(\n  ${long.replace('rate(', 'rate(\n    ').replace(/\)$/, '\n  )')}\n)`],
  [`up + on (job) (${long})`, `  up\n+ on (job)\n  (\n    rate(\n      ${long.slice(5, -1)}\n    )\n  )`],
];

describe('pretty', () => {
  it.each(cases)('breaks %s', (query, formatted) => {
    expect(pretty(read(query))).toBe(formatted);
  });

  it.each(LONG_QUERIES)('changes nothing but the form of %s', (query) => {
    const formatted = pretty(read(query));
    expect(formatted).toContain('\n');
    expect(pretty(read(formatted))).toBe(formatted);
    expect(sorted(bare(read(formatted)))).toEqual(sorted(bare(read(query))));
  });
});

/** Matchers in one order: the form puts them in its own. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  const parts = Object.entries(value).map(([key, part]) => {
    if (key !== 'matchers') return [key, sorted(part)] as const;
    const matchers = part as readonly { readonly name: string }[];
    return [key, [...matchers].sort((x, y) => (x.name < y.name ? -1 : 1))] as const;
  });
  return Object.fromEntries(parts);
}
