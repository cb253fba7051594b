import { QueryError } from '../model/errors.ts';
import type { Expr } from '../promql/ast.ts';
import type { Diagnostic } from '../promql/diagnostic.ts';
import { ALL_FEATURES } from '../promql/features.ts';
import { parse } from '../promql/parse.ts';
import { formatPosition, positionInText } from '../promql/span.ts';

/** The tree of a query, experimental parts included; `QueryError` with the first problem, and the others in its hint. */
export function parseQuery(query: string): Expr {
  const parsed = parse(query, ALL_FEATURES);
  if (parsed.kind === 'error') throw problems(query, parsed.diagnostics);
  return parsed.expr;
}

function problems(query: string, diagnostics: readonly [Diagnostic, ...Diagnostic[]]): QueryError {
  const [first, ...others] = diagnostics;
  const also = others.map(({ message, span }) => `${formatPosition(query, span.start)}: ${message}`);
  return new QueryError({
    message: first.message,
    query,
    errorType: 'bad_data',
    status: 400,
    position: positionInText(query, first.span.start),
    ...(also.length === 0 ? {} : { hint: `There is more to mend: ${also.join('; ')}` }),
  });
}
