import {
  ARITHMETIC_OPERATORS,
  type Binary,
  type BinaryOperator,
  type Cardinality,
  COMPARISON_OPERATORS,
  type Expr,
  isSetOperator,
  SET_OPERATORS,
  TRIM_OPERATORS,
  type VectorMatching,
} from '../ast.ts';
import { mergeSpans, type Span } from '../span.ts';
import { typeOf } from '../types.ts';
import type { Cursor } from './cursor.ts';
import { numberOrSeconds } from './literals.ts';
import { parseLabelList } from './parse-grouping.ts';
import { beginsExpression } from './parse-selector.ts';
import { FILL_WORDS, type Token } from './tokens.ts';

const PRECEDENCE: { readonly [K in BinaryOperator]: number } = {
  or: 1,
  and: 2,
  unless: 2,
  '==': 3,
  '!=': 3,
  '>': 3,
  '<': 3,
  '>=': 3,
  '<=': 3,
  '</': 3,
  '>/': 3,
  '+': 4,
  '-': 4,
  '*': 5,
  '/': 5,
  '%': 5,
  atan2: 5,
  '^': 6,
};

const OPERATORS: ReadonlySet<string> = new Set([
  ...ARITHMETIC_OPERATORS,
  ...COMPARISON_OPERATORS,
  ...TRIM_OPERATORS,
  ...SET_OPERATORS,
]);

/** How tight an operator binds; a unary sign binds looser than `^` and tighter than the rest. */
export function precedenceOf(operator: BinaryOperator): number {
  return PRECEDENCE[operator];
}

export const UNARY_OPERAND_PRECEDENCE = PRECEDENCE['^'];

export function binaryOperator(token: Token): BinaryOperator | undefined {
  if (token.kind !== 'operator' && token.kind !== 'word-operator') return undefined;
  return OPERATORS.has(token.word) ? (token.word as BinaryOperator) : undefined;
}

/** What stands between an operator and its right side. */
export type BinaryModifiers = {
  readonly bool: boolean;
  readonly matching: VectorMatching;
  readonly span: Span | undefined;
};

/** `bool`, `on (…)`, `ignoring (…)`, `group_left (…)`, `group_right (…)`, `fill (…)`, `fill_left (…)`, `fill_right (…)`. */
export function parseBinaryModifiers(cursor: Cursor): BinaryModifiers {
  const bool = cursor.accept('bool') !== undefined;
  const start = cursor.token.start;
  let on = false;
  let labels: readonly string[] = [];
  let include: readonly string[] = [];
  let cardinality: Cardinality = 'one-to-one';
  if (cursor.is('on') || cursor.is('ignoring')) {
    on = cursor.advance().word === 'on';
    labels = parseLabelList(cursor);
    if (cursor.is('group_left') || cursor.is('group_right')) {
      cardinality = cursor.advance().word === 'group_left' ? 'many-to-one' : 'one-to-many';
      const more = beginsExpression(cursor) || FILL_WORDS.has(cursor.token.word) || cursor.token.kind === 'error';
      if (cursor.is('(') || !more) include = parseLabelList(cursor);
    }
  }
  const fill = parseFill(cursor);
  const end = cursor.previousEnd;
  return {
    bool,
    matching: { cardinality, on, labels, include, ...fill },
    span: end > start ? { start, end } : undefined,
  };
}

type Fill = { fillLeft?: number; fillRight?: number };

function parseFill(cursor: Cursor): Fill {
  if (cursor.accept('fill')) {
    const value = fillValue(cursor);
    return { fillLeft: value, fillRight: value };
  }
  const fill: Fill = {};
  for (let i = 0; i < 2; i++) {
    if (fill.fillLeft === undefined && cursor.accept('fill_left')) fill.fillLeft = fillValue(cursor);
    else if (fill.fillRight === undefined && cursor.accept('fill_right')) fill.fillRight = fillValue(cursor);
  }
  return fill;
}

function fillValue(cursor: Cursor): number {
  cursor.expect('(');
  const sign = cursor.accept('-') ?? cursor.accept('+');
  const { token } = cursor;
  if (token.kind !== 'number' && token.kind !== 'duration') cursor.unexpected();
  cursor.advance();
  const value = numberOrSeconds(cursor, token);
  cursor.expect(')');
  return sign?.word === '-' ? -value : value;
}

/** The node; its matching is kept only where both sides are instant vectors, as Prometheus does. */
export function binaryNode(
  cursor: Cursor,
  left: Expr,
  operatorToken: Token,
  operator: BinaryOperator,
  modifiers: BinaryModifiers,
  right: Expr,
): Binary {
  const { matching } = modifiers;
  const span = mergeSpans(left.span, right.span);
  if ((matching.fillLeft ?? matching.fillRight) !== undefined && cursor.options.fillModifiers !== true) {
    cursor.report(span, 'binop fill modifiers are experimental and not enabled');
  }
  const betweenVectors = typeOf(left) === 'vector' && typeOf(right) === 'vector';
  const set = isSetOperator(operator) && matching.cardinality === 'one-to-one';
  const node: Binary = {
    kind: 'binary',
    span,
    operator,
    operatorSpan: { start: operatorToken.start, end: operatorToken.end },
    left,
    right,
    bool: modifiers.bool,
    ...(betweenVectors ? { matching: set ? { ...matching, cardinality: 'many-to-many' as const } : matching } : {}),
    ...(modifiers.span === undefined ? {} : { matchingSpan: modifiers.span }),
  };
  if (!betweenVectors) cursor.idleMatching.set(node, matching);
  return node;
}
