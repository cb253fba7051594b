import type { Expr, Unary, VectorSelector } from '../../../src/promql/ast.ts';
import { ALL_FEATURES } from '../../../src/promql/features.ts';
import { FUNCTIONS } from '../../../src/promql/functions/table.ts';
import { matchersOf } from '../../../src/promql/matcher.ts';
import { MAX_QUERY_LENGTH, type ParseResult, parse, parseSelector } from '../../../src/promql/parse.ts';
import { prettyWithComments } from '../../../src/promql/pretty.ts';
import { print } from '../../../src/promql/print.ts';
import { AGGREGATORS } from '../../../src/promql/syntax/tokens.ts';
import { walk } from '../../../src/promql/walk.ts';
import { query, textOf } from '../../differential/grammar.ts';
import { misplaced, mistyped } from '../../differential/mistakes.ts';
import type { Random } from '../../differential/random.ts';
import { anyText, type Target } from './fuzz.ts';

/** Texts for the parser of queries: noise, rows of words and signs, queries, and queries as people mistype them. */
export const queries: Target = {
  name: 'query',
  input: (random) =>
    random.weighted<() => string>([
      [1, () => anyText(random, 60)],
      [3, () => soup(random)],
      [2, () => textOf(query(random))],
      [3, () => mistyped(random, query(random))],
      [1, () => misplaced(random, query(random))],
      [1, () => nested(random)],
    ])(),
  check(text) {
    parseSelector(text);
    const result = parse(text, ALL_FEATURES);
    for (const { start, end } of spansOf(result)) {
      if (!(0 <= start && start <= end && end <= text.length))
        throw new Error(`a place outside of the text: ${start}-${end}`);
    }
    if (result.kind === 'error') {
      if (result.diagnostics[0].message === '') throw new Error('refused without a reason');
      return 'refused';
    }
    for (const form of [print(result.expr), prettyWithComments(text, result.expr)]) {
      // A thousand operators in a row are indented a thousand times: longer than any query may be.
      if (form.length > MAX_QUERY_LENGTH) continue;
      const again = parse(form, ALL_FEATURES);
      if (again.kind !== 'ok') throw new Error(`printed as what cannot be read: ${form}`);
      if (meaning(again.expr) !== meaning(result.expr)) throw new Error(`printed as another query: ${form}`);
    }
    return 'accepted';
  },
};

/** What a tree says, without its places, and each selector's matchers in one order: the formatter sorts them, as that of Prometheus does. */
function meaning(expr: Expr): string {
  return JSON.stringify(canonical(expr));
}

function canonical(value: unknown): unknown {
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(canonical);
  // `Inf` is printed as `+Inf`, as Prometheus does it.
  if (isUnary(value) && value.operator === '+') return canonical(value.expr);
  if (isSelector(value)) {
    const matchers = matchersOf(value).map((matcher) => JSON.stringify(matcher));
    return canonical({ ...value, kind: 'selected', name: '', matchers: matchers.sort() });
  }
  const rest = Object.entries(value).filter(([key]) => !/[sS]pan$/.test(key));
  return Object.fromEntries(rest.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, part]) => [key, canonical(part)]));
}

function isUnary(value: object): value is Unary {
  return 'kind' in value && value.kind === 'unary';
}

function isSelector(value: object): value is VectorSelector {
  return 'kind' in value && value.kind === 'vector';
}

const WORDS = [
  ...'( ) [ ] { } , : + - * / % ^ == != < > <= >= = =~ !~ @ </ >/ # " \' ` ! . _ \\ \n'.split(' '),
  ...'x up a:b 5m 1h30m 5 0x1f 1e3 1.5 "s" \'t\' `r` min_of "\\n" \ufffd é \ud800'.split(' '),
  ...'and or unless atan2 offset smoothed anchored by without on ignoring group_left group_right'.split(' '),
  ...'fill fill_left bool start end step range inf nan'.split(' '),
  ...AGGREGATORS,
  ...FUNCTIONS.map((row) => row.name),
];

function soup(random: Random): string {
  const words = Array.from({ length: random.int(26) }, () => random.pick(WORDS));
  return words.join(random.pick(['', ' ']));
}

/** Much of the same within each other: what recursion must survive. */
function nested(random: Random): string {
  const depth = random.int(60) * random.pick([1, 1, 1, 20]);
  const [open, close] = random.pick([
    ['(', ')'],
    ['-', ''],
    ['sum(', ')'],
    ['1+', ''],
    ['(', ''],
    ['[', ']'],
    ['{', '}'],
    ['rate(', '[1m:])'],
  ] as const);
  return `${open.repeat(depth)}${random.pick(['x', '1', '', '"'])}${close.repeat(depth)}`;
}

function spansOf(result: ParseResult): readonly { readonly start: number; readonly end: number }[] {
  const spans = result.kind === 'error' ? result.diagnostics.map(({ span }) => span) : [];
  if (result.expr !== undefined) walk(result.expr, (node) => spans.push(node.span));
  return spans;
}
