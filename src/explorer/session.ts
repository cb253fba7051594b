import { durationMs } from '../model/duration.ts';
import { EXPLORE_COMMANDS, type ExploreCommandName, usageOf } from './explore-commands.ts';
import type { Offer } from './query-advice.ts';
import { type Action, readLine } from './read-line.ts';

/** What the prompt remembers from line to line. */
export type ExploreState = {
  /** The query that commands without one are about. */
  readonly query?: string;
  /** How long a time the query was drawn over last; milliseconds. */
  readonly rangeMs?: number;
  /** The moment that is asked about, as typed and in milliseconds since 1970; now when absent. */
  readonly time?: { readonly text: string; readonly ms: number };
  readonly expanded: boolean;
  readonly timing: boolean;
  /** Queries that a number stands for. */
  readonly offers: readonly Offer[];
  /** Whether rows of the last answer are waiting. */
  readonly more: boolean;
  /** How long a time is drawn, and how often is asked again, when nobody says so; milliseconds. */
  readonly usual: { readonly rangeMs: number; readonly intervalMs: number };
};

export function freshState(usual: ExploreState['usual']): ExploreState {
  return { expanded: false, timing: false, offers: [], more: false, usual };
}

/** A short answer that needs nothing but the line. Texts in it were typed: unsafe for terminals. */
export type Remark =
  | { readonly kind: 'unknown-command'; readonly typed: string; readonly meant: readonly string[] }
  | { readonly kind: 'ambiguous-command'; readonly typed: string; readonly names: readonly string[] }
  | { readonly kind: 'no-query'; readonly command: ExploreCommandName }
  | { readonly kind: 'wants'; readonly usage: string }
  | { readonly kind: 'no-more' }
  | { readonly kind: 'too-often'; readonly typed: string }
  | { readonly kind: 'switched'; readonly what: 'expanded' | 'timing'; readonly on: boolean };

/** What is to be done about a line. */
export type Next =
  | { readonly kind: 'wait' }
  | { readonly kind: 'say'; readonly remark: Remark }
  /** `echo`: the query was not typed, so it is shown. */
  | { readonly kind: 'run'; readonly query: string; readonly echo: boolean }
  | { readonly kind: 'draw'; readonly query: string; readonly rangeMs: number }
  | { readonly kind: 'watch'; readonly query: string; readonly intervalMs: number; readonly rangeMs?: number }
  | { readonly kind: 'explain'; readonly query: string }
  | { readonly kind: 'why'; readonly query: string }
  | { readonly kind: 'lint'; readonly query: string }
  | { readonly kind: 'format'; readonly query: string }
  | { readonly kind: 'edit'; readonly query: string }
  | { readonly kind: 'metrics'; readonly text: string }
  | { readonly kind: 'history'; readonly text: string }
  | { readonly kind: 'server'; readonly text: string }
  | { readonly kind: 'labels'; readonly label: string }
  /** '' is now. */
  | { readonly kind: 'time'; readonly text: string }
  /** '' ends the writing. */
  | { readonly kind: 'output'; readonly path: string; readonly forced: boolean }
  | { readonly kind: 'read'; readonly path: string }
  | { readonly kind: 'named'; readonly name: string; readonly query: string; readonly forced: boolean }
  | { readonly kind: 'forget'; readonly name: string }
  | { readonly kind: 'more'; readonly all: boolean }
  | { readonly kind: 'help' }
  | { readonly kind: 'leave' };

export type Taken = { readonly state: ExploreState; readonly next: Next };

const LEAST_INTERVAL_MS = 1_000;

/** What a line means after all that was typed before it. Enter alone goes on with an answer that was too long. */
export function takeLine(state: ExploreState, line: string): Taken {
  const action = readLine(line, state.offers.length);
  return actOn[action.kind](state, action as never);
}

const actOn: { readonly [K in Action['kind']]: (state: ExploreState, action: Extract<Action, { kind: K }>) => Taken } =
  {
    nothing: (state) => ({ state, next: state.more ? { kind: 'more', all: false } : { kind: 'wait' } }),
    query: (state, { query }) => runs(state, query, false),
    fix: (state, { number }) => runs(state, state.offers[number - 1]?.query ?? '', true),
    unknown: (state, { typed, meant }) => says(state, { kind: 'unknown-command', typed, meant }),
    ambiguous: (state, { typed, names }) => says(state, { kind: 'ambiguous-command', typed, names }),
    command: (state, { name, rest, forced }) => COMMANDS[name](state, rest, forced),
  };

type Command = (state: ExploreState, rest: string, forced: boolean) => Taken;

const COMMANDS: { readonly [K in ExploreCommandName]: Command } = {
  d: (state, text) => ({ state, next: { kind: 'metrics', text } }),
  l: (state, label) => ({ state, next: { kind: 'labels', label } }),
  graph: drawing,
  watch: watching,
  explain: about('explain'),
  why: about('why'),
  lint: about('lint'),
  format: about('format'),
  e: (state, rest) => ({ state, next: { kind: 'edit', query: rest || (state.query ?? '') } }),
  more: (state, rest) =>
    state.more ? { state, next: { kind: 'more', all: rest === 'all' } } : says(state, { kind: 'no-more' }),
  x: switching('expanded'),
  T: (state, text) => ({ state, next: { kind: 'time', text: text === 'now' ? '' : text } }),
  timing: switching('timing'),
  o: (state, path, forced) => ({ state, next: { kind: 'output', path: path === '-' ? '' : path, forced } }),
  i: (state, path) => (path === '' ? wants(state, 'i') : { state, next: { kind: 'read', path } }),
  n(state, rest, forced) {
    const [, name = '', query = ''] = /^(\S*)\s*([\s\S]*)$/.exec(rest) ?? [];
    return { state, next: { kind: 'named', name, query, forced } };
  },
  nd: (state, name) => (name === '' ? wants(state, 'nd') : { state, next: { kind: 'forget', name } }),
  server: (state, text) => ({ state, next: { kind: 'server', text } }),
  history: (state, text) => ({ state, next: { kind: 'history', text } }),
  '?': (state) => ({ state, next: { kind: 'help' } }),
  q: (state) => ({ state, next: { kind: 'leave' } }),
};

function runs(state: ExploreState, query: string, echo: boolean): Taken {
  const { rangeMs: _drawn, ...rest } = state;
  return { state: { ...rest, query, offers: [], more: false }, next: { kind: 'run', query, echo } };
}

function says(state: ExploreState, remark: Remark): Taken {
  return { state, next: { kind: 'say', remark } };
}

function wants(state: ExploreState, command: ExploreCommandName): Taken {
  const row = EXPLORE_COMMANDS.find(({ name }) => name === command);
  return says(state, { kind: 'wants', usage: row === undefined ? `\\${command}` : usageOf(row) });
}

function about(kind: 'explain' | 'why' | 'lint' | 'format'): Command {
  return (state, rest) => {
    const query = rest || state.query;
    if (query === undefined) return says(state, { kind: 'no-query', command: kind });
    return { state: { ...state, query, offers: [] }, next: { kind, query } };
  };
}

function switching(what: 'expanded' | 'timing'): Command {
  return (state, rest) => {
    const word = rest.toLowerCase();
    if (!['', 'on', 'off'].includes(word)) return wants(state, what === 'timing' ? what : 'x');
    const on = word === '' ? !state[what] : word === 'on';
    return says({ ...state, [what]: on }, { kind: 'switched', what, on });
  };
}

function drawing(state: ExploreState, rest: string): Taken {
  const { ms, others } = ledByDuration(rest);
  const query = others || state.query;
  if (query === undefined) return says(state, { kind: 'no-query', command: 'graph' });
  const rangeMs = ms ?? state.usual.rangeMs;
  return { state: { ...state, query, rangeMs, offers: [], more: false }, next: { kind: 'draw', query, rangeMs } };
}

/** What was drawn last is watched as a drawing. */
function watching(state: ExploreState, rest: string): Taken {
  const { ms, others } = ledByDuration(rest);
  const query = others || state.query;
  if (query === undefined) return says(state, { kind: 'no-query', command: 'watch' });
  if (ms !== undefined && ms < LEAST_INTERVAL_MS) return says(state, { kind: 'too-often', typed: rest });
  const drawn = others === '' && state.rangeMs !== undefined ? { rangeMs: state.rangeMs } : {};
  const next: Next = { kind: 'watch', query, intervalMs: ms ?? state.usual.intervalMs, ...drawn };
  return { state: { ...state, query, offers: [] }, next };
}

/** A first word that is a duration (a bare number is seconds), and what follows it. */
function ledByDuration(rest: string): { readonly ms: number | undefined; readonly others: string } {
  const [, word = '', others = ''] = /^(\S*)\s*([\s\S]*)$/.exec(rest) ?? [];
  const ms = /^\d+$/.test(word) ? Number(word) * 1_000 : durationMs(word);
  return ms === undefined || ms <= 0 ? { ms: undefined, others: rest } : { ms, others };
}
