import type { Menu } from './menu.ts';
import type { Search } from './search.ts';

/** Everything a line editor remembers while one question is asked. */
export type EditorState = {
  readonly text: string;
  /** An offset into the text. */
  readonly cursor: number;
  /** The column that up and down would like to keep. */
  readonly column: number | undefined;
  /** What was there before each change, oldest first. */
  readonly past: readonly Past[];
  /** What the last key did, where the next one may continue it. */
  readonly last: 'typed' | 'killed' | undefined;
  /** What was cut last, for Ctrl-Y. */
  readonly cut: string;
  /** Older lines, oldest first. */
  readonly history: readonly string[];
  /** Which of them stands here; their number when none does. */
  readonly at: number;
  /** What was made of lines of the history, and the own text, by their place in it. */
  readonly drafts: ReadonlyMap<number, string>;
  readonly search: Search | undefined;
  readonly menu: Menu | undefined;
  /** Where the word begins for which the menu was closed with Escape. */
  readonly quietFrom: number | undefined;
  /** Whether the last line was begun by Enter, because something was still open. */
  readonly goesOn: boolean;
};

type Past = { readonly text: string; readonly cursor: number };

/** An editor with this text in it, the cursor at its end. */
export function editorState(text: string, history: readonly string[]): EditorState {
  return {
    text,
    cursor: text.length,
    column: undefined,
    past: [],
    last: undefined,
    cut: '',
    history,
    at: history.length,
    drafts: new Map(),
    search: undefined,
    menu: undefined,
    quietFrom: undefined,
    goesOn: false,
  };
}
