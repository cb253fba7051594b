import type { Expr } from '../promql/ast.ts';
import { parse, parseErrorText } from '../promql/parse.ts';
import { pretty } from '../promql/pretty.ts';
import { treeJson } from '../promql/tree-json.ts';
import { selectorsOf } from '../promql/walk.ts';
import { ApiError } from './api-error.ts';
import { type Call, type Endpoint, FORM } from './endpoint.ts';
import { optionalTimeParam } from './params.ts';
import { passOn } from './pass-on.ts';

/** What the API says of the text of a query, without evaluating it. */
export const TEXT_ENDPOINTS: readonly Endpoint[] = [
  { pattern: /^\/query_exemplars$/, methods: FORM, answer: exemplars },
  { pattern: /^\/format_query$/, methods: FORM, answer: formatQuery },
  { pattern: /^\/parse_query$/, methods: FORM, answer: parseQuery },
];

async function formatQuery(call: Call): Promise<string> {
  return passOn(call, () => JSON.stringify(pretty(parsed(call, 'query'))));
}

async function parseQuery(call: Call): Promise<string> {
  return passOn(call, () => JSON.stringify(treeJson(parsed(call, 'query'))));
}

/** Nothing here keeps exemplars, so there are none; a query without any selector asks for nothing, and gets no content. */
async function exemplars(call: Call): Promise<string | undefined> {
  const { params } = call;
  const startMs = optionalTimeParam(params, 'start') ?? Number.NEGATIVE_INFINITY;
  const endMs = optionalTimeParam(params, 'end') ?? Number.POSITIVE_INFINITY;
  if (endMs < startMs) throw ApiError.badData('end timestamp must not be before start timestamp');
  if (selectorsOf(parsed(call, undefined)).length === 0) return undefined;
  return passOn(call, () => '[]');
}

function parsed({ params, deps }: Call, parameter: 'query' | undefined): Expr {
  const text = params.get('query') ?? '';
  const result = parse(text, deps.features ?? {});
  if (result.kind === 'ok') return result.expr;
  const message = parseErrorText(text, result.diagnostics);
  throw parameter === undefined ? ApiError.badData(message) : ApiError.parameter(parameter, message);
}
