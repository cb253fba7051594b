import { Interrupted, UserError } from '../model/errors.ts';
import type { FaultControl } from '../model/fault.ts';
import { isEmptyResult } from '../model/query-result.ts';
import { renderUndone, renderWaited, renderWaiting, waitLabel } from '../render/lesson-act.ts';
import { prose } from '../render/prose.ts';
import { safe } from '../render/safe.ts';
import type { Ground } from '../tutor/ground.ts';
import type { Act } from '../tutor/lesson.ts';
import { resolveText } from '../tutor/resolve.ts';
import type { ActOutcome, Session } from '../tutor/session-types.ts';
import type { Context } from './context.ts';
import type { Answer, Prompt } from './prompt.ts';
import { sayNote } from './say-note.ts';

export type ActRoom = {
  readonly context: Context;
  readonly prompt: Prompt;
  readonly ground: Ground;
  /** Of the running stack; undefined where there is none. */
  readonly faults: FaultControl | undefined;
};

export type Leaving = Exclude<Answer, { readonly kind: 'line' }>;

/** Does what act units say, and sees to it that nothing stays broken. */
export type Actor = {
  /** Does it, then waits until it is seen. An answer: the lesson is to be left instead. */
  perform(unit: Act, session: Session): Promise<ActOutcome | Leaving>;
  /** Call before every screen: undoes what belongs to a screen that was left, and prints that. */
  settle(session: Session): Promise<void>;
  /** Undoes whatever is still on, whatever was asked to end meanwhile. */
  end(): Promise<void>;
  /** Whether something can be done to a service; says what is broken already. */
  ready(): Promise<boolean>;
};

export function actorOf({ context, prompt, ground, faults }: ActRoom): Actor {
  const { io, style } = context;
  let on: { readonly unit: Act; readonly at: number } | undefined;

  async function undo(): Promise<void> {
    if (on === undefined || faults === undefined) return;
    on = undefined;
    try {
      const { message } = await faults.clear();
      context.out(`${renderUndone(safe(message), style)}\n`);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      const why = `What was broken could not be brought back (${error.message}). The command for it: \`prom-tutor fault clear\``;
      context.out(`${prose(safe(why), style)}\n`);
    }
  }

  return {
    async perform(unit, session) {
      if (faults === undefined) throw new Error('an act without a running service');
      try {
        for (const words of unit.actions) {
          if (words !== 'clear') on = { unit, at: session.at };
          const { message } = await faults.apply(words, io.signal);
          if (words === 'clear') on = undefined;
          context.out(`${prose(safe(message), style)}\n`);
        }
      } catch (error) {
        if (error instanceof UserError) return { kind: 'failed', message: error.message };
        throw error;
      }
      return await seen(unit, { context, prompt, ground });
    },
    async settle(session) {
      if (on === undefined) return;
      const leftIt = session.at !== on.at && on.unit.undo;
      if (leftIt || session.phase === 'end') await undo();
    },
    end: undo,
    async ready() {
      if (faults === undefined) return false;
      try {
        const active = (await faults.list(io.signal)).filter((fault) => fault.on.length > 0);
        if (active.length === 0) return true;
        const names = active.map(({ name }) => name).join(', ');
        sayNote(context, `broken on purpose right now: ${names}. To end it: prom-tutor fault clear`);
        return true;
      } catch (error) {
        if (error instanceof Interrupted || !(error instanceof UserError)) throw error;
        return false;
      }
    },
  };
}

/** Asks once a second whether it is seen; Enter ends the waiting, and so does the time the unit gives. */
async function seen(unit: Act, { context, prompt, ground }: Omit<ActRoom, 'faults'>): Promise<ActOutcome | Leaving> {
  const { io, style } = context;
  if (await holds(unit, ground)) return { kind: 'seen' };
  const meanwhile = (await resolveText(unit.meanwhile, ground)).text;
  context.out(`${renderWaiting(unit, meanwhile, style)}\n`);
  const stop = new AbortController();
  const signal = AbortSignal.any([io.signal, stop.signal]);
  const watching = watch(unit, ground, { context, prompt }, signal);
  const answer = await prompt.ask({ label: waitLabel(style), until: watching.catch(() => undefined) });
  stop.abort();
  const outcome = await watching.catch((error: unknown) => {
    if (io.signal.aborted || !signal.aborted) throw error;
    return undefined;
  });
  if (answer.kind !== 'line') return answer;
  return outcome ?? { kind: 'left' };
}

async function watch(
  unit: Act,
  ground: Ground,
  { context, prompt }: Pick<ActRoom, 'context' | 'prompt'>,
  signal: AbortSignal,
): Promise<ActOutcome> {
  const { io, style } = context;
  const startMs = io.now();
  let toldMs = startMs;
  for (;;) {
    await io.sleep(POLL_MS, signal);
    if (await holds(unit, { ...ground, signal })) return { kind: 'seen' };
    const nowMs = io.now();
    if (nowMs - startMs >= unit.withinMs) return { kind: 'late' };
    if (nowMs - toldMs >= HEARTBEAT_MS) {
      toldMs = nowMs;
      const waited = renderWaited(nowMs - startMs, unit.withinMs, style);
      if (prompt.above === undefined) context.out(`\n${waited}`);
      else prompt.above(waited);
    }
  }
}

const POLL_MS = 1_000;
const HEARTBEAT_MS = 30_000;

/** Whether the change is there, by the server's own clock. A server that is silent for a moment is asked again. */
async function holds({ expect, absent }: Act, { source, signal }: Ground): Promise<boolean> {
  try {
    const { data } = await source.instant(expect, signal === undefined ? {} : { signal });
    return isEmptyResult(data) === absent;
  } catch (error) {
    if (error instanceof UserError && signal?.aborted !== true) return false;
    throw error;
  }
}
