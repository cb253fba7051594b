import { before, behind, blankStart, columnOf, lineAway, lineEnd, lineStart, wordEnd, wordStart } from './buffer.ts';
import type { EditorState } from './state.ts';

type Edit = (state: EditorState) => EditorState;

/** The cursor elsewhere; whatever was being done is done. */
export function moved(state: EditorState, cursor: number): EditorState {
  return { ...state, cursor, column: undefined, last: undefined, menu: undefined };
}

/** Replaces what stands between two offsets; the cursor comes behind it. */
export function replaced(state: EditorState, from: number, to: number, text: string): EditorState {
  return {
    ...state,
    text: state.text.slice(0, from) + text + state.text.slice(to),
    cursor: from + text.length,
    column: undefined,
    past: [...state.past, { text: state.text, cursor: state.cursor }].slice(-MOST_CHANGES),
    last: undefined,
    menu: undefined,
  };
}

const MOST_CHANGES = 500;

/** Text at the cursor. Letters typed one after the other are undone together. */
export function inserted(state: EditorState, text: string): EditorState {
  const next = replaced(state, state.cursor, state.cursor, text);
  const goesOn = state.last === 'typed' && !/\s/.test(text);
  return { ...next, past: goesOn ? state.past : next.past, last: 'typed' };
}

export function undone(state: EditorState): EditorState {
  const last = state.past.at(-1);
  if (last === undefined) return state;
  return { ...moved(state, last.cursor), text: last.text, past: state.past.slice(0, -1) };
}

/** Cuts what stands between two offsets. What is cut key by key is one text for Ctrl-Y. */
function killed(state: EditorState, from: number, to: number): EditorState {
  if (from === to) return { ...state, menu: undefined };
  const piece = state.text.slice(from, to);
  const joined =
    state.last !== 'killed' ? piece : to <= state.cursor && from < state.cursor ? piece + state.cut : state.cut + piece;
  return { ...replaced(state, from, to, ''), cut: joined, last: 'killed' };
}

function removed(state: EditorState, from: number, to: number): EditorState {
  return from === to ? state : replaced(state, from, to, '');
}

/** The two characters at the cursor change places, as in every line editor; at the end the last two. */
function transposed(state: EditorState): EditorState {
  const { text } = state;
  const atEnd = state.cursor === lineEnd(state);
  const middle = atEnd ? before(state) : state.cursor;
  const from = before({ text, cursor: middle });
  const to = behind({ text, cursor: middle });
  if (from < lineStart(state) || from === middle || middle === to || text.slice(from, to).includes('\n')) return state;
  return replaced(state, from, to, text.slice(middle, to) + text.slice(from, middle));
}

/** Up or down a line of the input; undefined when there is none. */
export function lineMoved(state: EditorState, step: -1 | 1): EditorState | undefined {
  const column = state.column ?? columnOf(state);
  const cursor = lineAway(state, step, column);
  return cursor === undefined ? undefined : { ...moved(state, cursor), column };
}

/** What the keys do to the text, by their names. */
export const EDITS: Readonly<Record<string, Edit>> = {
  left: (state) => moved(state, before(state)),
  right: (state) => moved(state, behind(state)),
  home: (state) => moved(state, lineStart(state)),
  end: (state) => moved(state, lineEnd(state)),
  'word-left': (state) => moved(state, wordStart(state)),
  'word-right': (state) => moved(state, wordEnd(state)),
  'text-start': (state) => moved(state, 0),
  'text-end': (state) => moved(state, state.text.length),
  backspace: (state) => removed(state, before(state), state.cursor),
  delete: (state) => removed(state, state.cursor, behind(state)),
  // At the end of a line the line break goes, as in Emacs.
  'kill-right': (state) => killed(state, state.cursor, Math.max(lineEnd(state), behindBreak(state))),
  'kill-left': (state) => killed(state, Math.min(lineStart(state), beforeBreak(state)), state.cursor),
  'kill-blank': (state) => killed(state, blankStart(state), state.cursor),
  'kill-word-left': (state) => killed(state, wordStart(state), state.cursor),
  'kill-word-right': (state) => killed(state, state.cursor, wordEnd(state)),
  yank: (state) => (state.cut === '' ? state : replaced(state, state.cursor, state.cursor, state.cut)),
  transpose: transposed,
  undo: undone,
};

function behindBreak(state: EditorState): number {
  return state.text[state.cursor] === '\n' ? state.cursor + 1 : state.cursor;
}

function beforeBreak(state: EditorState): number {
  return state.text[state.cursor - 1] === '\n' ? state.cursor - 1 : state.cursor;
}
