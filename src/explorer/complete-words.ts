import { AGGREGATOR_DOCS } from '../promql/aggregations/docs.ts';
import type { Aggregator } from '../promql/ast.ts';
import { formatDuration } from '../promql/duration.ts';
import type { FunctionSignature } from '../promql/functions/signature.ts';
import { FUNCTIONS } from '../promql/functions/table.ts';
import { AGGREGATORS } from '../promql/syntax/tokens.ts';
import { TYPE_NAMES } from '../promql/types.ts';
import type { CompletionItem } from './completion.ts';

/** Those that most queries are made of come before their rarer neighbours. */
export const FREQUENT: ReadonlySet<string> = new Set([
  'rate',
  'increase',
  'sum',
  'sum by',
  'avg',
  'max',
  'min',
  'count',
  'topk',
  'histogram_quantile',
  'avg_over_time',
  'max_over_time',
  'absent',
]);

/** Functions whose first argument is meant to be a counter. */
export const OF_COUNTERS: ReadonlySet<string> = new Set(['rate', 'irate', 'increase', 'resets']);

export function keywordItem(word: string): CompletionItem {
  const insert = OPENING.has(word) ? `${word} (` : word;
  const help = KEYWORD_HELP[word];
  return { kind: 'keyword', label: word, insert, ...(help === undefined ? {} : { help }) };
}

/**
 * Ranges for `[…]`: first the shortest that a rate survives a failed scrape in, then the usual ones that are longer.
 * `intervalMs` is 0 where it is not known.
 */
export function rangeItems(word: string, intervalMs: number, needsSubquery: boolean): readonly CompletionItem[] {
  const fitting = intervalMs * 4;
  const usual = USUAL_RANGES.filter((ms) => ms > fitting);
  const all = (intervalMs > 0 ? [fitting, ...usual] : usual).map((ms): CompletionItem => {
    const help = rangeHelp(ms, intervalMs);
    const range = formatDuration(ms);
    const label = needsSubquery ? `${range}:` : range;
    return { kind: 'window', label, insert: label, ...(help === undefined ? {} : { help }) };
  });
  return withUnits(word, all, needsSubquery ? ':' : '');
}

/** Steps of a subquery. */
export function stepItems(word: string, intervalMs: number): readonly CompletionItem[] {
  const all = [...new Set([intervalMs, 60_000, 300_000, 3_600_000])].filter((ms) => ms > 0).map(durationItem);
  return withUnits(word, all, '');
}

/** What `offset` may be followed by. */
export function offsetItems(word: string): readonly CompletionItem[] {
  return withUnits(word, [300_000, 3_600_000, 86_400_000, 604_800_000].map(durationItem), '');
}

/** What `@` may be followed by; `nowMs` is the moment queries are about. */
export function instantItems(nowMs: number): readonly CompletionItem[] {
  return [
    { kind: 'keyword', label: 'start()', insert: 'start()', help: 'The beginning of the range that is asked for.' },
    { kind: 'keyword', label: 'end()', insert: 'end()', help: 'The end of the range that is asked for.' },
    {
      kind: 'keyword',
      label: String(Math.floor(nowMs / 1000)),
      insert: String(Math.floor(nowMs / 1000)),
      detail: 'now',
      help: 'An instant, in seconds since 1970.',
    },
  ];
}

/** As the documentation of Prometheus writes it: what goes in, with what may be left out in brackets, and what comes out. */
function signatureText({ args, variadic, returns }: FunctionSignature): string {
  const names = args.map((type) => TYPE_NAMES[type]);
  const last = names.at(-1) ?? '';
  const optional =
    variadic === 0 ? names : [...names.slice(0, -1), `[${last}${variadic > 1 || variadic < 0 ? ', …' : ''}]`];
  return `(${optional.join(', ')}) → ${TYPE_NAMES[returns]}`;
}

function aggregationItem(name: Aggregator): CompletionItem {
  const parameter = PARAMETERS[name];
  const detail = `(${parameter === undefined ? '' : `${parameter}, `}instant vector) → instant vector`;
  return { kind: 'aggregation', label: name, insert: `${name}(`, detail, help: AGGREGATOR_DOCS[name] };
}

function groupedItem(name: Aggregator): CompletionItem {
  const help = `${AGGREGATOR_DOCS[name]} One group for each value of these labels.`;
  return { kind: 'aggregation', label: `${name} by`, insert: `${name} by (`, detail: '(labels) (…)', help };
}

/** https://prometheus.io/docs/prometheus/latest/querying/operators/#aggregation-operators */
const PARAMETERS: { readonly [K in Aggregator]?: string } = {
  topk: 'scalar',
  bottomk: 'scalar',
  limitk: 'scalar',
  limit_ratio: 'scalar',
  quantile: 'scalar',
  count_values: 'string',
};

const OPENING: ReadonlySet<string> = new Set(['by', 'without', 'on', 'ignoring', 'group_left', 'group_right']);

const KEYWORD_HELP: Readonly<Record<string, string>> = {
  by: 'One group for each value of these labels; all others go.',
  without: 'These labels go; one group for each value of the others.',
  on: 'Rows of both sides belong together when these labels are equal.',
  ignoring: 'Rows of both sides belong together when all labels but these are equal.',
  group_left: 'Many rows on the left may share one on the right; these labels are taken over from it.',
  group_right: 'Many rows on the right may share one on the left; these labels are taken over from it.',
  bool: 'The comparison gives 1 or 0 for every row, instead of keeping those for which it holds.',
  and: 'Rows of the left side that have a partner on the right.',
  or: 'Rows of the left side, and those of the right that have no partner there.',
  unless: 'Rows of the left side that have no partner on the right.',
  atan2: 'The angle whose tangent is left through right, in radians.',
  offset: 'Looks at an earlier moment: offset 1h.',
  '@': 'Looks at a fixed moment: @ end(), or seconds since 1970.',
  '=': 'The label has this value.',
  '!=': 'The label has another value, or is not there.',
  '=~': 'The whole value matches this regular expression.',
  '!~': 'The whole value does not match this regular expression.',
};

const USUAL_RANGES = [300_000, 3_600_000, 86_400_000];

function rangeHelp(ms: number, intervalMs: number): string | undefined {
  return ms === intervalMs * 4
    ? `Four scrapes, one each ${formatDuration(intervalMs)}: the shortest range in which one may fail.`
    : undefined;
}

function durationItem(ms: number): CompletionItem {
  const text = formatDuration(ms);
  return { kind: 'window', label: text, insert: text };
}

/** A number that was typed gets its unit; a whole duration is left as it is. */
function withUnits(word: string, all: readonly CompletionItem[], behind: string): readonly CompletionItem[] {
  const begun = all.filter(({ label }) => label.startsWith(word));
  if (!/^\d+$/.test(word)) return begun;
  const known = new Set(begun.map(({ label }) => label));
  const units = UNITS.map(({ unit, name }): CompletionItem => {
    const label = word + unit + behind;
    return { kind: 'window', label, insert: label, detail: name };
  });
  return [...begun, ...units.filter(({ label }) => !known.has(label))];
}

const UNITS = [
  { unit: 'm', name: 'minutes' },
  { unit: 's', name: 'seconds' },
  { unit: 'h', name: 'hours' },
  { unit: 'd', name: 'days' },
  { unit: 'w', name: 'weeks' },
  { unit: 'ms', name: 'milliseconds' },
  { unit: 'y', name: 'years' },
];

/** Functions and aggregations, from the tables the engine itself reads; `insert` opens their bracket. */
export const CALLS: readonly CompletionItem[] = [
  ...AGGREGATORS.flatMap((name) => [aggregationItem(name), groupedItem(name)]),
  ...FUNCTIONS.map(
    (row): CompletionItem => ({
      kind: 'function',
      label: row.name,
      insert: `${row.name}(`,
      detail: signatureText(row),
      help: row.doc,
    }),
  ),
];
