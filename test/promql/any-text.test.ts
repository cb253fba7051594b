import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ALL_FEATURES } from '../../src/promql/features.ts';
import { FUNCTIONS } from '../../src/promql/functions/table.ts';
import { parse, parseSelector } from '../../src/promql/parse.ts';
import { print } from '../../src/promql/print.ts';
import { AGGREGATORS } from '../../src/promql/syntax/tokens.ts';
import { walk } from '../../src/promql/walk.ts';
import { bare } from './bare.ts';

const SIGNS = '( ) [ ] { } , : + - * / % ^ == != < > <= >= = =~ !~ @ </ >/ # " \' ` ! . _ \\ \n'.split(' ');
const WORDS = [
  'x',
  'up',
  'a:b',
  '5m',
  '1h30m',
  '5',
  '0x1f',
  '1e3',
  '1.5',
  '"s"',
  "'t'",
  '`r`',
  'min_of',
  '"\\n"',
  '\ufffd',
  'é',
  '\ud800',
];
const KEYWORDS =
  'and or unless atan2 offset smoothed anchored by without on ignoring group_left group_right fill fill_left bool start end step range inf nan'.split(
    ' ',
  );
const token = fc.constantFrom(...SIGNS, ...WORDS, ...KEYWORDS, ...AGGREGATORS, ...FUNCTIONS.map((row) => row.name));
const soup = fc
  .array(token, { maxLength: 25 })
  .chain((tokens) => fc.constantFrom('', ' ').map((space) => tokens.join(space)));

it.each([
  ['any text', fc.string({ unit: 'binary', maxLength: 60 })],
  ['any row of words and signs', soup],
])('%s is read or refused with a reason and a place', (_what, texts) => {
  fc.assert(
    fc.property(texts, (text) => {
      parseSelector(text);
      const result = parse(text, ALL_FEATURES);
      const spans = result.kind === 'error' ? result.diagnostics.map((one) => one.span) : [];
      if (result.kind === 'error') expect(result.diagnostics[0].message).not.toBe('');
      if (result.expr !== undefined) walk(result.expr, (node) => spans.push(node.span));
      for (const { start, end } of spans) {
        expect(start).toBeGreaterThanOrEqual(0);
        expect(end).toBeGreaterThanOrEqual(start);
        expect(end).toBeLessThanOrEqual(text.length);
      }
      if (result.kind === 'error') return;
      const again = parse(print(result.expr), ALL_FEATURES);
      expect(again.kind === 'ok' && bare(again.expr)).toEqual(bare(result.expr));
    }),
    { numRuns: process.env.PROM_TUTOR_VERIFY === '1' ? 20_000 : 1500, seed: 20240229 },
  );
});
