import { nearest } from '../lib/nearest.ts';
import { EXPLORE_COMMANDS, type ExploreCommandName, type ExploreCommandRow } from './explore-commands.ts';

/** What a typed line asks for. */
export type Action =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'query'; readonly query: string }
  /** One of the fixes that were offered, counted from 1. */
  | { readonly kind: 'fix'; readonly number: number }
  | {
      readonly kind: 'command';
      readonly name: ExploreCommandName;
      /** What stands behind the name, without the space around it. */
      readonly rest: string;
      readonly forced: boolean;
    }
  /** No such command; `meant` are names that are near, best first. */
  | { readonly kind: 'unknown'; readonly typed: string; readonly meant: readonly string[] }
  /** An abbreviation of several. */
  | { readonly kind: 'ambiguous'; readonly typed: string; readonly names: readonly string[] };

/**
 * Reads one input of the prompt. A number is a choice while that many fixes are offered; it is a query otherwise. The
 * words that psql knows without a backslash are known alone on the line.
 */
export function readLine(line: string, offered = 0): Action {
  const text = line.trim();
  if (text === '') return { kind: 'nothing' };
  if (text.startsWith('\\')) return readCommand(text.slice(1));
  const number = /^[1-9]$/.test(text) ? Number(text) : 0;
  if (number > 0 && number <= offered) return { kind: 'fix', number };
  const word = WORDS[text.toLowerCase()];
  if (word !== undefined) return { kind: 'command', rest: '', forced: false, ...word };
  return { kind: 'query', query: text };
}

/** A metric of such a name is asked for with braces: {__name__="quit"}. */
const WORDS: Readonly<Record<string, { readonly name: ExploreCommandName; readonly rest?: string }>> = {
  help: { name: '?' },
  '?': { name: '?' },
  quit: { name: 'q' },
  exit: { name: 'q' },
  more: { name: 'more' },
  all: { name: 'more', rest: 'all' },
};

/**
 * Whether a further line of an open query is no part of it: a command, which no line of PromQL looks like, or a word that
 * asks for help or the way out.
 */
export function standsAlone(line: string): boolean {
  const text = line.trim();
  if (text.startsWith('\\')) return readCommand(text.slice(1)).kind === 'command';
  const name = WORDS[text.toLowerCase()]?.name;
  return name === '?' || name === 'q';
}

/** Words that people know from psql, or spell out. */
const OTHER_NAMES: Readonly<Record<string, ExploreCommandName>> = {
  h: '?',
  help: '?',
  quit: 'q',
  exit: 'q',
  dt: 'd',
  edit: 'e',
  s: 'history',
  c: 'server',
  connect: 'server',
  t: 'T',
  time: 'T',
};

function readCommand(text: string): Action {
  const match = /^([?]|[A-Za-z]+)(!?)(?:\s+([\s\S]*))?$/.exec(text);
  const [, typed = text.split(/\s/)[0] ?? '', mark = '', rest = ''] = match ?? [];
  const found = match === null ? [] : namesOf(typed);
  const [name] = found;
  if (name === undefined) return unknown(typed);
  if (found.length > 1) return { kind: 'ambiguous', typed, names: found };
  const row: ExploreCommandRow | undefined = EXPLORE_COMMANDS.find((each) => each.name === name);
  if (mark !== '' && row?.forced !== true) return { kind: 'unknown', typed: `${typed}!`, meant: [name] };
  return { kind: 'command', name, rest: rest.trim(), forced: mark !== '' };
}

/** The command of that name, or those that begin like it. */
function namesOf(typed: string): readonly ExploreCommandName[] {
  const names = EXPLORE_COMMANDS.map(({ name }) => name);
  const exact = names.find((name) => name === typed) ?? OTHER_NAMES[typed];
  if (exact !== undefined) return [exact];
  return names.filter((name) => name.startsWith(typed));
}

function unknown(typed: string): Action {
  const known = [...EXPLORE_COMMANDS.map(({ name }) => name), ...Object.keys(OTHER_NAMES)];
  // Of a single letter every other one is as near as any.
  const near = typed.length < 2 ? [] : nearest(typed, known).map((name) => OTHER_NAMES[name] ?? name);
  return { kind: 'unknown', typed, meant: [...new Set(near)] };
}
