import type { Cursor } from './cursor.ts';
import { stringValue } from './literals.ts';
import { isLabelToken } from './parse-selector.ts';
import type { Token } from './tokens.ts';

/** `(a, b, "c d")`, a trailing comma allowed. */
export function parseLabelList(cursor: Cursor): readonly string[] {
  return cursor.within('grouping opts', '"("', () => {
    cursor.expect('(');
    const labels: string[] = [];
    if (cursor.accept(')')) return labels;
    for (;;) {
      const label = parseLabel(cursor);
      if (label !== undefined) labels.push(label);
      if (!cursor.is(',') && !cursor.is(')')) {
        cursor.reportUnexpected('grouping opts', '"," or ")"');
        cursor.skipTo(',', ')');
      }
      if (cursor.accept(')')) return labels;
      cursor.advance();
      if (cursor.accept(')')) return labels;
    }
  });
}

function parseLabel(cursor: Cursor): string | undefined {
  const { token } = cursor;
  if (isLabelToken(token)) return checked(cursor, cursor.advance(), token.text);
  if (token.kind === 'string') return checked(cursor, cursor.advance(), stringValue(cursor, token));
  cursor.reportUnexpected('grouping opts', 'label');
  if (!cursor.is(',') && !cursor.is(')')) cursor.skipTo(',', ')');
  return undefined;
}

function checked(cursor: Cursor, token: Token, label: string): string | undefined {
  if (label !== '') return label;
  cursor.report({ start: token.start, end: token.end }, 'invalid label name for grouping: ""');
  return undefined;
}
