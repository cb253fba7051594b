import { EXIT, QueryError } from '../../model/errors.ts';
import type { Diagnostic } from '../../promql/diagnostic.ts';
import { ALL_FEATURES } from '../../promql/features.ts';
import { parse } from '../../promql/parse.ts';
import { prettyWithComments } from '../../promql/pretty.ts';
import { formatPosition, positionInText } from '../../promql/span.ts';
import { highlightQuery } from '../../render/highlight.ts';
import { queryText } from '../query-text.ts';
import type { CommandRun } from '../spec.ts';
import type { formatSpec } from '../specs/format.ts';

/** Writes the query in the usual form. With `--check` 0 says that it has it already, 1 that it has not. */
export const runFormat: CommandRun<typeof formatSpec> = async (context, args, options) => {
  const query = await queryText(context, args, 'format');
  const parsed = parse(query, ALL_FEATURES);
  if (parsed.kind === 'error') throw problems(query, parsed.diagnostics);
  const formatted = prettyWithComments(query, parsed.expr);
  const same = formatted === query;
  if (context.json) context.out(JSON.stringify({ formatted, changed: !same }));
  else if (!(same && options.check === true)) {
    // Off a terminal the text is for a file or a program: exactly what was formatted.
    context.out(context.io.stdout.isTTY ? highlightQuery(formatted, context.style) : formatted);
  }
  return options.check === true && !same ? EXIT.failed : EXIT.ok;
};

/** The first problem with its place; the others in the hint, each with its own. */
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
