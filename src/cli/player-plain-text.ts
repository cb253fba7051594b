import { Interrupted, UserError } from '../model/errors.ts';
import { prose } from '../render/prose.ts';
import { safeLines } from '../render/safe.ts';
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
  const settled = DECIDED.has(context) ? context : await decide(context);
  DECIDED.add(settled);
  return settled;
}

/** Contexts for which this was decided: `prom-tutor` alone goes on with `lesson`, and nothing is to be said twice. */
const DECIDED = new WeakSet<Context>();

async function decide(context: Context): Promise<Context> {
  const { io } = context;
  if (context.style.accessible) {
    context.out(`${announcement(ACCESSIBLE_FROM[context.config.origins.accessible] ?? 'ACCESSIBLE')}\n`);
    return readable(context);
  }
  // Switched off, by ACCESSIBLE=0 or in the settings file: nothing is left to ask.
  if (context.config.origins.accessible !== 'default') return context;
  const file = progressFile(stateFolder(io), io);
  const { progress } = await file.load();
  if (progress.plainText === false) return context;
  if (progress.plainText === undefined) {
    const asking = plain(context);
    asking.out(`${prose(WELCOME, asking.style)}\n`);
    const answer = await promptFor(asking).ask({
      label: 'Press Enter, or type a for plain text (screen readers): ',
    });
    if (answer.kind === 'interrupt') throw new Interrupted();
    const plainText = answer.kind === 'line' && /^a(ccessible)?$/i.test(answer.text);
    await remember(context, () => file.update((before) => recordPlainText(before, plainText)));
    if (!plainText) return context;
  }
  const chosen = plain(context);
  chosen.out(prose(announcement('chosen at the first start; ACCESSIBLE=0 turns it off'), chosen.style));
  chosen.out('');
  return chosen;
}

const ACCESSIBLE_FROM: { readonly [origin: string]: string | undefined } = {
  file: 'the settings file',
  option: '--accessible',
};

const WELCOME =
  'Welcome to prom-tutor, which teaches Prometheus and PromQL on a live system. One question before it begins, asked only this once: a screen reader cannot be noticed from here.';

/** Where nothing can be written the offer comes again next time. */
async function remember(context: Context, write: () => Promise<unknown>): Promise<void> {
  try {
    await write();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    context.note(`note: ${safeLines(error.message)}`);
  }
}

/** Plain text keeps to the width of prose in everything, whatever the terminal has. */
export function readable(context: Context): Context {
  if (!context.style.accessible || context.style.width <= PROSE_WIDTH) return context;
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
