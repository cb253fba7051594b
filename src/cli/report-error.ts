import { QueryError, type UserError } from '../model/errors.ts';
import { safe, safeLines } from '../render/safe.ts';
import { paint } from '../render/style.ts';
import type { Context } from './context.ts';

/** An error the person can fix, in words: what happened, where in the query, and what to do. JSON goes to stdout with `--json`. */
export function errorReport(error: UserError, context: Context): { readonly stdout?: string; readonly stderr: string } {
  const style = context.errStyle;
  const lines = [`${paint(style, 'wrong', 'error:')} ${safeLines(error.message)}`];
  if (error.hint !== undefined) lines.push(`${paint(style, 'hint', 'hint:')} ${safeLines(error.hint)}`);
  if (context.debug && error.stack !== undefined) lines.push(safeLines(error.stack));
  const stderr = lines.join('\n');
  return context.json ? { stdout: jsonReport(error), stderr } : { stderr };
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
  return JSON.stringify({
    status: 'error',
    errorType: error instanceof QueryError ? error.errorType : error.name,
    error: safe(error.message),
    ...(error.hint === undefined ? {} : { hint: safe(error.hint) }),
  });
}
