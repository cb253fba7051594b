import type { DurationExpr } from './ast.ts';

const UNITS = [
  { name: 'y', ms: 365 * 24 * 3_600_000 },
  { name: 'w', ms: 7 * 24 * 3_600_000 },
  { name: 'd', ms: 24 * 3_600_000 },
  { name: 'h', ms: 3_600_000 },
  { name: 'm', ms: 60_000 },
  { name: 's', ms: 1000 },
  { name: 'ms', ms: 1 },
] as const;

/** About 292 years: what fits into Prometheus' 64-bit nanoseconds. */
export const MAX_DURATION_SECONDS = 2 ** 63 / 1e9;

export type ParsedDuration =
  | { readonly kind: 'ok'; readonly ms: number }
  | { readonly kind: 'error'; readonly message: string };

/** Reads `1h30m`, units from large to small. The message is Prometheus' own. */
export function parseDuration(text: string): ParsedDuration {
  if (text === '0') return { kind: 'ok', ms: 0 };
  if (text === '') return { kind: 'error', message: 'empty duration string' };
  const invalid = { kind: 'error', message: `not a valid duration string: "${text}"` } as const;
  const tooLong = { kind: 'error', message: 'duration out of range' } as const;
  let ms = 0;
  let last = -1;
  let rest = text;
  while (rest !== '') {
    const part = /^([0-9]+)([^0-9]+)/.exec(rest);
    if (part === null) return invalid;
    const [whole, digits = '', unitName = ''] = part;
    const index = UNITS.findIndex((unit) => unit.name === unitName);
    const unit = UNITS[index];
    if (unit === undefined) return { kind: 'error', message: `unknown unit "${unitName}" in duration "${text}"` };
    if (index <= last) return invalid;
    last = index;
    ms += Number(digits) * unit.ms;
    if (ms / 1000 > MAX_DURATION_SECONDS) return tooLong;
    rest = rest.slice(whole.length);
  }
  return { kind: 'ok', ms };
}

/** Writes milliseconds the way Prometheus does: `1h30m`, weeks and years only when they come out even. */
export function formatDuration(ms: number): string {
  if (ms === 0) return '0s';
  let rest = Math.abs(ms);
  let out = ms < 0 ? '-' : '';
  for (const unit of UNITS) {
    const mustBeEven = unit.name === 'y' || unit.name === 'w';
    if (mustBeEven && rest % unit.ms !== 0) continue;
    const count = Math.floor(rest / unit.ms);
    if (count > 0) out += `${count}${unit.name}`;
    rest -= count * unit.ms;
  }
  return out;
}

/** What `step()` and `range()` stand for, in milliseconds. */
export type QueryWindow = { readonly stepMs: number; readonly rangeMs: number };

export type EvaluatedDuration =
  | { readonly kind: 'ok'; readonly ms: number }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'error'; readonly message: string };

/** The length a duration stands for; unknown when it asks for the query's window and none is given. */
export function evaluateDuration(expr: DurationExpr, window: QueryWindow | undefined): EvaluatedDuration {
  try {
    const seconds = secondsOf(expr, window);
    if (seconds === undefined) return { kind: 'unknown' };
    if (Number.isNaN(seconds) || Math.abs(seconds) > MAX_DURATION_SECONDS) {
      return { kind: 'error', message: 'duration is out of range' };
    }
    // Literals are exact to the nanosecond, computed lengths to the millisecond, both cut off below that.
    const ms = expr.kind === 'duration-literal' ? Math.round(seconds * 1e9) / 1e6 : seconds * 1000;
    return { kind: 'ok', ms: Math.trunc(ms) };
  } catch (error) {
    if (error instanceof DurationError) return { kind: 'error', message: error.message };
    throw error;
  }
}

class DurationError extends Error {}

function secondsOf(expr: DurationExpr, window: QueryWindow | undefined): number | undefined {
  switch (expr.kind) {
    case 'duration-literal':
      return expr.seconds;
    case 'duration-query':
      if (window === undefined) return undefined;
      return (expr.name === 'step' ? window.stepMs : window.rangeMs) / 1000;
    case 'duration-paren':
      return secondsOf(expr.expr, window);
    case 'duration-unary': {
      const value = secondsOf(expr.expr, window);
      return value === undefined ? undefined : expr.operator === '-' ? -value : value;
    }
    case 'duration-choice': {
      const left = secondsOf(expr.left, window);
      const right = secondsOf(expr.right, window);
      if (left === undefined || right === undefined) return undefined;
      return expr.name === 'min_of' ? Math.min(left, right) : Math.max(left, right);
    }
    case 'duration-binary': {
      const left = secondsOf(expr.left, window);
      const right = secondsOf(expr.right, window);
      if (left === undefined || right === undefined) return undefined;
      return compute(expr.operator, left, right);
    }
  }
}

function compute(operator: '+' | '-' | '*' | '/' | '%' | '^', left: number, right: number): number {
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      if (right === 0) throw new DurationError('division by zero');
      return left / right;
    case '%':
      if (right === 0) throw new DurationError('modulo by zero');
      return left % right;
    case '^':
      return left ** right;
  }
}
