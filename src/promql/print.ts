import type {
  AtModifier,
  Binary,
  Duration,
  DurationExpr,
  Expr,
  LabelMatcher,
  NodeKind,
  NodeOf,
  TimeModifiers,
  VectorMatching,
  VectorSelector,
} from './ast.ts';
import { formatDuration } from './duration.ts';
import { formatPlain } from './maths/go-float.ts';
import { precedenceOf, UNARY_OPERAND_PRECEDENCE } from './syntax/parse-binary.ts';
import { quote } from './syntax/quote.ts';

/**
 * The expression as text on one line. Parsing it again gives the same tree; parentheses are added where a tree that was
 * built by hand needs them.
 */
export function print(node: Expr): string {
  return (PRINTERS[node.kind] as (node: Expr) => string)(node);
}

/** The `by (…)`, `without (…)` part of an aggregation with a space in front, empty when there is none. */
export function printGrouping(node: NodeOf<'aggregation'>): string {
  if (!node.without && node.grouping.length === 0) return '';
  return ` ${node.without ? 'without' : 'by'} (${printLabels(node.grouping)})`;
}

/** `bool`, `on (…)` and what belongs to it, each with a space in front. */
export function printBinaryModifiers(node: Binary): string {
  return (node.bool ? ' bool' : '') + (node.matching === undefined ? '' : printMatching(node.matching));
}

/** What follows the expression of a subquery: `[1h:5m] offset 1d`. */
export function printSubqueryTime(node: NodeOf<'subquery'>): string {
  const step = node.step === undefined ? '' : printDuration(node.step);
  return `[${printDuration(node.range)}:${step}]${printModifiers(node)}`;
}

/** A name as it may stand in label lists and matchers: quoted when it is no plain identifier. */
export function printLabelName(name: string): string {
  return /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name) ? name : quote(name);
}

/** A selector for a metric of any name: bare where the name allows it, otherwise quoted in braces. */
export function printMetricSelector(name: string): string {
  return /^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(name) ? name : `{${quote(name)}}`;
}

export function printMatcher({ name, operator, value }: Pick<LabelMatcher, 'name' | 'operator' | 'value'>): string {
  return `${printLabelName(name)}${operator}${quote(value)}`;
}

export function printNumber(value: number): string {
  return formatPlain(value);
}

type PrintTable = { readonly [K in NodeKind]: (node: NodeOf<K>) => string };

const PRINTERS: PrintTable = {
  number: (node) => (node.duration ? printSeconds(node.value) : printNumber(node.value)),
  string: (node) => quote(node.value),
  vector: (node) => printSelector(node) + printExtension(node) + printModifiers(node),
  matrix: ({ selector, range }) =>
    `${printSelector(selector)}[${printDuration(range)}]${printExtension(selector)}${printModifiers(selector)}`,
  subquery: (node) => printTight(node.expr) + printSubqueryTime(node),
  call: (node) => `${node.name}(${node.args.map(print).join(', ')})`,
  aggregation: (node) => {
    const grouping = printGrouping(node);
    const args = node.parameter === undefined ? print(node.expr) : `${print(node.parameter)}, ${print(node.expr)}`;
    return `${node.operator}${grouping === '' ? '' : `${grouping} `}(${args})`;
  },
  binary: (node) => {
    const precedence = precedenceOf(node.operator);
    const right = node.operator === '^';
    const left = printOperand(node.left, right ? precedence + 1 : precedence);
    return `${left} ${node.operator}${printBinaryModifiers(node)} ${printOperand(node.right, right ? precedence : precedence + 1)}`;
  },
  unary: (node) => `${node.operator}${printUnaryOperand(node.expr)}`,
  paren: (node) => `(${print(node.expr)})`,
};

/** A side of an operator, in parentheses when its own operator binds looser than `minimum`. */
function printOperand(node: Expr, minimum: number): string {
  const text = print(node);
  if (node.kind === 'binary' && precedenceOf(node.operator) < minimum) return `(${text})`;
  const signed = node.kind === 'unary' || (node.kind === 'number' && text.startsWith('-'));
  // A sign on the left of `^` would take the power with it.
  if (signed && minimum > UNARY_OPERAND_PRECEDENCE) return `(${text})`;
  return text;
}

function printUnaryOperand(node: Expr): string {
  const text = printOperand(node, UNARY_OPERAND_PRECEDENCE);
  // A sign before a bare number would become part of it.
  return node.kind === 'number' ? `(${text})` : text;
}

/** An expression a subquery can be taken of without changing what it belongs to. */
function printTight(node: Expr): string {
  const loose = node.kind === 'binary' || node.kind === 'unary' || (node.kind === 'number' && node.value < 0);
  return loose ? `(${print(node)})` : print(node);
}

function printSelector(node: VectorSelector): string {
  if (node.matchers.length === 0 && node.name !== '') return node.name;
  return `${node.name}{${node.matchers.map(printMatcher).join(',')}}`;
}

function printExtension(node: VectorSelector): string {
  return node.extension === undefined ? '' : ` ${node.extension}`;
}

function printModifiers({ at, offset }: TimeModifiers): string {
  return (
    (at === undefined ? '' : ` @ ${printAt(at)}`) + (offset === undefined ? '' : ` offset ${printDuration(offset)}`)
  );
}

function printAt(at: AtModifier): string {
  return at.kind === 'timestamp' ? (at.ms / 1000).toFixed(3) : `${at.kind}()`;
}

export function printLabels(names: readonly string[]): string {
  return names.map(printLabelName).join(', ');
}

function printMatching(matching: VectorMatching): string {
  const { cardinality, on, labels, include, fillLeft, fillRight } = matching;
  const grouped = cardinality === 'many-to-one' || cardinality === 'one-to-many';
  let out = '';
  if (labels.length > 0 || on || grouped) out += ` ${on ? 'on' : 'ignoring'} (${printLabels(labels)})`;
  if (grouped) out += ` group_${cardinality === 'many-to-one' ? 'left' : 'right'} (${printLabels(include)})`;
  if (fillLeft !== undefined && Object.is(fillLeft, fillRight)) return `${out} fill (${printNumber(fillLeft)})`;
  if (fillLeft !== undefined) out += ` fill_left (${printNumber(fillLeft)})`;
  if (fillRight !== undefined) out += ` fill_right (${printNumber(fillRight)})`;
  return out;
}

export function printDuration({ expr }: Duration): string {
  return printDurationExpr(expr);
}

function printDurationExpr(expr: DurationExpr): string {
  switch (expr.kind) {
    case 'duration-literal':
      return expr.units ? printSeconds(expr.seconds) : printNumber(expr.seconds);
    case 'duration-query':
      return `${expr.name}()`;
    case 'duration-choice':
      return `${expr.name}(${printDurationExpr(expr.left)}, ${printDurationExpr(expr.right)})`;
    case 'duration-unary':
      return `${expr.operator}${printDurationExpr(expr.expr)}`;
    case 'duration-paren':
      return `(${printDurationExpr(expr.expr)})`;
    case 'duration-binary':
      return `${printDurationExpr(expr.left)} ${expr.operator} ${printDurationExpr(expr.right)}`;
  }
}

function printSeconds(seconds: number): string {
  const sign = seconds < 0 || Object.is(seconds, -0) ? '-' : '';
  return sign + formatDuration(Math.round(Math.abs(seconds) * 1000));
}
