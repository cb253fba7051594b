import type { Fixed } from '../doctor/fix-all.ts';
import { safe } from './safe.ts';
import { PROSE_WIDTH, paint, type Role, type Style } from './style.ts';
import { columnsOf, wrapText } from './text.ts';

/** What `doctor --fix` did, a command each, in the order it was done; last what it left to the person. */
export function renderFixes(fixed: readonly Fixed[], style: Style): string {
  if (fixed.length === 0) return 'There is nothing to fix.';
  return fixed.flatMap((one) => lines(one, style)).join('\n');
}

const MARKS: {
  readonly [R in Fixed['result']]: { readonly unicode: string; readonly ascii: string; readonly role: Role };
} = {
  done: { unicode: '✓', ascii: '+', role: 'ok' },
  failed: { unicode: '✗', ascii: 'x', role: 'wrong' },
  left: { unicode: '-', ascii: '-', role: 'dim' },
};

/** The word, and the command whole, however long: it is there to be copied. */
function lines({ result, command, sentence, why }: Fixed, style: Style): readonly string[] {
  const about = `${safe(sentence)}${why === undefined ? '' : ` (${safe(why)})`}`;
  if (style.accessible) return [`${SPOKEN[result]}: ${safe(command)}`, ...wrapText(about, width(style))];
  const { unicode, ascii, role } = MARKS[result];
  const lead = `${style.ascii ? ascii : unicode} ${result.padEnd(7)}`;
  const indent = ' '.repeat(columnsOf(lead));
  const words = wrapText(about, width(style) - columnsOf(indent));
  return [`${paint(style, role, lead)}${paint(style, 'query', safe(command))}`, ...words.map((line) => indent + line)];
}

const SPOKEN: { readonly [R in Fixed['result']]: string } = {
  done: 'Done',
  failed: 'Failed',
  left: 'Left to you',
};

function width(style: Style): number {
  return Math.min(style.width, PROSE_WIDTH);
}
