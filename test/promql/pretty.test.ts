import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from '../../src/promql/parse.ts';
import { pretty, prettyWithComments } from '../../src/promql/pretty.ts';
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

const commented: readonly (readonly [string, string])[] = [
  ['# all of it\nup # now', '# all of it\nup # now'],
  ['up\n# the end', 'up\n# the end'],
  ['sum( # every job\n  up)', 'sum(\n  # every job\n  up\n)'],
  ['sum(\n up # raw\n) # one number', 'sum(\n  up # raw\n) # one number'],
  ['topk( # few\n 3, # three\n up)', 'topk(\n  # few\n  3, # three\n  up\n)'],
  ['a # left\n / # over\n b # right', '  a # left\n/\n  # over\n  b # right'],
  ['a\n# what follows\n/\nb', '  a\n/\n  # what follows\n  b'],
  ['sum(up{ # which\n job="x"})', 'sum(\n  # which\n  up{job="x"}\n)'],
  ['sum # grouped\n by (job) (up)', 'sum by (job) (\n  # grouped\n  up\n)'],
  ['max_over_time( # peak\n (a+b)[1h:5m])', 'max_over_time(\n  # peak\n  (a + b)[1h:5m]\n)'],
  ['(\n-up # below zero\n)', '(\n  -up # below zero\n)'],
  ["up{a='# no comment'}", 'up{a="# no comment"}'],
];

describe('prettyWithComments', () => {
  const format = (query: string) => prettyWithComments(query, read(query));

  it.each(commented)('keeps what is said in %j', (query, formatted) => {
    expect(format(query)).toBe(formatted);
    expect(format(formatted)).toBe(formatted);
  });

  it('loses no comment, wherever it stands, and settles at once', () => {
    const place = fc.record({ at: fc.nat(), own: fc.boolean() });
    const query = fc.constantFrom(...LONG_QUERIES, 'sum by (job) (rate(a[5m])) / on (job) group_left (x) -b');
    fc.assert(
      fc.property(query, fc.array(place, { minLength: 1, maxLength: 4 }), (text, places) => {
        const pieces = text.split(/(?<=[(),\])])/);
        places.forEach(({ at, own }, index) => {
          const end = at % pieces.length;
          pieces[end] += `${own ? '\n' : ' '}# note ${index}\n`;
        });
        const noted = pieces.join('');
        fc.pre(parse(noted).kind === 'ok');
        const formatted = format(noted);
        expect(notes(formatted)).toEqual(notes(noted));
        expect(format(formatted)).toBe(formatted);
        expect(sorted(bare(read(formatted)))).toEqual(sorted(bare(read(text))));
      }),
    );
  });
});

function notes(text: string): readonly string[] {
  return [...text.matchAll(/# note \d+/g)].map(([note]) => note).sort();
}

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
