import type { CompletionItem, Completions } from '../completion.ts';
import { replaced } from './edit.ts';
import type { EditorState } from './state.ts';

/** The words that are offered below the line. */
export type Menu = {
  /** Where the word that is being typed begins, as an offset into the text. */
  readonly from: number;
  /** Those that fit what is typed, best first. */
  readonly items: readonly CompletionItem[];
  /** Which one Enter would take: none until somebody chooses. */
  readonly selected: number | undefined;
  readonly note: string | undefined;
};

/**
 * Why there is a list: somebody typed, or pressed Tab; and whether it is the `only` one, the `first`, or came `later`
 * from a server, for a text that still stands there.
 */
export type Offered = { readonly by: 'typing' | 'tab'; readonly answer: 'only' | 'first' | 'later' };

/**
 * Shows what a completer gives for the text as it stands. Only a Tab that leaves no doubt puts something in; the completer
 * is then to be asked again.
 */
export function offer(state: EditorState, completions: Completions, { by, answer }: Offered): EditorState {
  const { from, note } = completions;
  if (from > state.cursor || state.search !== undefined) return state;
  const word = state.text.slice(from, state.cursor);
  const { items } = completions;
  const asked = by === 'tab';
  const sure = asked && answer === 'only' ? certain(items, word) : undefined;
  if (sure !== undefined && sure !== word) return taken(state, from, sure);
  const wanted = asked || (state.quietFrom !== from && opensItself(state, word));
  if (!wanted && (answer !== 'later' || state.menu === undefined)) return { ...state, menu: undefined };
  const nothingNew = items.length === 0 || (items.length === 1 && items[0]?.insert === word);
  if (nothingNew && !(note !== undefined && (asked || state.menu !== undefined))) return { ...state, menu: undefined };
  const next = withMenu(state, nothingNew ? [] : items, completions);
  // Pressed again with nothing left to add: Tab goes to the first one.
  const again = asked && answer !== 'later' && state.menu?.from === from && state.menu.items.length > 0;
  return again ? chosen(next, 1) : next;
}

function withMenu(state: EditorState, items: readonly CompletionItem[], { from, note }: Completions): EditorState {
  return { ...state, menu: { from, items, selected: chosenBefore(state.menu, items), note } };
}

/** What was chosen stays chosen when a server adds to the list. */
function chosenBefore(menu: Menu | undefined, items: readonly CompletionItem[]): number | undefined {
  const chosen = menu?.items[menu.selected ?? -1];
  if (chosen === undefined) return undefined;
  const at = items.findIndex(({ kind, label }) => kind === chosen.kind && label === chosen.label);
  return at === -1 ? undefined : at;
}

/** In the middle of a word, and where the character before asks for one. */
function opensItself({ text, cursor }: EditorState, word: string): boolean {
  return word !== '' || '({["\'`,\\'.includes(text[cursor - 1] ?? ' ');
}

/** A list as long as this may be cut: what its words have in common says nothing. */
const LONG_LIST = 100;

/** What a Tab adds to the word without leaving a choice; undefined when there is one. */
function certain(items: readonly CompletionItem[], word: string): string | undefined {
  const [only] = items;
  if (items.length === 1) return only?.insert;
  if (word === '' || items.length >= LONG_LIST) return undefined;
  const common = commonStart(items.map(({ insert }) => insert).filter((insert) => insert.startsWith(word)));
  return common.length > word.length ? common : undefined;
}

function commonStart(texts: readonly string[]): string {
  const [first = '', ...others] = texts;
  let length = first.length;
  for (const text of others) while (!text.startsWith(first.slice(0, length))) length--;
  return first.slice(0, length);
}

/** Another item of the open menu becomes the chosen one; before the first and behind the last there is none. */
export function chosen(state: EditorState, step: number): EditorState {
  const { menu } = state;
  if (menu === undefined || menu.items.length === 0) return state;
  const count = menu.items.length;
  const from = menu.selected ?? (step > 0 ? -1 : count);
  const wanted = from + step;
  const selected = Math.abs(step) > 1 ? Math.min(count - 1, Math.max(0, wanted)) : wanted;
  return { ...state, menu: { ...menu, selected: selected < 0 || selected >= count ? undefined : selected } };
}

/** The chosen item comes into the text; undefined when none is chosen. */
export function accepted(state: EditorState): EditorState | undefined {
  const { menu } = state;
  const item = menu?.items[menu.selected ?? -1];
  return menu === undefined || item === undefined ? undefined : taken(state, menu.from, item.insert);
}

/** A bracket or quote that stands there already is not doubled. */
function taken(state: EditorState, from: number, insert: string): EditorState {
  const last = insert.at(-1) ?? '';
  const doubled = '([{"\'`)]}'.includes(last) && last !== '' && state.text[state.cursor] === last;
  return replaced(state, from, state.cursor + (doubled ? 1 : 0), insert);
}
