import type { Aggregation, Aggregator, Call, Expr } from '../ast.ts';
import { findFunction } from '../functions/table.ts';
import type { Span } from '../span.ts';
import type { Cursor } from './cursor.ts';
import { numberOrSeconds, stringValue } from './literals.ts';
import {
  binaryNode,
  binaryOperator,
  parseBinaryModifiers,
  precedenceOf,
  UNARY_OPERAND_PRECEDENCE,
} from './parse-binary.ts';
import { parseLabelList } from './parse-grouping.ts';
import { parsePostfix } from './parse-postfix.ts';
import { beginsExpression, isMetricNameToken, parseVectorSelector } from './parse-selector.ts';

/** A whole expression whose operators bind at least as tight as `minimum`; 0 for any. */
export function parseExpr(cursor: Cursor, minimum = 0): Expr {
  return cursor.nested(() => {
    let left = parseUnary(cursor);
    for (;;) {
      const token = cursor.token;
      const operator = binaryOperator(token);
      if (operator === undefined) return left;
      const precedence = precedenceOf(operator);
      if (precedence < minimum) return left;
      cursor.link();
      cursor.advance();
      const modifiers = parseBinaryModifiers(cursor);
      const right = parseExpr(cursor, operator === '^' ? precedence : precedence + 1);
      left = binaryNode(cursor, left, token, operator, modifiers, right);
    }
  });
}

function parseUnary(cursor: Cursor): Expr {
  const sign = cursor.accept('+') ?? cursor.accept('-');
  if (sign === undefined) return parsePostfix(cursor, parsePrimary(cursor));
  const expr = parseExpr(cursor, UNARY_OPERAND_PRECEDENCE);
  const span = { start: sign.start, end: expr.span.end };
  const operator = sign.word === '-' ? '-' : '+';
  if (expr.kind === 'number') return { ...expr, span, value: operator === '-' ? -expr.value : expr.value };
  return { kind: 'unary', span, operator, expr };
}

function parsePrimary(cursor: Cursor): Expr {
  const { token } = cursor;
  const span = { start: token.start, end: token.end };
  switch (token.kind) {
    case 'number':
    case 'duration':
      cursor.advance();
      return { kind: 'number', span, value: numberOrSeconds(cursor, token), duration: token.kind === 'duration' };
    case 'string':
      cursor.advance();
      return { kind: 'string', span, value: stringValue(cursor, token) };
    case 'aggregator':
      if (['(', 'by', 'without'].some((word) => cursor.is(word, cursor.following))) return parseAggregation(cursor);
      return parseVectorSelector(cursor);
    case 'identifier':
    case 'preprocessor':
      return cursor.is('(', cursor.following) ? parseCall(cursor) : parseVectorSelector(cursor);
    default:
      if (cursor.is('(')) return parseParen(cursor);
      if (cursor.is('{') || isMetricNameToken(token)) return parseVectorSelector(cursor);
      return cursor.unexpected();
  }
}

function parseParen(cursor: Cursor): Expr {
  const { start } = cursor.advance();
  const expr = parseExpr(cursor);
  const { end } = cursor.expect(')');
  return { kind: 'paren', span: { start, end }, expr };
}

function parseCall(cursor: Cursor): Call {
  const name = cursor.advance();
  const nameSpan = { start: name.start, end: name.end };
  const args = parseArguments(cursor);
  // The words step, range, start and end are recognised in any case; names of functions are not.
  const known = name.kind === 'preprocessor' ? name.word : name.text;
  const row = findFunction(known);
  if (row === undefined) cursor.report(nameSpan, `unknown function with name "${name.text}"`);
  else if (row.experimental && cursor.options.experimentalFunctions !== true) {
    cursor.report(nameSpan, `function "${name.text}" is not enabled`);
  }
  return { kind: 'call', span: { start: name.start, end: cursor.previousEnd }, name: known, nameSpan, args };
}

function parseArguments(cursor: Cursor): readonly Expr[] {
  const args: Expr[] = [];
  cursor.expect('(');
  if (cursor.accept(')')) return args;
  for (;;) {
    args.push(parseExpr(cursor));
    let comma = cursor.accept(',');
    while (comma !== undefined && cursor.token.kind !== 'error' && !beginsExpression(cursor)) {
      cursor.report({ start: comma.start, end: comma.end }, 'trailing commas not allowed in function call args');
      comma = cursor.accept(',');
    }
    if (comma !== undefined) continue;
    cursor.expect(')');
    return args;
  }
}

const WITH_PARAMETER: ReadonlySet<string> = new Set([
  'topk',
  'bottomk',
  'count_values',
  'quantile',
  'limitk',
  'limit_ratio',
]);

const EXPERIMENTAL: ReadonlySet<string> = new Set(['limitk', 'limit_ratio']);

function parseAggregation(cursor: Cursor): Expr {
  const token = cursor.advance();
  const operator = token.word as Aggregator;
  const { args, modifier } = cursor.within('aggregation', '', () => {
    const before = parseModifier(cursor);
    const list = parseArguments(cursor);
    return { args: list, modifier: before ?? parseModifier(cursor) };
  });
  const span = { start: token.start, end: cursor.previousEnd };
  const operatorSpan = { start: token.start, end: token.end };
  const problem = argumentProblem(cursor, operator, args.length);
  if (problem !== undefined) cursor.report(span, problem);
  const parameter = WITH_PARAMETER.has(operator) ? args[0] : undefined;
  const expr = args[WITH_PARAMETER.has(operator) ? 1 : 0];
  // Without its argument it is no aggregation; the problem has been reported, and a name keeps the rest readable.
  if (expr === undefined) return { kind: 'vector', span, name: operator, matchers: [] };
  return {
    kind: 'aggregation',
    span,
    operator,
    operatorSpan,
    ...(parameter === undefined ? {} : { parameter }),
    expr,
    grouping: modifier?.labels ?? [],
    without: modifier?.without ?? false,
    ...(modifier === undefined ? {} : { modifierSpan: modifier.span }),
  } satisfies Aggregation;
}

type Modifier = { readonly labels: readonly string[]; readonly without: boolean; readonly span: Span };

function parseModifier(cursor: Cursor): Modifier | undefined {
  if (!cursor.is('by') && !cursor.is('without')) return undefined;
  const word = cursor.advance();
  const labels = parseLabelList(cursor);
  return { labels, without: word.word === 'without', span: { start: word.start, end: cursor.previousEnd } };
}

function argumentProblem(cursor: Cursor, operator: Aggregator, count: number): string | undefined {
  if (count === 0) return 'no arguments for aggregate expression provided';
  if (EXPERIMENTAL.has(operator) && cursor.options.experimentalFunctions !== true) {
    return `${operator}() is experimental and must be enabled with --enable-feature=promql-experimental-functions`;
  }
  const wanted = WITH_PARAMETER.has(operator) ? 2 : 1;
  if (count === wanted) return undefined;
  return `wrong number of arguments for aggregate expression provided, expected ${wanted}, got ${count}`;
}
