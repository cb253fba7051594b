import type { Binary, Call, Expr, MatrixSelector, NodeKind, NodeOf, VectorSelector } from '../promql/ast.ts';
import { isComparison } from '../promql/ast.ts';
import { parse } from '../promql/parse.ts';
import { print } from '../promql/print.ts';
import { typeOf } from '../promql/types.ts';
import type { Asker, Outcome } from './ask.ts';
import { type Row, rowsOf } from './compare.ts';
import type { Compared } from './describe-difference.ts';
import { explainSelector } from './explain-selector.ts';
import type { Ground, Moment } from './ground.ts';
import { type Cause, isEmpty, type Probe, rowsAt } from './probe.ts';
import type { Feedback } from './verdict.ts';
import { counted, labelText, listed, rowLines, valueText } from './words.ts';

/**
 * Why an answer returns nothing where rows were expected: the tree is walked down to the first part that is empty
 * although what it is made of is not. Empty when the answer has rows, or when no cause is certain.
 */
export async function explainEmpty(
  answer: string,
  findings: { readonly given: readonly Outcome[]; readonly compared: readonly Compared[]; readonly shownAt: Moment },
  ground: Ground,
  asker: Asker,
): Promise<readonly Feedback[]> {
  const moment = emptyMoment(findings, ground);
  const parsed = parse(answer);
  if (moment === undefined || parsed.kind === 'error') return [];
  const causes = await causesOf(parsed.expr, { ground, asker, moment, text: answer });
  return causes.map((cause) => ({ kind: 'empty', ...cause }));
}

const ALL_ROWS = { compare: 'values', nan: 'strict' } as const;

/** The moment the exercise is shown at when the answer is empty there, else the first that is empty and should not be. */
function emptyMoment(
  { given, compared, shownAt }: Parameters<typeof explainEmpty>[1],
  ground: Ground,
): Moment | undefined {
  const empty = ground.moments.filter((_, index) => {
    const outcome = given[index];
    const comparison = compared[index]?.comparison;
    return outcome?.kind === 'ok' && comparison?.kind === 'rows' && rowsOf(outcome.result.data, ALL_ROWS).length === 0;
  });
  return empty.find(({ ms }) => ms === shownAt.ms) ?? empty[0];
}

/** The causes of an expression that is known to be empty. */
function causesOf(expr: Expr, probe: Probe): Promise<readonly Cause[]> {
  const explain = EXPLAIN[expr.kind] as (expr: Expr, probe: Probe) => Promise<readonly Cause[]>;
  return explain(expr, probe);
}

const EXPLAIN: { readonly [K in NodeKind]: (expr: NodeOf<K>, probe: Probe) => Promise<readonly Cause[]> } = {
  number: async () => [],
  string: async () => [],
  vector: explainSelector,
  matrix: explainWindow,
  subquery: ({ expr }, probe) => causesOf(expr, probe),
  call: explainCall,
  aggregation: async ({ expr }, probe) => ((await isEmpty(expr, probe)) ? causesOf(expr, probe) : []),
  binary: explainBinary,
  unary: ({ expr }, probe) => causesOf(expr, probe),
  paren: ({ expr }, probe) => causesOf(expr, probe),
};

/** Functions whose result needs two samples in the window. */
const TWO_SAMPLES = ['rate', 'irate', 'increase', 'delta', 'idelta', 'deriv', 'predict_linear'];

async function explainCall(call: Call, probe: Probe): Promise<readonly Cause[]> {
  for (const arg of call.args) {
    if (arg.kind === 'matrix') {
      const causes = await explainWindow(arg, probe, TWO_SAMPLES.includes(call.name) ? 2 : 1);
      if (causes.length > 0) return causes;
    } else if (await isEmpty(arg, probe)) return causesOf(arg, probe);
  }
  return call.name === 'histogram_quantile' ? explainBuckets(call, probe) : [];
}

async function explainWindow(matrix: MatrixSelector, probe: Probe, needed = 1): Promise<readonly Cause[]> {
  const most = await mostSamples(matrix, probe);
  if (most >= needed) return [];
  const selector: VectorSelector = matrix.selector;
  if (await isEmpty(selector, probe)) return most === 0 ? explainSelector(selector, probe) : [];
  const { range } = matrix;
  const window = `[${probe.text.slice(range.span.start, range.span.end)}]`;
  const bare = /^\[\s*[\d.]+\s*\]$/.test(window);
  const unit = bare ? ` Without a unit \`${window}\` means seconds: ${counted((range.ms ?? 0) / 1000, 'second')}.` : '';
  return [
    {
      message: `The window \`${window}\` is too short: it holds ${most === 0 ? 'no sample' : counted(most, 'sample')} of any row, and ${counted(needed, 'sample')} ${needed === 1 ? 'is' : 'are'} needed.${unit}`,
      evidence: await sampleEvidence(selector, probe),
    },
  ];
}

async function mostSamples(matrix: MatrixSelector, probe: Probe): Promise<number> {
  return (await rowsAt(`max(count_over_time(${print(matrix)}))`, probe))?.map(({ value }) => Number(value))[0] ?? 0;
}

async function sampleEvidence(
  { offset: _, at: __, ...selector }: VectorSelector,
  probe: Probe,
): Promise<readonly string[]> {
  const count = (await rowsAt(`max(count_over_time(${print(selector)}[5m]))`, probe))?.map(({ value }) =>
    Number(value),
  )[0];
  return count === undefined ? [] : [`${count} samples in 5 minutes: one every ${Math.round(300 / count)} seconds`];
}

/** The argument has rows and no quantile comes out: then there are no buckets in it. */
async function explainBuckets(call: Call, probe: Probe): Promise<readonly Cause[]> {
  const buckets = call.args[1];
  if (buckets === undefined) return [];
  const rows = (await rowsAt(buckets, probe)) ?? [];
  if (rows.length === 0 || rows.some(({ labels }) => labels.le !== undefined)) return [];
  const lost =
    buckets.kind === 'aggregation'
      ? ' The aggregation has dropped it: keep it with `by (le)` or `by (provider, le)`.'
      : '';
  return [
    {
      message: `\`histogram_quantile()\` needs the label \`le\`, the bounds of the buckets, and no row has it.${lost}`,
      evidence: rowLines(rows, 2),
    },
  ];
}

async function explainBinary(binary: Binary, probe: Probe): Promise<readonly Cause[]> {
  const { left, right, operator } = binary;
  const [noLeft, noRight] = [await isEmpty(left, probe), await isEmpty(right, probe)];
  if (noLeft) return causesOf(left, probe);
  if (noRight && operator !== 'unless' && operator !== 'or') return causesOf(right, probe);
  if (binary.matching === undefined) return isComparison(operator) ? explainFilter(binary, probe) : [];
  return operator === 'unless' || operator === 'or' ? [] : explainMatching(binary, probe);
}

/** A comparison with a number let nothing through: the values it saw. */
async function explainFilter(binary: Binary, probe: Probe): Promise<readonly Cause[]> {
  const side = typeOf(binary.left) === 'scalar' ? binary.right : binary.left;
  const rows = (await rowsAt(side, probe)) ?? [];
  return [
    {
      message: `No row passes the comparison \`${binary.operator}\`: at \`${probe.moment.name}\` these are the values.`,
      evidence: rowLines(rows),
    },
  ];
}

/** Both sides have rows, no pair was found. Either the label names differ, or the values, or a comparison kept none. */
async function explainMatching(binary: Binary, probe: Probe): Promise<readonly Cause[]> {
  const left = (await rowsAt(binary.left, probe)) ?? [];
  const right = (await rowsAt(binary.right, probe)) ?? [];
  const [onlyLeft, onlyRight] = [namesOnlyIn(left, right), namesOnlyIn(right, left)];
  if (binary.matching?.on === true || (binary.matching?.labels.length ?? 0) > 0) return [];
  if (onlyLeft.length === 0 && onlyRight.length === 0) return [];
  const sides = [
    ...(onlyLeft.length > 0 ? [`the left side has ${names(onlyLeft)}`] : []),
    ...(onlyRight.length > 0 ? [`the right side has ${names(onlyRight)}`] : []),
  ];
  return [
    {
      message: `Both sides have rows, but no two have the same labels: only ${sides.join(', only ')}. Aggregate both sides to the same labels.`,
      evidence: [`left   ${sampleRow(left)}`, `right  ${sampleRow(right)}`],
    },
  ];
}

function namesOnlyIn(rows: readonly Row[], others: readonly Row[]): readonly string[] {
  const known = new Set(others.flatMap(({ labels }) => Object.keys(labels)));
  return [...new Set(rows.flatMap(({ labels }) => Object.keys(labels)))].filter((name) => !known.has(name)).sort();
}

function names(list: readonly string[]): string {
  return listed(list.map((name) => `\`${name}\``));
}

function sampleRow([row]: readonly Row[]): string {
  return row === undefined ? '' : `${labelText(row.labels)}  ${valueText(row.value)}`;
}
