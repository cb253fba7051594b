import { safe } from '../render/safe.ts';
import { paint } from '../render/style.ts';
import { wrapText } from '../render/text.ts';
import type { Context } from './context.ts';

/** One remark on stderr, led by "note:". On a terminal it keeps to the width, elsewhere it stays one line. */
export function sayNote(context: Context, text: string): void {
  const { errStyle, io } = context;
  const whole = `note: ${safe(text)}`;
  const [first = '', ...rest] = io.stderr.isTTY ? wrapText(whole, errStyle.width, '  ') : [whole];
  for (const line of [paint(errStyle, 'warn', 'note:') + first.slice('note:'.length), ...rest]) context.note(line);
}
