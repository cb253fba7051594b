import { nearest } from '../lib/nearest.ts';
import type { Option } from './lesson.ts';

/** What can be typed in a lesson besides an answer. Each works alone on its line. */
const WORDS = {
  hint: ['h'],
  why: [],
  explain: [],
  solution: [],
  skip: [],
  back: [],
  again: ['text'],
  all: ['more'],
  play: [],
  lesson: ['back to lesson', 'back to the lesson'],
  'test-out': ['test out'],
  review: [],
  quit: ['q', 'exit'],
  '?': ['help'],
} as const;

export type Word = keyof typeof WORDS;

const BY_TEXT: ReadonlyMap<string, Word> = new Map(
  Object.entries(WORDS).flatMap(([word, others]) => [word, ...others].map((text) => [text, word as Word] as const)),
);

/** What a typed line is: a word of ours, something that looks like a misspelt one, or neither. */
export type Reading =
  | { readonly kind: 'word'; readonly word: Word }
  | { readonly kind: 'unknown-word'; readonly text: string; readonly meant: string | undefined }
  | { readonly kind: 'text'; readonly text: string };

/**
 * Reads a line. A metric that is called like a word wins (`names` are the metrics there are); the word is then typed
 * with a colon, `:hint`. A lone name that is no metric and nearly a word of ours is asked about instead of judged.
 */
export function readLine(line: string, names: ReadonlySet<string>): Reading {
  const text = line.trim();
  const forced = text.startsWith(':');
  const plain = (forced ? text.slice(1) : text).trim().toLowerCase().replace(/\s+/g, ' ');
  const word = BY_TEXT.get(plain);
  if (word !== undefined && (forced || !names.has(text))) return { kind: 'word', word };
  if (forced) return { kind: 'unknown-word', text, meant: meantBy(plain) };
  if (!/^[a-z][a-z-]{2,}$/i.test(text) || names.has(text)) return { kind: 'text', text };
  const meant = meantBy(plain);
  return meant === undefined ? { kind: 'text', text } : { kind: 'unknown-word', text, meant };
}

/**
 * Whether a line ends a query that was begun on the lines before: a word with a colon, or one of those that help or lead
 * out. The other words may well be label names there.
 */
export function leavesOpenQuery(line: string): boolean {
  const text = line.trim().toLowerCase();
  if (text.startsWith(':')) return BY_TEXT.has(text.slice(1).trim());
  const word = BY_TEXT.get(text);
  return word !== undefined && WAYS_OUT.has(word) && (text.length > 1 || text === '?');
}

const WAYS_OUT: ReadonlySet<Word> = new Set(['hint', 'why', 'explain', 'solution', 'skip', 'quit', '?']);

function meantBy(text: string): string | undefined {
  const long = [...BY_TEXT.keys()].filter((word) => word.length > 2);
  return nearest(text, long, 1)[0];
}

/**
 * The keys of the options somebody picked: `2`, `b`, `b)`, and where several are asked for `a c`, `1,3` or `1 and 3`.
 * Undefined when it is not a pick at all, or of options that are not there.
 */
export function readPick(text: string, options: readonly Option[], several: boolean): readonly string[] | undefined {
  const parts = text
    .toLowerCase()
    .split(/[\s,;+&]+|\band\b/)
    .map((part) => part.replace(/[).]$/, ''))
    .filter((part) => part !== '');
  const keys = parts.map((part) => (/^\d+$/.test(part) ? options[Number(part) - 1]?.key : optionKey(part, options)));
  if (keys.length === 0 || (!several && keys.length > 1) || keys.includes(undefined)) return undefined;
  return [...new Set(keys as string[])].sort();
}

function optionKey(part: string, options: readonly Option[]): string | undefined {
  return options.find(({ key }) => key === part)?.key;
}
