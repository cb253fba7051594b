import type { Expr, NodeKind, NodeOf } from './ast.ts';
import { attachComments, type Comments, NO_COMMENTS } from './comments.ts';
import { print, printBinaryModifiers, printGrouping, printMatcher, printSubqueryTime } from './print.ts';
import { children, mapExpr } from './walk.ts';

/**
 * The expression over several lines where one would be too long, as Prometheus' own formatter breaks it: what is inside
 * parentheses or an operator's side goes onto lines of its own, two spaces deeper; matchers are put in order. Comments
 * are lost. https://github.com/prometheus/prometheus/blob/main/promql/parser/prettier_rules.md
 */
export function pretty(node: Expr): string {
  const place = { level: 0, comments: NO_COMMENTS, outdented: true, long: new Map() };
  return broken(mapExpr(node, withSortedMatchers), place);
}

/**
 * As `pretty`, and the comments of the text the expression was read from stay: one on a line of its own stands above
 * what follows it, one at the end of a line stays behind what it follows. What holds a comment is broken over lines.
 */
export function prettyWithComments(text: string, node: Expr): string {
  const ordered = mapExpr(node, withSortedMatchers);
  const comments = attachComments(text, ordered);
  const whole = placed(ordered, { level: 0, comments, outdented: false, long: new Map() });
  return [whole, ...comments.last].join('\n');
}

type Place = {
  /** How deep the part stands. */
  readonly level: number;
  readonly comments: Comments;
  /** A subquery that fits on a line stands at its beginning wherever it is, as Prometheus prints it. */
  readonly outdented: boolean;
  /** Which parts are known to need several lines, or not to. */
  readonly long: Map<Expr, boolean>;
};

function deeper(place: Place): Place {
  return { ...place, level: place.level + 1 };
}

/** A part that begins a line, between its comments. `suffix` is the comma that belongs to it. */
function placed(node: Expr, place: Place, suffix = ''): string {
  const above = (place.comments.above.get(node) ?? []).map((comment) => `${indent(place.level)}${comment}\n`);
  const behind = (place.comments.behind.get(node) ?? []).map((comment) => ` ${comment}`);
  return above.join('') + broken(node, place) + suffix + behind.join('');
}

function withSortedMatchers(node: Expr): Expr {
  if (node.kind !== 'vector') return node;
  const texts = new Map(node.matchers.map((matcher) => [matcher, printMatcher(matcher)]));
  const order = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
  const matchers = [...node.matchers].sort((a, b) => order(texts.get(a) ?? '', texts.get(b) ?? ''));
  return { ...node, matchers };
}

function broken(node: Expr, place: Place): string {
  return (BREAKERS[node.kind] as (node: Expr, place: Place) => string)(node, place);
}

/** Whatever is longer than this in bytes is broken. */
const MAX_LINE = 100;

type BreakTable = { readonly [K in NodeKind]: (node: NodeOf<K>, place: Place) => string };

const BREAKERS: BreakTable = {
  number: onOneLine,
  string: onOneLine,
  vector: onOneLine,
  matrix: onOneLine,
  subquery: (node, place) => {
    if (isLong(node, place)) return broken(node.expr, place) + printSubqueryTime(node);
    return place.outdented ? print(node) : onOneLine(node, place);
  },
  call: (node, place) => {
    if (!isLong(node, place)) return onOneLine(node, place);
    return `${indent(place.level)}${node.name}(\n${listed(node.args, deeper(place))}\n${indent(place.level)})`;
  },
  aggregation: (node, place) => {
    if (!isLong(node, place)) return onOneLine(node, place);
    const grouping = printGrouping(node);
    const parts = node.parameter === undefined ? [node.expr] : [node.parameter, node.expr];
    const head = `${node.operator}${grouping === '' ? '' : `${grouping} `}`;
    return `${indent(place.level)}${head}(\n${listed(parts, deeper(place))}\n${indent(place.level)})`;
  },
  binary: (node, place) => {
    if (!isLong(node, place)) return onOneLine(node, place);
    const operator = `${indent(place.level)}${node.operator}${printBinaryModifiers(node)}`;
    return `${placed(node.left, deeper(place))}\n${operator}\n${placed(node.right, deeper(place))}`;
  },
  unary: (node, place) => `${indent(place.level)}${node.operator}${broken(node.expr, place).trim()}`,
  paren: (node, place) => {
    if (!isLong(node, place)) return onOneLine(node, place);
    return `${indent(place.level)}(\n${placed(node.expr, deeper(place))}\n${indent(place.level)})`;
  },
};

function listed(nodes: readonly Expr[], place: Place): string {
  return nodes.map((node, index) => placed(node, place, index < nodes.length - 1 ? ',' : '')).join('\n');
}

function onOneLine(node: Expr, place: Place): string {
  return indent(place.level) + print(node);
}

/** Asks the parts first: whatever holds a long part is long, so that no long text is made again and again. */
function isLong(node: Expr, place: Place): boolean {
  const known = place.long.get(node);
  if (known !== undefined) return known;
  const { comments } = place;
  const long =
    children(node).some((part) => isLong(part, place) || comments.above.has(part) || comments.behind.has(part)) ||
    new TextEncoder().encode(print(node)).length > MAX_LINE;
  place.long.set(node, long);
  return long;
}

function indent(level: number): string {
  return '  '.repeat(level);
}
