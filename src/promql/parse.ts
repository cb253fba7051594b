import type { Matcher } from '../model/matcher.ts';
import type { Expr } from './ast.ts';
import { check } from './check.ts';
import { type Diagnostic, formatDiagnostic } from './diagnostic.ts';
import type { ParseOptions } from './features.ts';
import { matchersOf } from './matcher.ts';
import { Abort, Cursor, Unexpected } from './syntax/cursor.ts';
import { tokenize } from './syntax/lexer.ts';
import { parseExpr } from './syntax/parse-expr.ts';
import { isMetricNameToken, parseVectorSelector } from './syntax/parse-selector.ts';

/**
 * What became of a text. The first diagnostic is the one Prometheus would answer with; the others are independent of it
 * as far as can be told. `expr` of an error is the tree when it could be built but does not fit together.
 */
export type ParseResult =
  | { readonly kind: 'ok'; readonly expr: Expr }
  | { readonly kind: 'error'; readonly diagnostics: readonly [Diagnostic, ...Diagnostic[]]; readonly expr?: Expr };

/** Longer texts are refused before they are read. */
export const MAX_QUERY_LENGTH = 200_000;

/** Reads and checks a PromQL expression of Prometheus 3.14. Never throws for a text, whatever it holds. */
export function parse(text: string, options: ParseOptions = {}): ParseResult {
  const { result, diagnostics } = read(text, options, (cursor) => ({
    expr: parseExpr(cursor),
    idleMatching: cursor.idleMatching,
  }));
  if (result === undefined || diagnostics.length > 0) return failed(text, diagnostics, result?.expr);
  const problems = check(result.expr, result.idleMatching);
  return problems.length === 0 ? { kind: 'ok', expr: result.expr } : failed(text, problems, result.expr);
}

export type SelectorResult =
  | { readonly kind: 'ok'; readonly matchers: readonly Matcher[] }
  | { readonly kind: 'error'; readonly diagnostics: readonly [Diagnostic, ...Diagnostic[]] };

/** Reads a lone selector, as the API takes it in `match[]`. */
export function parseSelector(text: string): SelectorResult {
  const { result, diagnostics } = read(text, {}, (cursor) => {
    if (!cursor.is('{') && !isMetricNameToken(cursor.token)) cursor.unexpected();
    return parseVectorSelector(cursor);
  });
  if (result === undefined || diagnostics.length > 0) return failed(text, diagnostics, undefined);
  return { kind: 'ok', matchers: matchersOf(result) };
}

/** The sentence Prometheus answers a broken query with: `1:6: parse error: …`. */
export function parseErrorText(text: string, diagnostics: readonly [Diagnostic, ...Diagnostic[]]): string {
  return formatDiagnostic(text, diagnostics[0]);
}

function read<T>(
  text: string,
  options: ParseOptions,
  grammar: (cursor: Cursor) => T,
): { readonly result: T | undefined; readonly diagnostics: readonly Diagnostic[] } {
  if (text.length > MAX_QUERY_LENGTH) {
    const message = `query is too long: ${text.length} characters, at most ${MAX_QUERY_LENGTH} are read`;
    return { result: undefined, diagnostics: [{ span: { start: 0, end: 0 }, message }] };
  }
  const cursor = new Cursor(tokenize(text), options);
  if (cursor.token.kind === 'eof') {
    return {
      result: undefined,
      diagnostics: [{ span: { start: 0, end: 0 }, message: 'no expression found in input' }],
    };
  }
  try {
    const result = cursor.within('', '', () => {
      const parsed = grammar(cursor);
      if (cursor.token.kind !== 'eof') cursor.unexpected();
      return parsed;
    });
    return { result, diagnostics: cursor.diagnostics };
  } catch (error) {
    if (!(error instanceof Abort) && !(error instanceof Unexpected)) throw error;
    return { result: undefined, diagnostics: cursor.diagnostics };
  }
}

function failed<T extends Expr>(
  text: string,
  diagnostics: readonly Diagnostic[],
  expr: T | undefined,
): { readonly kind: 'error'; readonly diagnostics: readonly [Diagnostic, ...Diagnostic[]]; readonly expr?: T } {
  const [first = { span: { start: 0, end: text.length }, message: 'unexpected error' }, ...rest] = diagnostics;
  return { kind: 'error', diagnostics: [first, ...rest], ...(expr === undefined ? {} : { expr }) };
}
