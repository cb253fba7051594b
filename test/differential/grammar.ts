import type { ValueType } from '../../src/promql/ast.ts';
import type { FunctionRow } from '../../src/promql/functions/row.ts';
import type { Random } from './random.ts';
import {
  COMMON_AGGREGATIONS,
  COMMON_FUNCTIONS,
  FRACTIONS,
  INSTANTS,
  LABELS,
  METRICS,
  type Metric,
  NUMBERS,
  OFFSETS,
  PATTERNS,
  RANGES,
  REGEXES,
  STEPS,
  TEMPLATES,
} from './vocabulary.ts';

/** A piece of a query: its text with the smaller expressions in it, so that it can be taken apart again. */
export type Node = { readonly type: ValueType; readonly parts: readonly (string | Node)[] };

export function textOf(node: Node): string {
  return node.parts.map((part) => (typeof part === 'string' ? part : textOf(part))).join('');
}

/** Everything a query can begin with that has a name. */
export const NAMES: readonly string[] = [...COMMON_FUNCTIONS.map(({ name }) => name), ...COMMON_AGGREGATIONS];

/** A query that begins with one of `NAMES`. */
export function queryOf(random: Random, name: string): Node {
  const row = COMMON_FUNCTIONS.find((known) => known.name === name);
  return row === undefined ? aggregation(random, 2, name) : call(random, row, 2);
}

/** A query nobody wrote; the same one for the same seed. */
export function query(random: Random): Node {
  const depth = random.weighted([
    [2, 1],
    [4, 2],
    [3, 3],
    [1, 4],
  ]);
  return random.weighted<() => Node>([
    [20, () => vector(random, depth)],
    [3, () => scalar(random, depth)],
    [1, () => matrix(random, depth)],
    [0.3, () => string(random)],
  ])();
}

function node(type: ValueType, ...parts: (string | Node)[]): Node {
  return { type, parts };
}

function expression(random: Random, type: ValueType, depth: number): Node {
  return EXPRESSIONS[type](random, depth);
}

const EXPRESSIONS: { readonly [T in ValueType]: (random: Random, depth: number) => Node } = {
  scalar,
  vector,
  matrix,
  string: (random) => string(random),
};

function vector(random: Random, depth: number): Node {
  if (depth <= 0) return random.chance(0.95) ? selector(random) : node('vector', 'vector(', scalar(random, 0), ')');
  return random.weighted<() => Node>([
    [2, () => selector(random)],
    [9, () => call(random, random.pick(COMMON_FUNCTIONS.filter(({ returns }) => returns === 'vector')), depth)],
    [6, () => aggregation(random, depth)],
    [7, () => binary(random, depth)],
    [0.5, () => node('vector', '(', vector(random, depth - 1), ')')],
    [0.7, () => node('vector', random.pick(['-', '+', '- ']), vector(random, depth - 1))],
  ])();
}

function scalar(random: Random, depth: number): Node {
  if (depth <= 0) return node('scalar', random.pick(NUMBERS));
  return random.weighted<() => Node>([
    [3, () => node('scalar', random.pick(NUMBERS))],
    [2, () => call(random, random.pick(COMMON_FUNCTIONS.filter(({ returns }) => returns === 'scalar')), depth)],
    [
      2,
      () =>
        node('scalar', '(', scalar(random, depth - 1), ' ', arithmetic(random), ' ', scalar(random, depth - 1), ')'),
    ],
    [
      1,
      () => node('scalar', scalar(random, depth - 1), ` ${random.pick(COMPARISONS)} bool `, scalar(random, depth - 1)),
    ],
    [1, () => node('scalar', '-', scalar(random, depth - 1))],
  ])();
}

function matrix(random: Random, depth: number): Node {
  if (depth <= 0 || random.chance(0.7)) {
    return node('matrix', bare(random, random.pick(METRICS)), `[${random.pick(RANGES)}]`, modifiers(random, 0.15));
  }
  const inner = random.chance(0.9) ? vector(random, depth - 1) : scalar(random, depth - 1);
  return node('matrix', '(', inner, `)[${random.pick(RANGES)}:${random.pick(STEPS)}]`, modifiers(random, 0.2));
}

function string(random: Random): Node {
  return node('string', random.pick(['"text"', "'it''s'".slice(0, 4).concat("'"), '`raw\\n`', '"\\u00e9\\t"', '""']));
}

function selector(random: Random): Node {
  return node('vector', bare(random, random.pick(METRICS)), modifiers(random, 0.12));
}

/** A metric with some conditions on its labels; now and then by its pattern alone. */
function bare(random: Random, metric: Metric): string {
  const matchers = random.some(Object.keys(metric.labels), 2).map((label) => {
    const known = random.pick(metric.labels[label] ?? ['']);
    const operator = random.weighted([
      [5, '='],
      [2, '!='],
      [3, '=~'],
      [2, '!~'],
    ]);
    const value = operator.includes('~') && random.chance(0.7) ? random.pick(REGEXES) : escaped(known);
    return `${labelName(label)}${operator}"${value}"`;
  });
  if (random.chance(0.06)) matchers.push(`${labelName(random.pick(LABELS))}=${random.pick(['""', '"x"', "'a'"])}`);
  const odd = !/^[a-z_]+$/.test(metric.name) || metric.name === 'sum';
  if (odd && metric.name !== 'sum') return `{${[`"${metric.name}"`, ...matchers].join(random.pick([', ', ',']))}}`;
  if (random.chance(0.05)) {
    const pattern = random.pick([
      `=~"${metric.name}|lonely"`,
      `="${metric.name}"`,
      '=~"jobs_total|retries_total"',
      '!~"[a-v].*"',
    ]);
    return `{${[`__name__${pattern}`, ...matchers].join(', ')}}`;
  }
  return matchers.length === 0 ? metric.name : `${metric.name}{${matchers.join(random.pick([', ', ',', ' , ']))}}`;
}

function labelName(name: string): string {
  return /^\w+$/.test(name) ? name : `"${name}"`;
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"');
}

function modifiers(random: Random, probability: number): string {
  const offset = random.chance(probability) ? ` offset ${random.pick(OFFSETS)}` : '';
  const at = random.chance(probability) ? ` @ ${random.pick(INSTANTS)}` : '';
  return random.chance(0.5) ? offset + at : at + offset;
}

function call(random: Random, row: FunctionRow, depth: number): Node {
  const own = SPECIAL_CALLS[row.name];
  if (own !== undefined) return own(random, depth);
  if (CALENDAR.test(row.name)) return node('vector', `${row.name}(`, moments(random, depth - 1), ')');
  const optional = row.variadic > 0 && random.chance(0.6) ? 0 : row.variadic === 0 ? 0 : 1;
  const types = row.args.slice(0, row.args.length - optional);
  const args = types.map((type, i) => {
    const phi = type === 'scalar' && i === 0 && /quantile|fraction/.test(row.name);
    return phi && random.chance(0.9) ? node('scalar', random.pick(FRACTIONS)) : expression(random, type, depth - 1);
  });
  return node(row.returns, `${row.name}(`, ...args.flatMap((arg, i) => (i === 0 ? [arg] : [', ', arg])), ')');
}

const CALENDAR = /^(day_of_\w+|days_in_month|month|year|hour|minute)$/;

/** Numbers that can be dates. What becomes of others differs from processor to processor. */
function moments(random: Random, depth: number): Node {
  return random.weighted<() => Node>([
    [1, () => node('vector', '')],
    [2, () => node('vector', 'timestamp(', vector(random, depth), ')')],
    [2, () => node('vector', `jobs_total * ${random.pick(['1e6', '-86400', '1e5', '3.7e8'])}`)],
    [
      1,
      () =>
        node(
          'vector',
          `vector(${random.pick(['951782400', '-1', '0', '4e9', 'time()', '253402300799', '-62135596800'])})`,
        ),
    ],
  ])();
}

/** Functions whose arguments must fit together to mean anything. */
const SPECIAL_CALLS: Readonly<Record<string, ((random: Random, depth: number) => Node) | undefined>> = {
  label_replace(random, depth) {
    const target = random.pick([...LABELS, 'new', 'new.label', 'instance']);
    const texts = [target, random.pick(TEMPLATES), random.pick(LABELS), random.pick(PATTERNS)];
    return node('vector', 'label_replace(', vector(random, depth - 1), `, ${texts.map(quoted).join(', ')})`);
  },
  label_join(random, depth) {
    const texts = [
      random.pick([...LABELS, 'new', 'né']),
      random.pick(['-', '', ',', '\\n']),
      ...random.some(LABELS, 3),
    ];
    return node('vector', 'label_join(', vector(random, depth - 1), `, ${texts.map(quoted).join(', ')})`);
  },
  histogram_quantile(random, depth) {
    const phi = random.chance(0.9) ? node('scalar', random.pick(FRACTIONS)) : scalar(random, depth - 1);
    return node('vector', 'histogram_quantile(', phi, ', ', buckets(random, depth - 1), ')');
  },
  histogram_fraction(random, depth) {
    const [low, high] = [random.pick(['-Inf', '0', '0.1', '0.7']), random.pick(['+Inf', '1', '0.25', '3', 'NaN'])];
    return node('vector', `histogram_fraction(${low}, ${high}, `, buckets(random, depth - 1), ')');
  },
  info: undefined,
};

function quoted(text: string): string {
  return `"${text}"`;
}

/** Classic histograms as people ask for them; sometimes anything else. */
function buckets(random: Random, depth: number): Node {
  const metric = random.pick(['wait_seconds_bucket', 'wait_seconds_bucket', 'odd_bucket']);
  const by = metric === 'odd_bucket' ? 'kind' : random.pick(['instance', 'path', 'instance, path', 'code']);
  return random.weighted<() => Node>([
    [4, () => node('vector', `sum by (le, ${by}) (rate(${metric}[${random.pick(RANGES)}]))`)],
    [3, () => node('vector', random.pick(['rate', 'increase', 'delta']), `(${metric}[${random.pick(RANGES)}])`)],
    [2, () => node('vector', metric)],
    [1, () => node('vector', `${metric}{le!="${random.pick(['+Inf', '1', '1.0'])}"}`)],
    [1, () => node('vector', `{__name__=~"wait_seconds_bucket|odd_bucket"}`)],
    [1, () => vector(random, depth)],
  ])();
}

function aggregation(random: Random, depth: number, operator: string = random.pick(COMMON_AGGREGATIONS)): Node {
  const inner = vector(random, depth - 1);
  const parameter = parameterOf(random, operator, depth);
  const labels = random.some(LABELS, 3).map(labelName).join(', ');
  const grouping = random.pick(['', ` by (${labels})`, ` by(${labels},)`.replace('(,)', '()'), ` without (${labels})`]);
  const args = parameter === undefined ? [inner] : [parameter, ', ', inner];
  return random.chance(0.7)
    ? node('vector', `${operator}${grouping} (`, ...args, ')')
    : node('vector', `${operator}(`, ...args, `)${grouping}`);
}

function parameterOf(random: Random, operator: string, depth: number): Node | undefined {
  switch (operator) {
    case 'topk':
    case 'bottomk':
      return random.chance(0.9)
        ? node('scalar', random.pick(['1', '2', '3', '0', '-1', '2.7', '100']))
        : scalar(random, depth - 1);
    case 'quantile':
      return random.chance(0.9) ? node('scalar', random.pick(FRACTIONS)) : scalar(random, depth - 1);
    case 'count_values':
      return node('string', random.pick(['"value"', '"instance"', '"le"', '"val.ue"', '"__name__"']));
    default:
      return undefined;
  }
}

const COMPARISONS = ['==', '!=', '>', '<', '>=', '<='];
const SETS = ['and', 'or', 'unless'];

function arithmetic(random: Random): string {
  return random.pick(['+', '-', '*', '/', '%', '^', 'atan2']);
}

function binary(random: Random, depth: number): Node {
  const operator = random.weighted<() => string>([
    [5, () => arithmetic(random)],
    [3, () => `${random.pick(COMPARISONS)}${random.chance(0.4) ? ' bool' : ''}`],
  ])();
  return random.weighted<() => Node>([
    [3, () => flipped(random, vector(random, depth - 1), ` ${operator} `, scalar(random, depth - 1))],
    [2, () => joined(random, operator, depth)],
    [2, () => aggregatedAlike(random, operator, depth)],
    [2, () => same(random, operator)],
    [
      2,
      () =>
        node(
          'vector',
          vector(random, depth - 1),
          ` ${random.pick(SETS)}${matching(random, 0.4)} `,
          vector(random, depth - 1),
        ),
    ],
    [
      1,
      () =>
        node(
          'vector',
          vector(random, depth - 1),
          ` ${operator}${matching(random, 0.6)}${group(random)} `,
          vector(random, depth - 1),
        ),
    ],
  ])();
}

function flipped(random: Random, left: Node, operator: string, right: Node): Node {
  return random.chance(0.6) ? node('vector', left, operator, right) : node('vector', right, operator, left);
}

/** Many series of an instance with the one that tells its build. */
function joined(random: Random, operator: string, depth: number): Node {
  const labels = random.pick(['version', '', 'version, nothing', '__name__', 'instance']);
  const one = random.pick(['build_info', 'target_up', 'retries_total', 'sum by (instance, code) (retries_total)']);
  const many = random.chance(0.5) ? vector(random, depth - 1) : node('vector', bare(random, random.pick(METRICS)));
  return random.chance(0.6)
    ? node('vector', many, ` ${operator} on (instance) group_left (${labels}) `, node('vector', one))
    : node('vector', node('vector', one), ` ${operator} on (instance) group_right (${labels}) `, many);
}

/** Two aggregations by the same labels find each other. */
function aggregatedAlike(random: Random, operator: string, depth: number): Node {
  const by = `by (${random.pick(['instance', 'instance, code', 'code', '', 'le, instance'])})`;
  const side = () =>
    node('vector', `${random.pick(['sum', 'avg', 'max', 'count'])} ${by} (`, vector(random, depth - 1), ')');
  return node('vector', side(), ` ${operator} `, side());
}

/** A metric with itself at another time or by another function. */
function same(random: Random, operator: string): Node {
  const metric = bare(random, random.pick(METRICS));
  const right = random.pick([` offset ${random.pick(OFFSETS)}`, ` @ ${random.pick(INSTANTS)}`, '']);
  const match = random.pick(['', ' ignoring (nothing)', ' ignoring ()', ' on (instance)']);
  return node('vector', node('vector', metric), ` ${operator}${match} `, node('vector', metric, right));
}

function matching(random: Random, probability: number): string {
  if (!random.chance(probability)) return '';
  return ` ${random.pick(['on', 'ignoring'])} (${random.some(LABELS, 3).map(labelName).join(', ')})`;
}

function group(random: Random): string {
  return random.pick(['', '', ' group_left', ' group_right ()', ' group_left (code)']);
}
