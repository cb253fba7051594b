import { EXIT } from '../../model/errors.ts';
import { prettyWithComments } from '../../promql/pretty.ts';
import { highlightQuery } from '../../render/highlight.ts';
import { safeJson, safeLines } from '../../render/safe.ts';
import { withNamed } from '../named-words.ts';
import { parseQuery } from '../parse-query.ts';
import { queryText } from '../query-text.ts';
import type { CommandRun } from '../spec.ts';
import type { formatSpec } from '../specs/format.ts';

/** Writes the query in the usual form. With `--check` 0 says that it has it already, 1 that it has not. */
export const runFormat: CommandRun<typeof formatSpec> = async (context, typed, given) => {
  const { words, options } = await withNamed(context, typed, given);
  const query = await queryText(context, words, 'format');
  const formatted = prettyWithComments(query, parseQuery(query));
  const same = formatted === query;
  if (context.json) context.out(safeJson({ formatted, changed: !same }));
  else if (!(same && options.check === true)) {
    // Off a terminal the text is for a file or a program, and shown all the same by `cat`: only comments can hold what is not for a terminal.
    context.out(context.io.stdout.isTTY ? highlightQuery(formatted, context.style) : safeLines(formatted));
  }
  return options.check === true && !same ? EXIT.failed : EXIT.ok;
};
