import type { Diagnostic } from '../../promql/diagnostic.ts';
import { ALL_FEATURES } from '../../promql/features.ts';
import { parse } from '../../promql/parse.ts';
import { adviseError } from '../error-advice.ts';
import { adviseText } from '../text-advice.ts';
import type { Edit } from './finding.ts';

/** What Prometheus refuses, by its own words. The first row that fits names the finding. */
const REFUSALS = [
  { rule: 'bool-missing', pattern: /^comparisons between scalars must use BOOL/ },
  { rule: 'single-equals', pattern: /^unexpected "="$/ },
  { rule: 'by-without-parens', pattern: /in grouping opts, expected "\("/ },
  { rule: 'quotes-missing', pattern: /in label matching, expected string|^unexpected character inside braces/ },
  {
    rule: 'rate-of-sum',
    pattern: /^ranges only allowed/,
    text: /\b(?:rate|irate|increase)\s*\(\s*(?:sum|avg|max|min)\b/,
  },
  {
    rule: 'type-mismatch',
    pattern:
      /^expected type |^binary expression must contain|^ranges only allowed|^unary expression only|^subquery is only allowed/,
  },
  { rule: 'empty-matcher', pattern: /^vector selector must contain at least one/ },
  { rule: 'name-twice', pattern: /^metric name must not be set twice/ },
  { rule: 'dup-on-group', pattern: /must not occur in ON and GROUP clause/ },
  { rule: 'offset-placement', pattern: /^offset modifier must be preceded|^no offset modifiers allowed/ },
  { rule: 'logical-words', pattern: /^unexpected character: '[&|\\]/ },
  { rule: 'unit-missing', pattern: /^missing unit character|^bad number or duration syntax/ },
  { rule: 'unknown-function', pattern: /^unknown function/ },
  { rule: 'regex-invalid', pattern: /^error parsing regexp/ },
  { rule: 'argument-count', pattern: /^expected (?:at least |at most )?\d+ argument/ },
] as const satisfies readonly { readonly rule: string; readonly pattern: RegExp; readonly text?: RegExp }[];

export type RefusalRule = (typeof REFUSALS)[number]['rule'] | 'syntax';

/** The id of what is wrong, our words for it, and the whole query mended where that is certain and is accepted. */
export function explainRefusal(
  query: string,
  { message }: Diagnostic,
): { readonly rule: RefusalRule; readonly words: string; readonly fix: readonly Edit[] | undefined } {
  const row = REFUSALS.find(
    (candidate) => candidate.pattern.test(message) && (!('text' in candidate) || candidate.text.test(query)),
  );
  const text = query.trim();
  const advice = adviseText(text) ?? adviseError(text, message);
  // White space around belongs to the file that holds the query.
  const start = query.indexOf(text);
  const mended =
    advice?.fix === undefined ? undefined : query.slice(0, start) + advice.fix + query.slice(start + text.length);
  const fits = mended !== undefined && parse(mended, ALL_FEATURES).kind === 'ok';
  return {
    rule: row?.rule ?? 'syntax',
    words: advice?.message ?? '',
    fix: fits ? [difference(query, mended)] : undefined,
  };
}

/** The shortest stretch whose replacement turns one text into the other. */
function difference(from: string, to: string): Edit {
  let start = 0;
  while (start < from.length && start < to.length && from[start] === to[start]) start++;
  let same = 0;
  while (same < from.length - start && same < to.length - start && from.at(-1 - same) === to.at(-1 - same)) same++;
  return { span: { start, end: from.length - same }, text: to.slice(start, to.length - same) };
}
