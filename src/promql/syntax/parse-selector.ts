import type { MatchOperator } from '../../model/matcher.ts';
import type { LabelMatcher, VectorSelector } from '../ast.ts';
import { compileMatcher } from '../matcher.ts';
import { RegexSyntaxError } from '../regex.ts';
import type { Span } from '../span.ts';
import type { Cursor } from './cursor.ts';
import { stringValue } from './literals.ts';
import type { Token } from './tokens.ts';

/** Words that are no names where a metric name may stand. */
const NO_METRIC_NAME: ReadonlySet<string> = new Set(['bool', 'on', 'ignoring', 'group_left', 'group_right', 'atan2']);

const NAME_KINDS: ReadonlySet<string> = new Set([
  'identifier',
  'metric-identifier',
  'keyword',
  'word-operator',
  'aggregator',
  'preprocessor',
]);

/** True for a token that can be a label name, keywords included. */
export function isLabelToken(token: Token): boolean {
  return NAME_KINDS.has(token.kind);
}

/** True for a token that can be a metric name where an expression may start. */
export function isMetricNameToken(token: Token): boolean {
  return NAME_KINDS.has(token.kind) && !(token.kind !== 'identifier' && NO_METRIC_NAME.has(token.word));
}

/** True where an expression may start. */
export function beginsExpression(cursor: Cursor): boolean {
  const { token } = cursor;
  if (EXPRESSION_KINDS.has(token.kind) || isMetricNameToken(token)) return true;
  return ['(', '{', '+', '-'].some((sign) => cursor.is(sign));
}

const EXPRESSION_KINDS: ReadonlySet<string> = new Set(['number', 'duration', 'string', 'aggregator', 'preprocessor']);

/** `name`, `name{…}` or `{…}`. */
export function parseVectorSelector(cursor: Cursor): VectorSelector {
  const first = cursor.token;
  const name = first.text === '{' ? '' : cursor.advance().text;
  const matchers = cursor.is('{') ? parseMatchers(cursor) : [];
  return { kind: 'vector', span: { start: first.start, end: cursor.previousEnd }, name, matchers };
}

function parseMatchers(cursor: Cursor): readonly LabelMatcher[] {
  const matchers: LabelMatcher[] = [];
  cursor.expect('{');
  if (cursor.accept('}')) return matchers;
  for (;;) {
    const matcher = parseMatcher(cursor);
    if (matcher !== undefined) matchers.push(matcher);
    if (!cursor.is(',') && !cursor.is('}')) {
      cursor.reportUnexpected('label matching', '"," or "}"');
      cursor.skipTo(',', '}');
    }
    if (cursor.accept('}')) return matchers;
    cursor.advance();
    if (cursor.accept('}')) return matchers;
  }
}

/** One condition; when it cannot be read, that is reported and the text up to the next `,` or `}` is left out. */
function parseMatcher(cursor: Cursor): LabelMatcher | undefined {
  const first = cursor.token;
  if (first.kind !== 'identifier' && first.kind !== 'string') return giveUp(cursor, 'identifier or "}"');
  cursor.advance();
  const name = first.kind === 'string' ? stringValue(cursor, first) : first.text;
  const operator = matchOperator(cursor.token);
  if (operator === undefined) {
    if (first.kind === 'string') return nameMatcher(name, first);
    return giveUp(cursor, 'label matching operator');
  }
  cursor.advance();
  const literal = cursor.token;
  if (literal.kind !== 'string') return giveUp(cursor, 'string');
  cursor.advance();
  const span = { start: first.start, end: literal.end };
  const value = stringValue(cursor, literal);
  const matcher = { name, operator, value, span, valueSpan: spanOf(literal) };
  if (cursor.diagnostics.some((known) => known.span.start === literal.start)) return matcher;
  return compiles(cursor, matcher) ? matcher : undefined;
}

function nameMatcher(value: string, token: Token): LabelMatcher {
  return { name: '__name__', operator: '=', value, span: spanOf(token), valueSpan: spanOf(token) };
}

function giveUp(cursor: Cursor, expected: string): undefined {
  cursor.reportUnexpected('label matching', expected);
  if (cursor.token.kind === 'error') cursor.skipTo();
  if (!cursor.is(',') && !cursor.is('}')) cursor.skipTo(',', '}');
  return undefined;
}

function compiles(cursor: Cursor, matcher: LabelMatcher): boolean {
  try {
    compileMatcher(matcher);
    return true;
  } catch (error) {
    if (!(error instanceof RegexSyntaxError)) throw error;
    cursor.report(matcher.span, error.message);
    return false;
  }
}

function matchOperator(token: Token): MatchOperator | undefined {
  const known = ['=', '!=', '=~', '!~'] as const;
  return token.kind === 'operator' || token.kind === 'punctuation'
    ? known.find((operator) => operator === token.word)
    : undefined;
}

function spanOf(token: Token): Span {
  return { start: token.start, end: token.end };
}
