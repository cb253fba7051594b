import { EDITS, inserted, lineMoved, moved, replaced } from './edit.ts';
import { recalled } from './history.ts';
import type { Key } from './keys.ts';
import { accepted, chosen } from './menu.ts';
import { searchBegun, searchCancelled, searchEnded, searchOn, searchShortened, searchTyped } from './search.ts';
import type { EditorState } from './state.ts';

/** What a question allows. */
export type EditorRules = {
  /** Whether the text cannot be meant as it is, because something is still open. */
  readonly isIncomplete: (text: string) => boolean;
  /** Whether a further line is no part of the input but stands for itself. */
  readonly breaksOff: (line: string) => boolean;
  /** What pasted text becomes. */
  readonly pasted: (text: string) => string;
  /** Keys that answer at once on an empty line, and anywhere together with Alt. */
  readonly choices: readonly string[];
};

/** What the one who runs the editor has to do. */
export type Effect =
  /** The answer; `unfinished`: the lines before the last, which stands for itself. */
  | { readonly kind: 'submit'; readonly text: string; readonly unfinished?: string }
  | { readonly kind: 'choice'; readonly key: string }
  | { readonly kind: 'interrupt' | 'end' | 'clear' | 'stop' }
  /** Ask the completer for the text as it is now. */
  | { readonly kind: 'complete'; readonly how: 'typing' | 'tab' };

export type Pressed = { readonly state: EditorState; readonly effect?: Effect };

/**
 * What a key does. `more`: other keys came with it at once, so it was not pressed by a hand: an Enter in pasted text is a
 * line break, and a digit no choice.
 */
export function press(state: EditorState, key: Key, rules: EditorRules, more = false): Pressed {
  switch (key.kind) {
    case 'cursor':
      return { state };
    case 'paste':
      return { state: { ...pasted(state, rules.pasted(key.text)), goesOn: false } };
    case 'text':
      return typed(state, key.text, rules, more);
    case 'key':
      return state.search === undefined ? named(state, key.name, rules, more) : searching(state, key.name, rules, more);
  }
}

function pasted(state: EditorState, text: string): EditorState {
  if (text === '') return state;
  const plain = searchEnded(state);
  return replaced(plain, plain.cursor, plain.cursor, text);
}

function typed(state: EditorState, text: string, { choices }: EditorRules, more: boolean): Pressed {
  if (state.search !== undefined) return { state: searchTyped(state, state.search.typed + text) };
  if (!more && state.text === '' && choices.includes(text)) return { state, effect: { kind: 'choice', key: text } };
  return { state: inserted(state, text), effect: { kind: 'complete', how: 'typing' } };
}

function searching(state: EditorState, name: string, rules: EditorRules, more: boolean): Pressed {
  switch (name) {
    case 'ctrl-r':
      return { state: searchOn(state, -1) };
    case 'ctrl-s':
      return { state: searchOn(state, 1) };
    case 'backspace':
      return { state: searchShortened(state) };
    case 'ctrl-g':
      return { state: searchCancelled(state) };
    case 'escape':
    case 'tab':
      return { state: searchEnded(state) };
    default:
      return named(searchEnded(state), name, rules, more);
  }
}

/** Keys whose doing is an edit, by the name of the edit. */
const KEYS: Readonly<Record<string, string>> = {
  left: 'left',
  'ctrl-b': 'left',
  right: 'right',
  'ctrl-f': 'right',
  home: 'home',
  'ctrl-a': 'home',
  end: 'end',
  'ctrl-e': 'end',
  'alt-b': 'word-left',
  'ctrl-left': 'word-left',
  'alt-left': 'word-left',
  'alt-f': 'word-right',
  'ctrl-right': 'word-right',
  'alt-right': 'word-right',
  'alt-<': 'text-start',
  'ctrl-home': 'text-start',
  'alt->': 'text-end',
  'ctrl-end': 'text-end',
  backspace: 'backspace',
  'shift-backspace': 'backspace',
  delete: 'delete',
  'ctrl-k': 'kill-right',
  'ctrl-u': 'kill-left',
  'ctrl-w': 'kill-blank',
  'alt-backspace': 'kill-word-left',
  'ctrl-backspace': 'kill-word-left',
  'alt-d': 'kill-word-right',
  'ctrl-delete': 'kill-word-right',
  'alt-delete': 'kill-word-right',
  'ctrl-y': 'yank',
  'ctrl-t': 'transpose',
  'ctrl-_': 'undo',
};

/** While a menu is open these change what it offers, instead of closing it. */
const NARROWS: ReadonlySet<string> = new Set([
  'backspace',
  'shift-backspace',
  'ctrl-w',
  'alt-backspace',
  'ctrl-backspace',
]);

const PAGE = 8;

function named(state: EditorState, name: string, rules: EditorRules, more: boolean): Pressed {
  const edit = EDITS[KEYS[name] ?? ''];
  if (edit !== undefined) {
    const next = edit(state);
    const narrows = state.menu !== undefined && NARROWS.has(name);
    return narrows
      ? { state: { ...next, menu: state.menu }, effect: { kind: 'complete', how: 'typing' } }
      : { state: next };
  }
  if (name.startsWith('alt-') && rules.choices.includes(name.slice(4))) {
    return { state, effect: { kind: 'choice', key: name.slice(4) } };
  }
  switch (name) {
    case 'enter':
      return entered(state, rules, more);
    case 'alt-enter':
    case 'shift-enter':
      return { state: { ...replaced(state, state.cursor, state.cursor, '\n'), goesOn: false } };
    case 'tab':
    case 'ctrl-space':
      return tabbed(state);
    case 'shift-tab':
      return { state: chosen(state, -1) };
    case 'up':
    case 'ctrl-p':
      return { state: state.menu?.selected === undefined ? vertical(state, -1) : chosen(state, -1) };
    case 'down':
    case 'ctrl-n':
      return { state: hasItems(state) ? chosen(state, 1) : vertical(state, 1) };
    case 'page-up':
      return { state: hasItems(state) ? chosen(state, -PAGE) : recalled(state, -1) };
    case 'page-down':
      return { state: hasItems(state) ? chosen(state, PAGE) : recalled(state, 1) };
    case 'escape':
      return { state: { ...moved(state, state.cursor), quietFrom: state.menu?.from } };
    case 'ctrl-r':
      return { state: searchBegun(state) };
    case 'ctrl-c':
      return { state: { ...state, menu: undefined }, effect: { kind: 'interrupt' } };
    case 'ctrl-d':
      return state.text === '' ? { state, effect: { kind: 'end' } } : { state: (EDITS.delete as Edit)(state) };
    case 'ctrl-l':
      return { state, effect: { kind: 'clear' } };
    case 'ctrl-z':
      return { state, effect: { kind: 'stop' } };
    default:
      return { state };
  }
}

type Edit = (state: EditorState) => EditorState;

function hasItems({ menu }: EditorState): boolean {
  return menu !== undefined && menu.items.length > 0;
}

function vertical(state: EditorState, step: -1 | 1): EditorState {
  return lineMoved(state, step) ?? recalled(state, step);
}

/** Takes the chosen word, or moves to the next one, or asks what there is. */
function tabbed(state: EditorState): Pressed {
  const taken = accepted(state);
  if (taken !== undefined) return { state: taken, effect: { kind: 'complete', how: 'typing' } };
  return { state, effect: { kind: 'complete', how: 'tab' } };
}

function entered(state: EditorState, rules: EditorRules, more: boolean): Pressed {
  const taken = more ? undefined : accepted(state);
  if (taken !== undefined) return { state: taken, effect: { kind: 'complete', how: 'typing' } };
  const { text } = state;
  const cut = text.lastIndexOf('\n') + 1;
  const last = text.slice(cut);
  if (more) return { state: { ...replaced(state, state.cursor, state.cursor, '\n'), goesOn: false } };
  const plain = { ...state, menu: undefined };
  if (state.goesOn && rules.breaksOff(last)) {
    return { state: plain, effect: { kind: 'submit', text: last, unfinished: text.slice(0, cut) } };
  }
  if (rules.isIncomplete(text) && last.trim() !== '') {
    return { state: { ...replaced(state, state.cursor, state.cursor, '\n'), goesOn: true } };
  }
  return { state: plain, effect: { kind: 'submit', text } };
}
