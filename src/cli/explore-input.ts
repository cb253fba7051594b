import { promqlCompleter } from '../explorer/complete.ts';
import { exploreCompleter } from '../explorer/complete-commands.ts';
import { firstAnswer } from '../explorer/greeting.ts';
import { type HistoryStore, historyStore } from '../explorer/history.ts';
import { queryStore } from '../explorer/named-queries.ts';
import { standsAlone } from '../explorer/read-line.ts';
import { configDir } from '../lib/paths.ts';
import { UserError } from '../model/errors.ts';
import { CHECKPOINT_NAMES } from '../model/scenario.ts';
import { exploreLabel } from '../render/explore.ts';
import { highlightQuery } from '../render/highlight.ts';
import { moreLabel, renderDraft } from '../render/lesson-words.ts';
import { safe } from '../render/safe.ts';
import type { Connection } from './connect.ts';
import type { Context } from './context.ts';
import { answered, momentOf } from './explore-query.ts';
import type { ExploreRoom } from './explore-room.ts';
import { promptFor } from './player-start.ts';
import type { Answer, Prompt } from './prompt.ts';
import { groundOf } from './query-ground.ts';
import { stateFolder } from './stack-of.ts';

/** Asks a person for the next line, with what belongs to the server that is asked: words to complete, lines typed before. */
export type ExploreInput = {
  /** Ends as an interrupt when `stop` is aborted: Ctrl-C is a signal where keys are not read one by one. */
  ask(stop: AbortSignal | undefined): Promise<Answer>;
  /** Keeps a line for the up key, and for another day. */
  remember(text: string): Promise<void>;
  close(): void;
};

type Desk = {
  readonly connection: Connection;
  readonly completer: ReturnType<typeof promqlCompleter>;
  readonly history: HistoryStore | undefined;
};

/** `base` is the context of the whole command. */
export function exploreInput(room: ExploreRoom, base: Context): ExploreInput {
  let desk: Desk | undefined;
  let named: readonly string[] = [];
  let draft: string | undefined;
  const words = {
    named: () => named,
    servers: () => Object.keys(base.config.file.servers),
    moments: () => (groundOf(room.context, room.connection).scenario === undefined ? [] : CHECKPOINT_NAMES),
  };
  return {
    async ask(stop) {
      if (desk?.connection !== room.connection) {
        desk?.completer.close();
        desk = await deskFor(room, base);
      }
      named = await namesOf(base);
      const { style } = room.context;
      const signal = stop === undefined ? base.io.signal : AbortSignal.any([base.io.signal, stop]);
      const prompt = promptFor({ ...base, io: { ...base.io, signal } });
      if (draft !== undefined && !prompt.canPrefill) room.context.out(renderDraft(draft, style));
      const watching = lookForServer(room, base, prompt);
      const answer = await prompt.ask({
        label: exploreLabel(room.state.time?.text, style),
        more: moreLabel(style),
        breaksOff: standsAlone,
        history: room.typed,
        completer: exploreCompleter(desk.completer.complete, words),
        highlight: (text) => (text.trimStart().startsWith('\\') ? text : highlightQuery(text, style)),
        choices: room.state.offers.map((_offer, index) => ({ key: String(index + 1) })),
        keepsLines: true,
        ...(draft === undefined ? {} : { prefill: draft }),
      });
      watching.abort();
      draft = answer.kind === 'line' ? answer.unfinished : undefined;
      return answer;
    },
    async remember(text) {
      const { typed } = room;
      if (typed.at(-1) !== text) typed.push(text);
      const kept = await desk?.history?.add(text);
      if (kept === 'secret') room.context.note('note: not kept in the history, because it looks like a secret.');
    },
    close: () => desk?.completer.close(),
  };
}

async function deskFor(room: ExploreRoom, { config, io, note }: Context): Promise<Desk> {
  const { connection } = room;
  const completer = promqlCompleter({ source: connection.source, nowMs: () => momentOf(room), clockMs: io.now });
  const history = config.settings.history ? historyStore(stateFolder(io), connection.url, io.now) : undefined;
  const loaded = await history?.load();
  if (loaded?.notice !== undefined) note(`note: ${safe(loaded.notice)}`);
  room.typed.splice(0, room.typed.length, ...(loaded?.entries ?? []));
  return { connection, completer, history };
}

/** A file of queries that cannot be read is told where it is used, not at every prompt. */
async function namesOf({ io }: Context): Promise<readonly string[]> {
  try {
    return (await queryStore(configDir('prom-tutor', io)).list()).map(({ name }) => name);
  } catch (error) {
    if (error instanceof UserError) return [];
    throw error;
  }
}

const LOOK_EVERY_MS = 5_000;
const LOOK_MS = 3_000;

/** While somebody types, says above the line that a server that was away answers again. */
function lookForServer(room: ExploreRoom, { io }: Context, prompt: Prompt): AbortController {
  const ended = new AbortController();
  const look = async () => {
    while (room.down) {
      await io.sleep(LOOK_EVERY_MS, ended.signal);
      const signal = AbortSignal.any([ended.signal, AbortSignal.timeout(LOOK_MS)]);
      await firstAnswer(room.connection.source, signal).then(
        () => signal.aborted || answered(room, (text) => prompt.above?.(text)),
        () => undefined,
      );
    }
  };
  // A line that is typed without our editor cannot be written above.
  if (room.down && prompt.canPrefill) look().catch(() => undefined);
  return ended;
}
