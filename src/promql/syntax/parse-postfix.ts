import type { AtModifier, Duration, Expr, MatrixSelector, RangeExtension, Subquery, VectorSelector } from '../ast.ts';
import type { Cursor } from './cursor.ts';
import { numberOrSeconds } from './literals.ts';
import { parseOffsetDuration, parsePositiveDuration } from './parse-duration.ts';

/** Everything that may follow an expression: `[…]`, `offset`, `@`, `anchored`, `smoothed`, in any order and number. */
export function parsePostfix(cursor: Cursor, expr: Expr): Expr {
  let node = expr;
  for (;;) {
    if (cursor.is('[')) node = parseBrackets(cursor, node);
    else if (cursor.is('offset')) node = parseOffset(cursor, node);
    else if (cursor.is('@')) node = parseAt(cursor, node);
    else if (cursor.is('anchored')) node = parseExtension(cursor, node, 'anchored');
    else if (cursor.is('smoothed')) node = parseExtension(cursor, node, 'smoothed');
    else return node;
    cursor.link();
  }
}

type Timed = VectorSelector | MatrixSelector | Subquery;

const NEEDS_SELECTOR = 'must be preceded by an instant vector selector or range vector selector or a subquery';

function isTimed(node: Expr): node is Timed {
  return node.kind === 'vector' || node.kind === 'matrix' || node.kind === 'subquery';
}

/** The part of a selector or subquery that carries its offset, `@` and extension. */
function carrier(node: Timed): VectorSelector | Subquery {
  return node.kind === 'matrix' ? node.selector : node;
}

/** The node with changes to its carrier, reaching to the end of what has been read. */
function amended(cursor: Cursor, node: Timed, change: Partial<VectorSelector>): Expr {
  const span = { start: node.span.start, end: cursor.previousEnd };
  if (node.kind === 'matrix') return { ...node, span, selector: { ...node.selector, ...change } as VectorSelector };
  return { ...node, ...change, span } as VectorSelector | Subquery;
}

function parseBrackets(cursor: Cursor, node: Expr): Expr {
  const open = cursor.advance();
  const range = cursor.within('subquery or range selector', 'number, duration, step(), or range()', () =>
    parsePositiveDuration(cursor),
  );
  if (cursor.is(']')) {
    cursor.advance();
    return rangeSelector(cursor, node, range, open.start);
  }
  cursor.within('subquery or range', '":" or "]"', () => cursor.expect(':'));
  let step: Duration | undefined;
  if (!cursor.is(']')) {
    step = cursor.within('subquery selector', 'number, duration, step(), range(), or "]"', () =>
      parsePositiveDuration(cursor),
    );
  }
  cursor.within('subquery selector', '"]"', () => cursor.expect(']'));
  const span = { start: node.span.start, end: cursor.previousEnd };
  return { kind: 'subquery', span, expr: node, range, ...(step === undefined ? {} : { step }) };
}

function rangeSelector(cursor: Cursor, node: Expr, range: Duration, openAt: number): Expr {
  const end = cursor.previousEnd;
  const problem =
    node.kind !== 'vector'
      ? 'ranges only allowed for vector selectors'
      : hasOffset(node)
        ? 'no offset modifiers allowed before range'
        : node.at !== undefined
          ? 'no @ modifiers allowed before range'
          : undefined;
  if (problem !== undefined) cursor.report({ start: openAt, end }, problem);
  if (node.kind !== 'vector') {
    cursor.misplaced.add(node);
    return node;
  }
  return { kind: 'matrix', span: { start: node.span.start, end }, selector: node, range };
}

/** An offset of zero counts as none, as it does in Prometheus. */
function hasOffset(node: VectorSelector | Subquery): boolean {
  return node.offset !== undefined && node.offset.ms !== 0;
}

function parseOffset(cursor: Cursor, node: Expr): Expr {
  cursor.advance();
  const offset = cursor.within('offset', 'number, duration, step(), or range()', () => parseOffsetDuration(cursor));
  if (cursor.misplaced.has(node)) return node;
  if (!isTimed(node)) {
    cursor.report(node.span, `offset modifier ${NEEDS_SELECTOR}`);
    return node;
  }
  if (hasOffset(carrier(node))) {
    cursor.report(node.span, 'offset may not be set multiple times');
    return node;
  }
  return amended(cursor, node, { offset });
}

function parseAt(cursor: Cursor, node: Expr): Expr {
  const sign = cursor.advance();
  const at = cursor.within('@', 'timestamp', () => parseTimestamp(cursor, sign.start));
  if (at.kind === 'timestamp' && (!Number.isFinite(at.ms) || Math.abs(at.ms / 1000) >= 2 ** 63)) {
    cursor.report(node.span, `timestamp out of bounds for @ modifier: ${formatSeconds(at.ms)}`);
  }
  if (cursor.misplaced.has(node)) return node;
  if (!isTimed(node)) {
    cursor.report(node.span, `@ modifier ${NEEDS_SELECTOR}`);
    return node;
  }
  if (carrier(node).at !== undefined) {
    cursor.report(node.span, '@ <timestamp> may not be set multiple times');
    return node;
  }
  return amended(cursor, node, { at });
}

function parseTimestamp(cursor: Cursor, start: number): AtModifier {
  const { token } = cursor;
  if (token.kind === 'preprocessor' && (token.word === 'start' || token.word === 'end')) {
    cursor.advance();
    cursor.expect('(');
    const { end } = cursor.expect(')');
    return { kind: token.word, span: { start, end } };
  }
  const sign = cursor.accept('+') ?? cursor.accept('-');
  const number = cursor.token;
  if (number.kind !== 'number' && number.kind !== 'duration') cursor.unexpected();
  cursor.advance();
  const seconds = numberOrSeconds(cursor, number);
  const ms = Math.round(seconds * 1000);
  return { kind: 'timestamp', ms: sign?.word === '-' ? -ms : ms, span: { start, end: number.end } };
}

function formatSeconds(ms: number): string {
  if (Number.isNaN(ms)) return 'NaN';
  if (!Number.isFinite(ms)) return ms > 0 ? '+Inf' : '-Inf';
  return `${BigInt(Math.round(ms / 1000))}.000000`;
}

function parseExtension(cursor: Cursor, node: Expr, extension: RangeExtension): Expr {
  cursor.advance();
  const problem = extensionProblem(cursor, node, extension);
  if (problem !== undefined) {
    cursor.report(node.span, problem);
    return node;
  }
  return isTimed(node) ? amended(cursor, node, { extension }) : node;
}

function extensionProblem(cursor: Cursor, node: Expr, extension: RangeExtension): string | undefined {
  if (cursor.options.extendedRangeSelectors !== true) return `${extension} modifier is experimental and not enabled`;
  if (node.kind === 'subquery') return `${extension} modifier is not supported for subqueries`;
  if (node.kind !== 'vector' && node.kind !== 'matrix') return `${extension} modifier not implemented`;
  const already = node.kind === 'matrix' ? node.selector.extension : node.extension;
  const clash = already !== undefined && already !== extension;
  return clash ? 'anchored and smoothed modifiers cannot be used together' : undefined;
}
