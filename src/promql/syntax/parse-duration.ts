import type { Duration, DurationExpr } from '../ast.ts';
import { evaluateDuration, MAX_DURATION_SECONDS } from '../duration.ts';
import { mergeSpans } from '../span.ts';
import type { Cursor } from './cursor.ts';
import { numberOrSeconds } from './literals.ts';
import type { Token } from './tokens.ts';

type ArithmeticSign = '+' | '-' | '*' | '/' | '%' | '^';

const PRECEDENCE: Readonly<Record<string, number>> = { '+': 1, '-': 1, '*': 2, '/': 2, '%': 2, '^': 3 };

/** A length inside brackets: arithmetic of any depth, greater than zero as far as it can be told now. */
export function parsePositiveDuration(cursor: Cursor): Duration {
  const expr = arithmetic(cursor, 1);
  const literal = literalSeconds(expr);
  if (literal !== undefined && !(literal > 0)) cursor.report(expr.span, 'duration must be greater than 0');
  return asDuration(expr);
}

/** A length after `offset`: one literal or call with a sign, or anything in parentheses. What follows is not part of it. */
export function parseOffsetDuration(cursor: Cursor): Duration {
  return asDuration(signedPrimary(cursor));
}

function asDuration(expr: DurationExpr): Duration {
  const evaluated = evaluateDuration(expr, undefined);
  const ms = evaluated.kind === 'ok' ? evaluated.ms : undefined;
  const whole = expr.kind === 'duration-literal' && ms !== undefined && ms / 1000 === expr.seconds;
  return { ms, expr: whole ? { ...expr, units: true } : expr, span: expr.span };
}

function arithmetic(cursor: Cursor, minimum: number): DurationExpr {
  return cursor.nested(() => {
    const sign = acceptSign(cursor);
    let left = sign === undefined ? primary(cursor) : applySign(cursor, sign, arithmetic(cursor, 3));
    for (;;) {
      const operator = cursor.token;
      const precedence = operator.kind === 'operator' ? PRECEDENCE[operator.word] : undefined;
      if (precedence === undefined || precedence < minimum) return left;
      cursor.advance();
      const right = arithmetic(cursor, operator.word === '^' ? precedence : precedence + 1);
      left = binary(cursor, left, operator, right);
    }
  });
}

function signedPrimary(cursor: Cursor): DurationExpr {
  return cursor.nested(() => {
    const sign = acceptSign(cursor);
    return sign === undefined ? primary(cursor) : applySign(cursor, sign, signedPrimary(cursor));
  });
}

function primary(cursor: Cursor): DurationExpr {
  const { token } = cursor;
  if (token.kind === 'number' || token.kind === 'duration') {
    cursor.advance();
    return checked(cursor, {
      kind: 'duration-literal',
      span: spanOf(token),
      seconds: numberOrSeconds(cursor, token),
      units: token.kind === 'duration',
    });
  }
  if (token.word === 'step' || token.word === 'range') {
    cursor.advance();
    cursor.expect('(');
    const end = cursor.expect(')').end;
    return { kind: 'duration-query', span: { start: token.start, end }, name: token.word };
  }
  if (token.kind === 'identifier' && (token.word === 'min_of' || token.word === 'max_of')) {
    cursor.advance();
    cursor.expect('(');
    const left = arithmetic(cursor, 1);
    cursor.expect(',');
    const right = arithmetic(cursor, 1);
    const end = cursor.expect(')').end;
    return { kind: 'duration-choice', span: { start: token.start, end }, name: token.word, left, right };
  }
  cursor.expect('(');
  const expr = arithmetic(cursor, 1);
  const end = cursor.expect(')').end;
  requireArithmetic(cursor, expr);
  return { kind: 'duration-paren', span: { start: token.start, end }, expr };
}

function binary(cursor: Cursor, left: DurationExpr, sign: Token, right: DurationExpr): DurationExpr {
  requireArithmetic(cursor, left);
  const span = mergeSpans(left.span, right.span);
  const operator = sign.word as ArithmeticSign;
  if ((operator === '/' || operator === '%') && literalSeconds(right) === 0) {
    cursor.report(spanOf(sign), operator === '/' ? 'division by zero' : 'modulo by zero');
    return { kind: 'duration-literal', span, seconds: 0, units: false };
  }
  return { kind: 'duration-binary', span, operator, left, right };
}

/** A sign becomes part of a literal and stays a sign before everything else. */
function applySign(cursor: Cursor, sign: Token, expr: DurationExpr): DurationExpr {
  const span = { start: sign.start, end: expr.span.end };
  const operator = sign.word === '-' ? '-' : '+';
  if (expr.kind !== 'duration-literal') return { kind: 'duration-unary', span, operator, expr };
  return checked(cursor, { ...expr, span, seconds: operator === '-' ? -expr.seconds : expr.seconds });
}

function acceptSign(cursor: Cursor): Token | undefined {
  return cursor.accept('+') ?? cursor.accept('-');
}

function checked(
  cursor: Cursor,
  literal: Extract<DurationExpr, { kind: 'duration-literal' }>,
): Extract<DurationExpr, { kind: 'duration-literal' }> {
  if (Math.abs(literal.seconds) <= MAX_DURATION_SECONDS) return literal;
  cursor.report(literal.span, 'duration out of range');
  return { ...literal, seconds: 0 };
}

function literalSeconds(expr: DurationExpr): number | undefined {
  if (expr.kind === 'duration-paren') return literalSeconds(expr.expr);
  return expr.kind === 'duration-literal' ? expr.seconds : undefined;
}

function requireArithmetic(cursor: Cursor, expr: DurationExpr): void {
  if (cursor.options.durationExpressions === false) {
    cursor.report(expr.span, 'experimental duration expression is not enabled');
  }
}

function spanOf(token: Token): { readonly start: number; readonly end: number } {
  return { start: token.start, end: token.end };
}
