import { Interrupted } from '../model/errors.ts';
import { prose } from '../render/prose.ts';
import { PROSE_WIDTH, type Style } from '../render/style.ts';
import { recordPlainText } from '../tutor/progress.ts';
import { progressFile } from '../tutor/progress-file.ts';
import type { Context } from './context.ts';
import { promptFor } from './player-start.ts';
import { stateFolder } from './stack-of.ts';

/**
 * Offers plain text mode at the very first run, since a screen reader cannot be detected, and remembers the answer. Gives
 * the context to go on with and says in its first line when the mode is on. ACCESSIBLE=0 turns a remembered mode off.
 */
export async function offerPlainText(context: Context): Promise<Context> {
  const { io } = context;
  if (context.style.accessible) {
    context.out(`${announcement(io.env.ACCESSIBLE ? 'ACCESSIBLE' : '--accessible')}\n`);
    return readable(context);
  }
  if (io.env.ACCESSIBLE === '0' || io.env.ACCESSIBLE === 'false') return context;
  const file = progressFile(stateFolder(io), io);
  const { progress } = await file.load();
  if (progress.plainText === false) return context;
  if (progress.plainText === undefined) {
    const answer = await promptFor(plain(context)).ask({
      label: 'Press Enter, or type a for plain text (screen readers): ',
    });
    if (answer.kind === 'interrupt') throw new Interrupted();
    const plainText = answer.kind === 'line' && /^a(ccessible)?$/i.test(answer.text);
    await file.update((before) => recordPlainText(before, plainText));
    if (!plainText) return context;
  }
  const chosen = plain(context);
  chosen.out(prose(announcement('chosen at the first start; ACCESSIBLE=0 turns it off'), chosen.style));
  chosen.out('');
  return chosen;
}

/** Plain text keeps to the width of prose in everything, whatever the terminal has. */
export function readable(context: Context): Context {
  if (!context.style.accessible) return context;
  const narrow = (style: Style): Style => ({ ...style, width: Math.min(style.width, PROSE_WIDTH) });
  return { ...context, style: narrow(context.style), errStyle: narrow(context.errStyle) };
}

function announcement(why: string): string {
  return `Plain text mode: on (${why})`;
}

function plain(context: Context): Context {
  const accessible = (style: Style): Style => ({ ...style, accessible: true, colour: false });
  return readable({ ...context, style: accessible(context.style), errStyle: accessible(context.errStyle) });
}
