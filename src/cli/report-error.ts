import { errorWords } from '../advise/error-words.ts';
import { QueryError, type UserError } from '../model/errors.ts';
import { renderCaret } from '../render/caret.ts';
import { safe, safeJson, safeLines } from '../render/safe.ts';
import { paint, type Role, type Style } from '../render/style.ts';
import { wrapText } from '../render/text.ts';
import { ConfigError } from './config/config-error.ts';
import { renderConfigPlaces } from './config/config-places.ts';
import type { Context } from './context.ts';

/** An error the person can fix, in words: what happened, where in the query, and what to do. JSON goes to stdout with `--json`. */
export function errorReport(error: UserError, context: Context): { readonly stdout?: string; readonly stderr: string } {
  // Off a terminal a message, and a query, stays one line.
  const style = context.io.stderr.isTTY ? context.errStyle : { ...context.errStyle, width: 1_000_000 };
  const lines = [...said(style, 'wrong', 'error:', error.message)];
  if (error instanceof QueryError) lines.push(...queryLines(error, style));
  if (error instanceof ConfigError) lines.push(...renderConfigPlaces(error, style));
  if (error.hint !== undefined) lines.push(...said(style, 'hint', 'hint:', error.hint));
  if (context.debug && error.stack !== undefined) lines.push(safeLines(error.stack));
  const stderr = lines.join('\n');
  return context.json ? { stdout: jsonReport(error), stderr } : { stderr };
}

/** The place in the query that Prometheus named, and its message in plain words where we have some. */
function queryLines(error: QueryError, style: Style): readonly string[] {
  const place = error.position === undefined ? [] : [renderCaret(error.query, error.position, style)];
  const words = errorWords(error);
  return words === undefined ? place : [...place, ...said(style, 'hint', 'meaning:', words)];
}

/** A led text. */
function said(style: Style, role: Role, lead: string, text: string): readonly string[] {
  const [first = '', ...rest] = wrapText(`${lead} ${safeLines(text)}`, style.width, '  ');
  return [paint(style, role, lead) + first.slice(lead.length), ...rest];
}

/** A bug of ours: its stack, and where to report it. */
export function bugReport(error: unknown, context: Context): string {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const style = context.errStyle;
  return [
    `${paint(style, 'wrong', 'internal error:')} this is a bug in prom-tutor, not in what you typed.`,
    safeLines(stack),
    `${paint(style, 'hint', 'hint:')} Please report it together with the output of: prom-tutor doctor --json`,
  ].join('\n');
}

/** The same envelope as the Prometheus API has for errors. */
function jsonReport(error: UserError): string {
  return safeJson({
    status: 'error',
    errorType: error instanceof QueryError ? error.errorType : error.name,
    error: safe(error.message),
    ...(error instanceof QueryError && error.position !== undefined ? { position: error.position } : {}),
    ...(error instanceof ConfigError ? { file: safe(error.path), problems: error.problems } : {}),
    ...(error.hint === undefined ? {} : { hint: safe(error.hint) }),
  });
}
