import { formatPosition, type Span } from './span.ts';

/** One problem in a query: Prometheus' own sentence and the text it is about. */
export type Diagnostic = { readonly message: string; readonly span: Span };

/** The line Prometheus would answer with: `1:6: parse error: …`. */
export function formatDiagnostic(text: string, diagnostic: Diagnostic): string {
  return `${formatPosition(text, diagnostic.span.start)}: parse error: ${diagnostic.message}`;
}
