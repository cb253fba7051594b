import { wholeAt } from './buffer.ts';
import { moved } from './edit.ts';
import type { EditorState } from './state.ts';

/** Ctrl-R: looking for what was typed before. */
export type Search = {
  readonly typed: string;
  /** Nothing older holds it: what was found last still stands there. */
  readonly failed: boolean;
  /** To be put back by Ctrl-G. */
  readonly before: { readonly text: string; readonly cursor: number; readonly at: number };
};

export function searchBegun(state: EditorState): EditorState {
  const { text, cursor, at } = state;
  return { ...moved(state, cursor), search: { typed: '', failed: false, before: { text, cursor, at } } };
}

/** The newest line that holds the text, not newer than the one that stands there. */
export function searchTyped(state: EditorState, typed: string): EditorState {
  const { search } = state;
  if (search === undefined) return state;
  return found({ ...state, search: { ...search, typed } }, Math.min(state.at, state.history.length - 1), -1);
}

/** One character less: looked for from the newest again. */
export function searchShortened(state: EditorState): EditorState {
  const { search } = state;
  if (search === undefined || search.typed === '') return state;
  const typed = [...search.typed].slice(0, -1).join('');
  const { text, cursor, at } = search.before;
  const from = { ...state, text, cursor, at, search: { ...search, typed, failed: false } };
  return typed === '' ? from : found(from, state.history.length - 1, -1);
}

/** The next older (-1) or newer (1) line that holds the text and is another one. */
export function searchOn(state: EditorState, step: -1 | 1): EditorState {
  const { search } = state;
  if (search === undefined || search.typed === '') return state;
  return found(state, state.at + step, step, state.text);
}

/** What was found stays, to be edited or run. What stood there before comes back with down, and with undo. */
export function searchEnded(state: EditorState): EditorState {
  const { search, drafts, past, text } = state;
  if (search === undefined || search.before.text === text) return { ...state, search: undefined };
  const { at, ...before } = search.before;
  return {
    ...state,
    search: undefined,
    drafts: at === state.at ? drafts : new Map(drafts).set(at, before.text),
    past: [...past, before],
  };
}

export function searchCancelled(state: EditorState): EditorState {
  const { search } = state;
  return search === undefined ? state : { ...state, ...search.before, search: undefined };
}

/** The first line from there on that holds what is typed and is not `other`. */
function found(state: EditorState, from: number, step: -1 | 1, other?: string): EditorState {
  const { search, history } = state;
  if (search === undefined) return state;
  const typed = search.typed.toLowerCase();
  for (let at = from; at >= 0 && at < history.length; at += step) {
    const text = history[at] ?? '';
    const index = text.toLowerCase().indexOf(typed);
    if (index === -1 || text === other) continue;
    return { ...state, text, cursor: wholeAt(text, index), at, search: { ...search, failed: false } };
  }
  return { ...state, search: { ...search, failed: true } };
}
