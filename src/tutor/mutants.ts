import type {
  Aggregation,
  Binary,
  Call,
  Duration,
  Expr,
  LabelMatcher,
  NodeKind,
  NodeOf,
  VectorSelector,
} from '../promql/ast.ts';
import { isComparison, isSetOperator } from '../promql/ast.ts';
import { parse } from '../promql/parse.ts';
import { print } from '../promql/print.ts';
import { mapExpr, walk } from '../promql/walk.ts';
import { normalised } from './recognise.ts';

/** A query that is like the reference but for one change, as a learner might get it wrong. */
export type Mutant = { readonly query: string; readonly change: string };

/** Every query that one small change makes of this one and that is still PromQL; none twice, none the same as it. */
export function mutantsOf(query: string): readonly Mutant[] {
  const parsed = parse(query);
  if (parsed.kind === 'error') return [];
  const root = parsed.expr;
  const seen = new Set([normalised(query)]);
  const found: Mutant[] = [];
  walk(root, (node, path) => {
    const zeroed = path.some(isZeroed);
    for (const { to, change } of (CHANGES[node.kind] as (node: Expr) => readonly Change[])(node)) {
      if (zeroed && !/label|by|without/.test(change)) continue;
      const text = print(replaced(root, node, to));
      const key = normalised(text);
      if (seen.has(key) || parse(text).kind === 'error') continue;
      seen.add(key);
      found.push({ query: text, change });
    }
  });
  return found;
}

/** `x * 0` is made for the labels of x: what its values are does not matter. */
function isZeroed(node: Expr): boolean {
  return (
    node.kind === 'binary' &&
    node.operator === '*' &&
    [node.left, node.right].some((side) => side.kind === 'number' && side.value === 0)
  );
}

type Change = { readonly to: Expr; readonly change: string };

/** Nodes are known by their place in the text. A node that took another's place is not changed again. */
function replaced(root: Expr, node: Expr, to: Expr): Expr {
  return mapExpr(root, (current) =>
    current.kind === node.kind && current.span.start === node.span.start && current.span.end === node.span.end
      ? to
      : current,
  );
}

const CHANGES: { readonly [K in NodeKind]: (node: NodeOf<K>) => readonly Change[] } = {
  number: () => [],
  string: () => [],
  vector: changeSelector,
  matrix: (node) =>
    [2, 0.2].flatMap((factor) => {
      const range = scaled(node.range, factor);
      return range === undefined ? [] : [{ to: { ...node, range }, change: `window times ${factor}` }];
    }),
  subquery: (node) => [
    ...[2, 0.5].flatMap((factor) => {
      const range = scaled(node.range, factor);
      return range === undefined ? [] : [{ to: { ...node, range }, change: `subquery range times ${factor}` }];
    }),
    ...(node.step === undefined
      ? []
      : [4].flatMap((factor) => {
          const step = node.step === undefined ? undefined : scaled(node.step, factor);
          return step === undefined ? [] : [{ to: { ...node, step }, change: `subquery step times ${factor}` }];
        })),
  ],
  call: changeCall,
  aggregation: changeAggregation,
  binary: changeBinary,
  unary: (node) => [{ to: node.expr, change: `drop ${node.operator}` }],
  paren: () => [],
};

const ALONG_TIME: Readonly<Record<string, readonly string[]>> = {
  rate: ['increase', 'irate', 'delta', 'deriv'],
  irate: ['rate', 'increase'],
  increase: ['rate', 'delta', 'irate'],
  delta: ['increase', 'rate', 'deriv', 'idelta'],
  deriv: ['delta', 'rate'],
  avg_over_time: ['max_over_time', 'min_over_time', 'sum_over_time', 'count_over_time', 'last_over_time'],
  max_over_time: ['avg_over_time', 'min_over_time', 'sum_over_time', 'last_over_time'],
  min_over_time: ['avg_over_time', 'max_over_time', 'last_over_time'],
  sum_over_time: ['avg_over_time', 'count_over_time', 'max_over_time'],
  count_over_time: ['sum_over_time', 'changes'],
  changes: ['resets', 'count_over_time'],
  resets: ['changes'],
  absent: ['count'],
};

function changeCall(node: Call): readonly Change[] {
  const renamed = (ALONG_TIME[node.name] ?? [])
    .filter((name) => name !== 'count')
    .map((name) => ({ to: { ...node, name }, change: `${node.name} to ${name}` }));
  const dropped = node.args.flatMap((arg) => {
    const inner = arg.kind === 'matrix' ? arg.selector : arg.kind === 'subquery' ? arg.expr : arg;
    return inner.kind === 'number' || inner.kind === 'string' ? [] : [{ to: inner, change: `drop ${node.name}` }];
  });
  return [...renamed, ...dropped, ...otherParameter(node)];
}

/** `histogram_quantile(0.99, …)`: another quantile, and percent for a share. */
function otherParameter(node: Call): readonly Change[] {
  const [first, ...rest] = node.args;
  if (first?.kind !== 'number' || !/quantile/.test(node.name)) return [];
  return [0.5, 0.9, 0.95, 0.99, first.value * 100]
    .filter((value) => value !== first.value)
    .map((value) => ({ to: { ...node, args: [{ ...first, value }, ...rest] }, change: `quantile ${value}` }));
}

const ACROSS: Readonly<Partial<Record<Aggregation['operator'], readonly Aggregation['operator'][]>>> = {
  sum: ['avg', 'max', 'min', 'count'],
  avg: ['sum', 'max', 'min'],
  max: ['min', 'sum', 'avg'],
  min: ['max', 'sum', 'avg'],
  count: ['sum', 'group'],
  topk: ['bottomk'],
  bottomk: ['topk'],
};

/** Labels a learner of the bundled service may take one for the other. */
const LABELS: readonly string[] = ['provider', 'instance', 'status', 'type', 'job', 'le'];

function changeAggregation(node: Aggregation): readonly Change[] {
  const { modifierSpan: _, ...plain } = node;
  const grouped = (grouping: readonly string[], without = node.without): Aggregation => ({
    ...plain,
    grouping,
    without,
  });
  const { parameter } = node;
  return [
    { to: node.expr, change: `drop ${node.operator}` },
    ...(ACROSS[node.operator] ?? []).map((operator) => ({
      to: { ...node, operator },
      change: `${node.operator} to ${operator}`,
    })),
    ...(node.grouping.length > 0
      ? [{ to: grouped([], false), change: node.without ? 'drop without' : 'drop by' }]
      : []),
    ...(node.grouping.length > 0
      ? [{ to: grouped(node.grouping, !node.without), change: node.without ? 'without to by' : 'by to without' }]
      : []),
    ...node.grouping.map((label) => ({
      to: grouped(node.grouping.filter((name) => name !== label)),
      change: `drop label ${label}`,
    })),
    ...node.grouping.flatMap((label) =>
      LABELS.filter((name) => name !== label && name !== 'le' && !node.grouping.includes(name)).map((name) => ({
        to: grouped(node.grouping.map((one) => (one === label ? name : one))),
        change: `label ${label} to ${name}`,
      })),
    ),
    ...(node.grouping.length === 0 ? [{ to: grouped(['instance'], false), change: 'add by (instance)' }] : []),
    ...(parameter?.kind === 'number'
      ? [
          {
            to: { ...node, parameter: { ...parameter, value: parameter.value < 1 ? 0.5 : parameter.value + 1 } },
            change: 'another parameter',
          },
        ]
      : []),
  ];
}

function changeBinary(node: Binary): readonly Change[] {
  const { operator } = node;
  const commutes = operator === '+' || operator === '*' || operator === '==' || operator === '!=';
  const matched = node.matching;
  const swapped: Binary = {
    ...node,
    left: node.right,
    right: node.left,
    ...(matched === undefined ? {} : { matching: { ...matched, cardinality: TURNED[matched.cardinality] } }),
  };
  return [
    ...(commutes && operator !== '==' && operator !== '!='
      ? []
      : commutes
        ? []
        : [{ to: swapped, change: 'swap sides' }]),
    ...sideAlone(node),
    ...(OPERATORS[operator] ?? [])
      .filter((other) => meetsExactly(node) || !/^[<>]=$/.test(other))
      .map((other) => ({
        to: { ...node, operator: other },
        change: `${operator} to ${other}`,
      })),
    ...(isComparison(operator)
      ? [{ to: { ...node, bool: !node.bool }, change: node.bool ? 'drop bool' : 'add bool' }]
      : []),
    ...(isComparison(operator) ? [{ to: node.left, change: 'drop comparison' }] : []),
    ...otherNumber(node),
    ...otherMatching(node),
  ];
}

const TURNED = {
  'one-to-one': 'one-to-one',
  'many-to-one': 'one-to-many',
  'one-to-many': 'many-to-one',
  'many-to-many': 'many-to-many',
} as const;

const OPERATORS: Readonly<Partial<Record<Binary['operator'], readonly Binary['operator'][]>>> = {
  '+': ['-'],
  '-': ['+'],
  '*': ['/'],
  '/': ['*', '-'],
  '>': ['<', '>=', '=='],
  '<': ['>', '<=', '=='],
  '>=': ['>', '<='],
  '<=': ['<', '>='],
  '==': ['!=', '>', '<'],
  '!=': ['==', '>', '<'],
  and: ['or', 'unless'],
  or: ['and', 'unless'],
  unless: ['and', 'or'],
};

function sideAlone(node: Binary): readonly Change[] {
  const number = (expr: Expr) => expr.kind === 'number';
  return [
    ...(number(node.left) ? [] : [{ to: node.left, change: `drop ${node.operator} and what follows` }]),
    ...(number(node.right) ? [] : [{ to: node.right, change: `drop what stands before ${node.operator}` }]),
  ];
}

function otherNumber(node: Binary): readonly Change[] {
  const change = (side: 'left' | 'right'): readonly Change[] => {
    const number = node[side];
    if (number.kind !== 'number') return [];
    const { value } = number;
    return (value === 0 ? [1] : [value * 10, value / 10].map((other) => Number(other.toPrecision(12)))).map(
      (other) => ({
        to: { ...node, [side]: { ...number, value: other } },
        change: `number ${value} to ${other}`,
      }),
    );
  };
  return [...change('left'), ...change('right')];
}

/** Whether a measured value may be equal to the number that it is compared with. */
function meetsExactly({ left, right }: Binary): boolean {
  return [left, right].every((side) => side.kind !== 'number' || Number.isInteger(side.value));
}

function otherMatching(node: Binary): readonly Change[] {
  const { matching, matchingSpan: _, ...plain } = node;
  if (matching === undefined) return [];
  const written = matching.on || matching.labels.length > 0;
  const grouped = matching.cardinality === 'many-to-one' || matching.cardinality === 'one-to-many';
  const to = (change: Partial<typeof matching>): Binary => ({ ...plain, matching: { ...matching, ...change } });
  return [
    ...(written
      ? [
          {
            to: to({
              on: false,
              labels: [],
              include: [],
              cardinality: isSetOperator(node.operator) ? 'many-to-many' : 'one-to-one',
            }),
            change: 'drop the matching',
          },
        ]
      : []),
    ...(written ? [{ to: to({ on: !matching.on }), change: matching.on ? 'on to ignoring' : 'ignoring to on' }] : []),
    ...(grouped ? [{ to: to({ cardinality: 'one-to-one', include: [] }), change: 'drop the group modifier' }] : []),
    ...(grouped ? [{ to: to({ cardinality: TURNED[matching.cardinality] }), change: 'turn the group modifier' }] : []),
    ...(matching.include.length > 0 ? [{ to: to({ include: [] }), change: 'drop the included labels' }] : []),
    ...(matching.labels.length > 1
      ? matching.labels.map((label) => ({
          to: to({ labels: matching.labels.filter((name) => name !== label) }),
          change: `drop label ${label} of the matching`,
        }))
      : []),
  ];
}

/** Values of the bundled service by label, and its metrics that are easily confused. */
const VALUES: Readonly<Record<string, readonly string[]>> = {
  provider: ['openai', 'anthropic', 'mistral'],
  status: ['success', 'error'],
  job: ['sse-streaming', 'prometheus'],
  instance: ['sse-app:8000', 'sse-app-2:8000'],
  type: ['timeout', 'rate_limit', 'upstream_5xx', 'circuit_open'],
  le: ['0.5', '1.0', '2.5', '+Inf'],
};

const METRICS: readonly (readonly string[])[] = [
  ['sse_requests_total', 'sse_errors_total'],
  ['sse_request_duration_seconds_bucket', 'sse_request_duration_seconds_count', 'sse_request_duration_seconds_sum'],
  ['sse_active_connections', 'sse_circuit_breaker_state'],
];

const OTHER_OPERATOR = { '=': '!=', '!=': '=', '=~': '=', '!~': '=~' } as const;

function changeSelector(node: VectorSelector): readonly Change[] {
  const withMatcher = (matcher: LabelMatcher, to: Partial<LabelMatcher>): VectorSelector => ({
    ...node,
    matchers: node.matchers.map((one) => (one === matcher ? { ...one, ...to } : one)),
  });
  const { offset } = node;
  const { offset: _, ...unshifted } = node;
  const twice = offset === undefined ? undefined : scaled(offset, 2);
  const names = METRICS.find((family) => family.includes(node.name)) ?? [];
  return [
    ...names
      .filter((name) => name !== node.name)
      .map((name) => ({ to: { ...node, name }, change: `${node.name} to ${name}` })),
    ...node.matchers.flatMap((matcher) => [
      ...(node.name !== '' || node.matchers.length > 1
        ? [
            {
              to: { ...node, matchers: node.matchers.filter((one) => one !== matcher) },
              change: `drop ${matcher.name}`,
            },
          ]
        : []),
      {
        to: withMatcher(matcher, { operator: OTHER_OPERATOR[matcher.operator] }),
        change: `${matcher.operator} to ${OTHER_OPERATOR[matcher.operator]}`,
      },
      ...(VALUES[matcher.name] ?? [])
        .filter((value) => value !== matcher.value)
        .map((value) => ({ to: withMatcher(matcher, { value }), change: `${matcher.name} to ${value}` })),
    ]),
    ...(offset === undefined
      ? [{ to: { ...node, offset: FIVE_MINUTES }, change: 'add offset 5m' }]
      : [
          { to: unshifted, change: 'drop offset' },
          ...(twice === undefined ? [] : [{ to: { ...node, offset: twice }, change: 'offset times 2' }]),
        ]),
  ];
}

const FIVE_MINUTES = duration(300_000);

function duration(ms: number): Duration {
  const span = { start: 0, end: 0 };
  return { ms, expr: { kind: 'duration-literal', span, seconds: ms / 1000, units: true }, span };
}

/** Undefined for durations that depend on the query, and for those too short to matter. */
function scaled({ ms }: Duration, factor: number): Duration | undefined {
  const to = ms === undefined ? undefined : Math.round((ms * factor) / 1000) * 1000;
  return to === undefined || to <= 0 || to === ms ? undefined : duration(to);
}
