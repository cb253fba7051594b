import { wordKind } from '../promql/syntax/tokens.ts';
import { safeLines } from './safe.ts';
import { paint, type Role, type Style } from './style.ts';

/** A PromQL query with its parts coloured; the characters stay as they are, except that control characters become visible. */
export function highlightQuery(query: string, style: Style): string {
  const text = safeLines(query);
  if (!style.colour || style.accessible) return text;
  let coloured = '';
  let depth = 0;
  for (const match of text.matchAll(TOKENS)) {
    const [token] = match;
    if (token === '{') depth++;
    if (token === '}') depth--;
    const role = roleOf(match.groups ?? {}, token, depth > 0, text.slice(match.index + token.length));
    coloured += role === undefined ? token : paintLines(style, role, token);
  }
  return coloured;
}

const TOKENS =
  /(?<comment>#[^\n]*)|(?<string>"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?|`[^`]*`?)|(?<duration>\d[\d.]*(?:ms|[smhdwy])(?:\d+(?:ms|[smhdwy]))*)|(?<number>(?:0x[\da-f]+|\d[\d_]*\.?\d*(?:e[+-]?\d+)?|\.\d+))|(?<word>[a-zA-Z_:][\w:]*)|[\s\S]/gi;

function roleOf(
  groups: Readonly<Record<string, string | undefined>>,
  token: string,
  insideBraces: boolean,
  rest: string,
): Role | undefined {
  if (groups.comment !== undefined) return 'dim';
  if (groups.string !== undefined) return 'ok';
  if (groups.duration !== undefined || groups.number !== undefined) return 'number';
  if (groups.word === undefined) return undefined;
  if (insideBraces) return 'label';
  const kind = wordKind(token.toLowerCase());
  if (kind !== undefined && kind !== 'aggregator') return 'title';
  return /^\s*(\(|by\b|without\b)/i.test(rest) ? 'query' : undefined;
}

/** A colour never spans a line end: each line can be cut out and printed alone. */
function paintLines(style: Style, role: Role, text: string): string {
  return text
    .split('\n')
    .map((line) => (line === '' ? '' : paint(style, role, line)))
    .join('\n');
}
