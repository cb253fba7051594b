import type { Labels } from '../model/labels.ts';
import { type Expr, isComparison, type VectorSelector } from '../promql/ast.ts';
import { parse } from '../promql/parse.ts';
import { print, printBinaryModifiers } from '../promql/print.ts';
import { typeOf } from '../promql/types.ts';
import { children, selectorsOf } from '../promql/walk.ts';
import type { Source } from '../source/source.ts';
import { askedTimes, type ProbeTimes, presence } from './empty-probe.ts';
import { examineSelector } from './empty-selector.ts';

/** One thing that is certain about why a result is empty; data, drawn elsewhere. Instants are milliseconds since 1970. */
export type EmptyFinding =
  /** No metric has that name; `near` are names that are spelt alike. */
  | { readonly kind: 'unknown-metric'; readonly metric: string; readonly near: readonly string[] }
  /** The metric has no such label. */
  | {
      readonly kind: 'unknown-label';
      readonly metric: string;
      readonly label: string;
      readonly labels: readonly string[];
    }
  /** The label exists, but no value passes this matcher. */
  | {
      readonly kind: 'no-such-value';
      readonly metric: string;
      readonly matcher: string;
      readonly label: string;
      readonly near: readonly string[];
      readonly values: readonly string[];
      /** A pattern written with `=` that would match as `=~`, or one that would match with `.*` around it. */
      readonly meant: string | undefined;
    }
  /** Each matcher alone finds series, all together do not. */
  | { readonly kind: 'no-combination'; readonly selector: string }
  /** The series exist, but not at that time: the last moment before and the first after, as far as they were found. */
  | {
      readonly kind: 'other-time';
      readonly selector: string;
      readonly beforeMs: number | undefined;
      readonly afterMs: number | undefined;
    }
  /** The function needs two samples in its window and never finds them. */
  | {
      readonly kind: 'short-window';
      readonly selector: string;
      readonly windowMs: number;
      readonly spacingMs: number | undefined;
    }
  /** A comparison lets nothing through. */
  | { readonly kind: 'filtered'; readonly comparison: string; readonly low: number; readonly high: number }
  /** Both sides have series, but no label sets that match; `matching` is the `on (…)` or `ignoring (…)` as written. */
  | {
      readonly kind: 'no-pairs';
      readonly operator: string;
      readonly matching: string;
      readonly left: Labels;
      readonly right: Labels;
    }
  /** The label that histogram_quantile needs was aggregated away; `fixed` keeps it. */
  | { readonly kind: 'no-le'; readonly aggregation: string; readonly fixed: string }
  /** absent() answers only when the series are missing. */
  | { readonly kind: 'not-absent'; readonly call: string };

/** Functions that need two samples in their window. */
const NEED_TWO = new Set([
  'rate',
  'irate',
  'increase',
  'delta',
  'idelta',
  'deriv',
  'predict_linear',
  'resets',
  'changes',
]);

/** The most selectors that are looked at: every one costs a few questions. */
const MOST_SELECTORS = 4;

/**
 * Looks for reasons why a query that succeeded gave nothing, by asking the same server small questions. Finds what is
 * certain and nothing else: an empty list means the reason is not one of these. Throws what the source throws.
 */
export async function adviseEmpty(
  query: string,
  source: Source,
  times: ProbeTimes,
  signal: AbortSignal,
): Promise<readonly EmptyFinding[]> {
  const parsed = parse(query);
  if (parsed.kind !== 'ok') return [];
  const root = bare(parsed.expr);
  if (root.kind === 'call' && root.name.startsWith('absent')) return [{ kind: 'not-absent', call: print(root) }];
  const probe = { source, times, signal };
  const selectors = distinct(selectorsOf(root)).slice(0, MOST_SELECTORS);
  const findings: EmptyFinding[] = [];
  for (const selector of selectors) findings.push(...(await examineSelector(selector, root, probe)));
  return findings.length > 0 ? findings : examineNodes(root, probe);
}

type Probe = { readonly source: Source; readonly times: ProbeTimes; readonly signal: AbortSignal };

function bare(node: Expr): Expr {
  return node.kind === 'paren' ? bare(node.expr) : node;
}

function distinct(selectors: readonly VectorSelector[]): readonly VectorSelector[] {
  const seen = new Map(selectors.map((selector) => [print(selector), selector]));
  return [...seen.values()];
}

/** Every selector has series: the first node from the top that is empty while its parts are not. */
async function examineNodes(node: Expr, probe: Probe): Promise<readonly EmptyFinding[]> {
  for (const child of children(node).map(bare)) {
    if (typeOf(child) !== 'vector' || child.kind === 'vector') continue;
    if (!(await presence(child, probe))) return examineNodes(child, probe);
  }
  if (node.kind === 'call' && NEED_TWO.has(node.name)) return shortWindow(node.args[0], probe);
  if (node.kind === 'call' && node.name === 'histogram_quantile') return withoutLe(node.args[1]);
  if (node.kind !== 'binary') return [];
  const [left, right] = [bare(node.left), bare(node.right)];
  if (isComparison(node.operator) && (typeOf(left) === 'scalar' || typeOf(right) === 'scalar')) {
    const side = typeOf(left) === 'scalar' ? right : left;
    const values = (await valuesOf(side, probe)).filter((value) => !Number.isNaN(value));
    if (values.length === 0) return [];
    return [{ kind: 'filtered', comparison: print(node), low: least(values), high: most(values) }];
  }
  if (
    typeOf(left) !== 'vector' ||
    typeOf(right) !== 'vector' ||
    isComparison(node.operator) ||
    node.operator === 'unless'
  ) {
    return [];
  }
  const [leftLabels, rightLabels] = [await labelsOf(left, probe), await labelsOf(right, probe)];
  if (leftLabels === undefined || rightLabels === undefined) return [];
  const matching = printBinaryModifiers(node).trim();
  return [{ kind: 'no-pairs', operator: node.operator, matching, left: leftLabels, right: rightLabels }];
}

/** The buckets are there, so their label is missing: in the aggregation around them, where there is one. */
function withoutLe(argument: Expr | undefined): readonly EmptyFinding[] {
  const node = argument === undefined ? undefined : bare(argument);
  if (node?.kind !== 'aggregation') return [];
  const lost = node.without === node.grouping.includes('le');
  if (!lost) return [];
  const grouping = node.without ? node.grouping.filter((label) => label !== 'le') : ['le', ...node.grouping];
  return [{ kind: 'no-le', aggregation: print(node), fixed: print({ ...node, grouping }) }];
}

async function shortWindow(argument: Expr | undefined, probe: Probe): Promise<readonly EmptyFinding[]> {
  if (argument?.kind !== 'matrix' || argument.range.ms === undefined) return [];
  const counts = await valuesOfText(`max(count_over_time(${print(argument)}))`, probe);
  if (counts.length > 0 && most(counts) >= 2) return [];
  const wide = { ...argument.selector };
  const around = await valuesOfText(`max(count_over_time(${printRange(wide, '10m')}))`, probe);
  const found = around.length === 0 ? 0 : most(around);
  return [
    {
      kind: 'short-window',
      selector: print(argument),
      windowMs: argument.range.ms,
      spacingMs: found >= 2 ? 600_000 / found : undefined,
    },
  ];
}

/** The selector with a window of its own; offset and `@` stay behind the brackets, where they belong. */
function printRange(selector: VectorSelector, window: string): string {
  const { offset: _offset, at: _at, ...plain } = selector;
  const modifiers = print(selector).slice(print(plain).length);
  return `${print(plain)}[${window}]${modifiers}`;
}

async function valuesOf(node: Expr, probe: Probe): Promise<readonly number[]> {
  return valuesOfText(print(node), probe);
}

async function valuesOfText(query: string, { source, times, signal }: Probe): Promise<readonly number[]> {
  const { data } = await askedTimes(source, query, times, signal);
  if (data.kind === 'vector')
    return data.samples.map(({ value }) => value).filter((value) => typeof value === 'number');
  if (data.kind !== 'matrix') return [];
  return data.series
    .flatMap(({ samples }) => samples.map(({ value }) => value))
    .filter((value) => typeof value === 'number');
}

async function labelsOf(node: Expr, { source, times, signal }: Probe): Promise<Labels | undefined> {
  const { data } = await askedTimes(source, print(node), times, signal);
  if (data.kind === 'vector') return data.samples[0]?.labels;
  return data.kind === 'matrix' ? data.series[0]?.labels : undefined;
}

function least(values: readonly number[]): number {
  return values.reduce((low, value) => Math.min(low, value), Number.POSITIVE_INFINITY);
}

function most(values: readonly number[]): number {
  return values.reduce((high, value) => Math.max(high, value), Number.NEGATIVE_INFINITY);
}
