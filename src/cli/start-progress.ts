import { log } from '@clack/prompts';
import type { StartEvent } from '../backends/backend.ts';
import { spanText } from '../backends/span.ts';
import { safe, safeLines } from '../render/safe.ts';
import { columnsOf, wrapText } from '../render/text.ts';
import type { Context } from './context.ts';
import { writableTo } from './prompt-lines.ts';

/** Draws on stderr how far a start is. */
export type StartProgress = {
  report(event: StartEvent): void;
  /** Takes the moving line away: before a question, and at the end. */
  clear(): void;
};

/** On a coloured terminal a moving line; plain lines everywhere else, for screen readers too. */
export function startProgress(context: Context): StartProgress {
  const { io, errStyle } = context;
  const moving = io.stderr.isTTY && errStyle.colour && !errStyle.ascii && !errStyle.accessible && !context.json;
  return moving ? movingProgress(context) : plainProgress(context);
}

/** News of the same step are told this often, and so is that a long step still works. */
const NEWS_MS = 5_000;
const HEARTBEAT_MS = 30_000;

function plainProgress({ io, note, errStyle }: Context): StartProgress {
  const began = new Map<string, number>();
  let told = { id: '', text: '', ms: 0 };
  let heartbeat: NodeJS.Timeout | undefined;
  const clear = () => clearInterval(heartbeat);
  return {
    clear,
    report(event) {
      const text = safeLines(event.text);
      if (event.kind === 'note') {
        for (const line of wrapText(`note: ${text}`, errStyle.width)) note(line);
        return;
      }
      const nowMs = io.now();
      const beganMs = began.get(event.id) ?? nowMs;
      began.set(event.id, beganMs);
      clear();
      if (event.kind === 'done') {
        note(`done: ${text}${spent(nowMs - beganMs)}`);
        return;
      }
      if (told.id !== event.id || (told.text !== text && nowMs - told.ms >= NEWS_MS)) {
        told = { id: event.id, text, ms: nowMs };
        note(`${text} ...`);
      }
      heartbeat = setInterval(() => note(`still ${text} ...`), HEARTBEAT_MS);
      heartbeat.unref();
    },
  };
}

const FRAMES = ['◒', '◐', '◓', '◑'] as const;
const FRAME_MS = 100;

/**
 * Finished steps are printed by clack and stay. Its spinner is not used: it reads the keyboard and ends the process on
 * Ctrl-C, so that what was started would stay behind.
 */
function movingProgress({ io, errStyle }: Context): StartProgress {
  const output = writableTo(io.stderr);
  const began = new Map<string, number>();
  let now: { readonly text: string; readonly beganMs: number } | undefined;
  let frame = 0;
  let timer: NodeJS.Timeout | undefined;
  const erase = () => io.stderr.write('\r\x1b[K');
  const draw = () => {
    if (now === undefined) return;
    frame = (frame + 1) % FRAMES.length;
    const time = spent(io.now() - now.beganMs);
    const line = `${FRAMES[frame]}  ${now.text}${time}`;
    erase();
    // A line that wraps could not be erased again.
    io.stderr.write(columnsOf(line) < errStyle.width ? line : `${FRAMES[frame]} ${time}`);
  };
  const clear = () => {
    clearInterval(timer);
    timer = undefined;
    if (now !== undefined) erase();
    now = undefined;
  };
  return {
    clear,
    report(event) {
      const text = safe(event.text);
      const nowMs = io.now();
      if (event.kind === 'note') {
        const before = now;
        clear();
        log.warn(wrapText(safeLines(event.text), Math.max(20, errStyle.width - 4)).join('\n'), { output, spacing: 0 });
        now = before;
      } else if (event.kind === 'done') {
        const ms = nowMs - (began.get(event.id) ?? nowMs);
        clear();
        log.step(`${text}${spent(ms)}`, { output, spacing: 0 });
      } else {
        const beganMs = began.get(event.id) ?? nowMs;
        began.set(event.id, beganMs);
        now = { text, beganMs };
      }
      if (now === undefined || timer !== undefined) return;
      timer = setInterval(draw, FRAME_MS);
      timer.unref();
      draw();
    },
  };
}

/** What is over in a blink needs no time beside it. */
function spent(ms: number): string {
  return ms < 1_000 ? '' : ` (${spanText(ms)})`;
}
