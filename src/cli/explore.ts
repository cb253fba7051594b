import { greet } from '../explorer/greeting.ts';
import { type ExploreState, freshState, takeLine } from '../explorer/session.ts';
import { EXIT, Interrupted, UnavailableError, UserError } from '../model/errors.ts';
import { renderGreeting } from '../render/explore.ts';
import { formatTime } from '../render/format.ts';
import { prose } from '../render/prose.ts';
import { safe } from '../render/safe.ts';
import type { Answering } from './answering.ts';
import type { Connection } from './connect.ts';
import type { Context } from './context.ts';
import { act } from './explore-acts.ts';
import { exploreInput } from './explore-input.ts';
import { lineInput } from './explore-lines.ts';
import { momentOf } from './explore-query.ts';
import type { ExploreOptions, ExploreRoom } from './explore-room.ts';
import type { InterruptHold } from './io.ts';
import { groundOf } from './query-ground.ts';
import { errorReport } from './report-error.ts';

/** Reads lines and follows them until somebody leaves or the input ends. Gives the exit code. */
export async function explore(
  context: Context,
  { connection, timeMs }: Answering,
  options: ExploreOptions,
): Promise<number> {
  const room: ExploreRoom = {
    context,
    connection,
    first: connection,
    options,
    state: stateAt(context, options.time, timeMs),
    pages: undefined,
    output: undefined,
    down: false,
    failed: undefined,
    typed: [],
    depth: 0,
  };
  try {
    return context.interactive ? await talk(room, context) : await readAll(room);
  } finally {
    await room.output?.close();
    if (room.connection !== room.first) await room.connection.source.close();
  }
}

function stateAt({ config }: Context, text: string | undefined, ms: number): ExploreState {
  const { range, refresh } = config.settings;
  const state = freshState({ rangeMs: range, intervalMs: refresh });
  return text === undefined ? state : { ...state, time: { text, ms } };
}

/** Lines of a pipe: nothing but answers is written, and nothing more is asked once the server is gone. */
async function readAll(room: ExploreRoom): Promise<number> {
  const input = lineInput(room.context);
  const parted = partedOut(room.context);
  room.context = { ...room.context, out: parted.out };
  try {
    for (;;) {
      const line = await input.next();
      if (line === undefined) return room.failed ?? EXIT.ok;
      const { state, next } = takeLine(room.state, line);
      room.state = state;
      if (next.kind === 'leave') return room.failed ?? EXIT.ok;
      parted.part();
      await attempted(room, () => act(room, next));
      if (room.down) return room.failed ?? EXIT.unavailable;
    }
  } finally {
    input.close();
  }
}

/** An empty line between what two lines have brought. */
function partedOut({ out }: Context): { readonly out: Context['out']; part(): void } {
  let written = false;
  let due = false;
  return {
    out(text) {
      if (due) out('');
      due = false;
      written = true;
      out(text);
    },
    part() {
      due = written;
    },
  };
}

/** A conversation. Ctrl-C ends what is being done, never more than that, until it is pressed twice with nothing to end. */
async function talk(room: ExploreRoom, base: Context): Promise<number> {
  const hold = base.io.holdInterrupts?.();
  const input = exploreInput(room, base);
  try {
    await working(room, base, hold, () => greetRoom(room));
    base.out('');
    // Ctrl-C is a signal as long as nobody reads keys; pressed twice in a row, the second one comes then.
    let between = hold?.next();
    for (let armed = false; ; ) {
      room.context = { ...base, ...widths(base) };
      const answer = await input.ask(between);
      between = hold?.next();
      base.io.signal.throwIfAborted();
      if (answer.kind === 'end') return EXIT.ok;
      if (answer.kind === 'interrupt') {
        if (answer.text === '' && armed) return EXIT.interrupted;
        if (answer.text === '') room.context.note('Ctrl-C once more leaves; so does \\q.');
        armed = answer.text === '';
        continue;
      }
      armed = false;
      if (answer.text.trim() !== '' && answer.choice === undefined) await input.remember(answer.text);
      const { state, next } = takeLine(room.state, answer.text);
      room.state = state;
      if (next.kind === 'leave') return EXIT.ok;
      if (next.kind === 'wait') continue;
      await working(room, base, hold, () => act(room, next));
      between = hold?.next();
      base.out('');
    }
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    return error.exitCode;
  } finally {
    input.close();
    hold?.release();
  }
}

/** One piece of work: Ctrl-C ends it and nothing else. */
async function working(room: ExploreRoom, base: Context, hold: InterruptHold | undefined, work: () => Promise<void>) {
  const stop = hold?.next();
  const signal = stop === undefined ? base.io.signal : AbortSignal.any([base.io.signal, stop]);
  room.context = { ...base, ...widths(base), io: { ...base.io, signal } };
  try {
    await attempted(room, work);
  } catch (error) {
    base.io.signal.throwIfAborted();
    if (stop?.aborted !== true) throw error;
    // The terminal has written ^C where the cursor was.
    room.context.out('\nStopped.');
  }
}

/** What a person can do something about is said in words, and the prompt comes again. */
async function attempted(room: ExploreRoom, work: () => Promise<void>): Promise<void> {
  const { context } = room;
  try {
    await work();
  } catch (error) {
    context.io.signal.throwIfAborted();
    if (!(error instanceof UserError)) throw error;
    room.failed ??= error.exitCode;
    context.note(errorReport(error, context).stderr);
    if (!(error instanceof UnavailableError)) return;
    room.down = true;
    if (context.interactive)
      context.note(
        prose('The prompt stays: ask again when the server is back, or `\\server URL` for another.', context.errStyle),
      );
  }
}

/** The first screen comes within this time, whatever the server does. */
const GREETING_MS = 2_500;

async function greetRoom(room: ExploreRoom): Promise<void> {
  const { context, connection } = room;
  const { io, style } = context;
  const signal = AbortSignal.any([io.signal, AbortSignal.timeout(GREETING_MS)]);
  const greeting = await greet(connection.source, { timeMs: momentOf(room), signal });
  io.signal.throwIfAborted();
  // What answers inside prom-tutor is no server of anybody.
  const own = connection.origin === 'data' || connection.origin === 'in-process';
  const { server: _engine, ...rest } = greeting;
  context.out(renderGreeting(own ? rest : greeting, whereText(context, connection), style));
  if (room.state.time !== undefined) {
    context.out(prose(`Asking about ${formatTime(room.state.time.ms, style)}; \`\\T\` alone is now again.`, style));
  }
}

/** What is asked, as a phrase. */
function whereText(context: Context, connection: Connection): string {
  const { origin, url, nowMs, stack } = connection;
  if (origin === 'in-process') return 'the recorded history of the demo service';
  if (origin === 'data') return `the dump ${safe(url)}, up to ${formatTime(nowMs ?? 0, context.style)}`;
  const demo = stack !== undefined && groundOf(context, connection).scenario !== undefined;
  return `${url}${demo ? ' (the demo stack)' : ''}`;
}

function widths({ io, style, errStyle }: Context): Pick<Context, 'style' | 'errStyle'> {
  const told = Number(io.env.COLUMNS);
  const columns = Number.isInteger(told) && told >= 20 ? undefined : io.stdout.columns();
  if (columns === undefined) return { style, errStyle };
  const width = Math.max(20, columns);
  return { style: { ...style, width }, errStyle: { ...errStyle, width } };
}
