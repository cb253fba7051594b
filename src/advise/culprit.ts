import type {
  Binary,
  Call,
  Expr,
  LabelMatcher,
  MatrixSelector,
  NodeKind,
  NodeOf,
  VectorSelector,
} from '../promql/ast.ts';
import { isComparison } from '../promql/ast.ts';
import { print, printBinaryModifiers } from '../promql/print.ts';
import { typeOf } from '../promql/types.ts';
import { bare, NEED_TWO } from './ast-tools.ts';
import { selectorCulprits } from './culprit-selector.ts';
import type { AdviceContext, Evidence } from './finding.ts';
import { labelNamesOf, numberOf, type Row } from './rows.ts';
import { spacingOf } from './spacing.ts';
import { counted, listedCode, numberText } from './words.ts';

/**
 * Why a query that succeeded gave nothing: one thing that the data proves. `sentence` says it, `node` is the part of the
 * query that empties it.
 */
export type Culprit = {
  readonly kind:
    | 'metric'
    | 'label'
    | 'value'
    | 'pattern'
    | 'bound'
    | 'contradiction'
    | 'combination'
    | 'elsewhen'
    | 'window'
    | 'filter'
    | 'pairs'
    | 'buckets'
    | 'present'
    | 'removed';
  readonly node: Expr;
  readonly matcher?: LabelMatcher;
  readonly sentence: string;
  readonly evidence: readonly Evidence[];
  readonly facts?: readonly string[];
  /** What should stand in the place of the matcher. */
  readonly meant?: string;
  /** Names of metrics that are spelt alike, the nearest first. */
  readonly near?: readonly string[];
  /** The nearest samples of what is there at another time; milliseconds since 1970. */
  readonly seen?: { readonly beforeMs?: number; readonly afterMs?: number };
};

/**
 * Walks down from the whole query, which is known to be empty, to the first part that is empty although what it is made
 * of is not. Empty when no cause is certain.
 */
export function culpritsOf(context: AdviceContext): Promise<readonly Culprit[]> {
  return context.expr === undefined ? Promise.resolve([]) : causesOf(context.expr, context);
}

function causesOf(expr: Expr, context: AdviceContext): Promise<readonly Culprit[]> {
  const explain = EXPLAIN[expr.kind] as (expr: Expr, context: AdviceContext) => Promise<readonly Culprit[]>;
  return explain(expr, context);
}

const EXPLAIN: { readonly [K in NodeKind]: (expr: NodeOf<K>, context: AdviceContext) => Promise<readonly Culprit[]> } =
  {
    number: async () => [],
    string: async () => [],
    vector: selectorCulprits,
    matrix: (matrix, context) => explainWindow(matrix, context),
    subquery: ({ expr }, context) => causesOf(expr, context),
    call: explainCall,
    aggregation: async ({ expr }, context) => ((await isEmpty(expr, context)) ? causesOf(expr, context) : []),
    binary: explainBinary,
    unary: ({ expr }, context) => causesOf(expr, context),
    paren: ({ expr }, context) => causesOf(expr, context),
  };

/** Whether an instant vector has no row; false for everything that is none, and when it cannot be known. */
async function isEmpty(expr: Expr, context: AdviceContext): Promise<boolean> {
  return typeOf(expr) === 'vector' && (await context.ask(print(expr)))?.length === 0;
}

async function explainCall(call: Call, context: AdviceContext): Promise<readonly Culprit[]> {
  if (call.name === 'absent' || call.name === 'absent_over_time') return explainAbsent(call, context);
  for (const arg of call.args.map(bare)) {
    if (arg.kind === 'matrix') {
      const causes = await explainWindow(arg, context, NEED_TWO.includes(call.name) ? 2 : 1);
      if (causes.length > 0) return causes;
    } else if (arg.kind === 'subquery') {
      if (await isEmpty(arg.expr, context)) return causesOf(arg.expr, context);
    } else if (await isEmpty(arg, context)) return causesOf(arg, context);
  }
  return call.name === 'histogram_quantile' ? explainBuckets(call, context) : [];
}

async function explainAbsent(call: Call, context: AdviceContext): Promise<readonly Culprit[]> {
  const [arg] = call.args;
  if (arg === undefined) return [];
  const query = arg.kind === 'matrix' ? `count(count_over_time(${print(arg)}))` : `count(${print(arg)})`;
  const rows = await context.ask(query);
  if (rows?.[0] === undefined) return [];
  return [
    {
      kind: 'present',
      node: call,
      sentence: `\`${call.name}()\` answers only when nothing is there, and ${numberOf(rows[0])} series ${numberOf(rows[0]) === 1 ? 'is' : 'are'}.`,
      evidence: [{ query, timeMs: context.timeMs, rows }],
    },
  ];
}

async function explainWindow(matrix: MatrixSelector, context: AdviceContext, needed = 1): Promise<readonly Culprit[]> {
  const query = `max(count_over_time(${print(matrix)}))`;
  const rows = await context.ask(query);
  if (rows === undefined) return [];
  const most = rows.length === 0 ? 0 : numberOf(rows[0]);
  if (most >= needed) return [];
  const selector: VectorSelector = matrix.selector;
  if (await isEmpty(selector, context)) return most === 0 ? selectorCulprits(selector, context) : [];
  const { range } = matrix;
  const window = `[${context.query.slice(range.span.start, range.span.end)}]`;
  const bareNumber = /^\[\s*[\d.]+\s*\]$/.test(window);
  const unit = bareNumber
    ? ` Without a unit \`${window}\` means seconds: ${counted((range.ms ?? 0) / 1000, 'second')}.`
    : '';
  const spacing = await spacingOf(selector, context);
  const every =
    spacing === undefined ? '' : ` Here one comes every ${numberText(Math.round(spacing.ms / 1000))} seconds.`;
  return [
    {
      kind: 'window',
      node: matrix,
      sentence: `The window \`${window}\` is too short: it holds ${most === 0 ? 'no sample' : counted(most, 'sample')} of any row, and ${counted(needed, 'sample')} ${needed === 1 ? 'is' : 'are'} needed.${every}${unit}`,
      evidence: [
        ...(rows.length === 0 ? [] : [{ query, timeMs: context.timeMs, rows }]),
        ...(spacing === undefined ? [] : [spacing.evidence]),
      ],
    },
  ];
}

/** The argument has rows and no quantile comes out: then there are no buckets in it. */
async function explainBuckets(call: Call, context: AdviceContext): Promise<readonly Culprit[]> {
  const argument = call.args[1];
  if (argument === undefined) return [];
  const buckets = bare(argument);
  const rows = (await context.ask(print(buckets))) ?? [];
  if (rows.length === 0 || rows.some(({ labels }) => labels.le !== undefined)) return [];
  const lost =
    buckets.kind === 'aggregation' ? ' The aggregation has dropped it: keep it with `by (le)` or `by (…, le)`.' : '';
  return [
    {
      kind: 'buckets',
      node: call,
      sentence: `\`histogram_quantile()\` needs the label \`le\`, the bounds of the buckets, and no row has it.${lost}`,
      evidence: [{ query: print(buckets), timeMs: context.timeMs, rows: rows.slice(0, 2) }],
    },
  ];
}

async function explainBinary(binary: Binary, context: AdviceContext): Promise<readonly Culprit[]> {
  const { left, right, operator } = binary;
  if (await isEmpty(left, context)) return causesOf(left, context);
  const lenient = operator === 'unless' || operator === 'or';
  if (!lenient && (await isEmpty(right, context))) return causesOf(right, context);
  if (binary.matching === undefined) return isComparison(operator) ? explainFilter(binary, context) : [];
  if (operator === 'unless') return explainRemoved(binary, context);
  return lenient ? [] : explainPairs(binary, context);
}

/** `unless` took away every row of the left side. */
async function explainRemoved(binary: Binary, context: AdviceContext): Promise<readonly Culprit[]> {
  const left = (await context.ask(print(binary.left))) ?? [];
  const right = (await context.ask(print(binary.right))) ?? [];
  if (left.length === 0 || right.length === 0) return [];
  const written = printBinaryModifiers(binary).trim();
  return [
    {
      kind: 'removed',
      node: binary,
      sentence: `\`unless\` keeps the rows of the left side that have no partner on the right${written === '' ? '' : `, matched \`${written}\``}, and ${left.length === 1 ? 'the one row there has' : `all ${left.length} rows there have`} one.`,
      evidence: [
        { query: print(binary.left), timeMs: context.timeMs, rows: left.slice(0, 2) },
        { query: print(binary.right), timeMs: context.timeMs, rows: right.slice(0, 2) },
      ],
    },
  ];
}

/** A comparison with a number let nothing through: the values it saw. */
async function explainFilter(binary: Binary, context: AdviceContext): Promise<readonly Culprit[]> {
  const side = typeOf(binary.left) === 'scalar' ? binary.right : binary.left;
  const rows = (await context.ask(print(side))) ?? [];
  if (rows.length === 0) return [];
  const number = print(side === binary.left ? binary.right : binary.left);
  return [
    {
      kind: 'filter',
      node: binary,
      sentence: `No row passes the comparison \`${binary.operator} ${number}\`: ${valuesText(rows)}.`,
      evidence: [{ query: print(side), timeMs: context.timeMs, rows: rows.slice(0, 4) }],
    },
  ];
}

function valuesText(rows: readonly Row[]): string {
  const numbers = rows.map(numberOf).filter((value) => !Number.isNaN(value));
  if (numbers.length === 0) return 'these are the values';
  const low = numbers.reduce((a, b) => Math.min(a, b));
  const high = numbers.reduce((a, b) => Math.max(a, b));
  if (low !== high) return `the values lie between ${numberText(low)} and ${numberText(high)}`;
  return rows.length === 1 ? `the value is ${numberText(low)}` : `the values are all ${numberText(low)}`;
}

/** Both sides have rows, no pair was found: the label names differ, or the values of the labels that count. */
async function explainPairs(binary: Binary, context: AdviceContext): Promise<readonly Culprit[]> {
  const left = (await context.ask(print(binary.left))) ?? [];
  const right = (await context.ask(print(binary.right))) ?? [];
  if (left.length === 0 || right.length === 0) return [];
  const sentence = unpaired(binary, left, right);
  if (sentence === undefined) return [];
  return [
    {
      kind: 'pairs',
      node: binary,
      sentence,
      evidence: [
        { query: print(binary.left), timeMs: context.timeMs, rows: left.slice(0, 1) },
        { query: print(binary.right), timeMs: context.timeMs, rows: right.slice(0, 1) },
      ],
    },
  ];
}

function unpaired(binary: Binary, left: readonly Row[], right: readonly Row[]): string | undefined {
  const matching = binary.matching;
  if (matching === undefined) return undefined;
  const counts = (name: string) => (matching.on ? matching.labels.includes(name) : !matching.labels.includes(name));
  const [leftNames, rightNames] = [labelNamesOf(left).filter(counts), labelNamesOf(right).filter(counts)];
  const onlyLeft = leftNames.filter((name) => !rightNames.includes(name));
  const onlyRight = rightNames.filter((name) => !leftNames.includes(name));
  const written = printBinaryModifiers(binary).trim();
  const by = written === '' ? '' : ` with \`${written}\``;
  if (onlyLeft.length > 0 || onlyRight.length > 0) {
    const sides = [
      ...(onlyLeft.length > 0 ? [`the left side has ${listedCode(onlyLeft)}`] : []),
      ...(onlyRight.length > 0 ? [`the right side has ${listedCode(onlyRight)}`] : []),
    ];
    return `Both sides have rows, but no two have the same labels${by}: only ${sides.join(', only ')}. Aggregate both sides to the same labels, or match \`on (…)\` those they share.`;
  }
  const differing = leftNames.filter((name) => {
    const values = new Set(right.map(({ labels }) => labels[name]));
    return !left.some(({ labels }) => values.has(labels[name]));
  });
  if (differing.length === 0 || isComparison(binary.operator)) return undefined;
  return `Both sides have rows${by}, but no value of ${listedCode(differing)} is on both of them.`;
}
