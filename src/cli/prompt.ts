import type { Readable } from 'node:stream';
import type { Completer } from '../explorer/completion.ts';
import type { Style } from '../render/style.ts';
import type { Output, Ways } from './io.ts';
import { askEditing } from './prompt-editing.ts';
import { askPlainly } from './prompt-lines.ts';

/** What came of a question. Leaving is a value, not an error: the one who asked decides what is saved. */
export type Answer =
  | {
      readonly kind: 'line';
      readonly text: string;
      /** The lines before, when `breaksOff` took the last one for itself. */
      readonly unfinished?: string;
      /** The key of the choice that was taken; `text` is the same, and what stood on the line is `unfinished`. */
      readonly choice?: string;
    }
  /** Ctrl-C, or the process was asked to end; `text` is what had been typed. */
  | { readonly kind: 'interrupt'; readonly text: string }
  /** Ctrl-D on an empty line, or the input is at its end. */
  | { readonly kind: 'end' };

export type Question = {
  /** Stands before the input; may hold colours. */
  readonly label: string;
  /** Stands before the further lines of an input whose brackets are still open. */
  readonly more?: string;
  /** Whether a further line is no part of the input but a word that stands for itself. */
  readonly breaksOff?: (line: string) => boolean;
  /** Put on the line as if typed, to be edited or submitted; only where `canPrefill`. */
  readonly prefill?: string;
  /** Older lines for the up key, oldest first. */
  readonly history?: readonly string[];
  /** Ends the question like Enter on an empty line when it resolves; must not reject. */
  readonly until?: Promise<unknown>;
  /** Offers words while somebody types; only where lines are edited. */
  readonly completer?: Completer;
  /** Gives what is typed its colours and leaves its characters as they are. */
  readonly highlight?: (text: string) => string;
  /**
   * Each is answered by its key (one character) alone: at once on an empty line, with Alt on any. Where lines are not
   * edited the key is typed and Enter pressed.
   */
  readonly choices?: readonly { readonly key: string }[];
  /** Pasted lines, and what is given up with Ctrl-C, stay several lines; otherwise they are joined to one. */
  readonly keepsLines?: boolean;
};

/** Asks for one line at a time. Between questions the terminal is as it was found. */
export type Prompt = {
  readonly canPrefill: boolean;
  ask(question: Question): Promise<Answer>;
  /** Writes a block, and a line end, above the question that is being asked; plainly when there is none. */
  above?(block: string): void;
};

export type PromptStreams = {
  readonly input: Readable & { readonly isTTY?: boolean; setRawMode?(mode: boolean): unknown };
  readonly output: Output;
  /** False: never an escape byte; the terminal's own line editing serves. Screen readers need this. */
  readonly editing: boolean;
  /** Ends a pending question as `interrupt`. */
  readonly signal: AbortSignal;
  /** How menus are drawn; without colours when absent. */
  readonly style?: Pick<Style, 'colour' | 'ascii' | 'accessible'>;
  /** So that the terminal is restored however the process ends. */
  readonly ways?: Ways | undefined;
};

/**
 * A line prompt over two streams. With `editing` and an input that can be raw: our own line editor; otherwise plain
 * lines, and nothing is written but the label.
 */
export function createPrompt(streams: PromptStreams): Prompt {
  const { input, output, signal } = streams;
  const editing = streams.editing && input.isTTY === true && typeof input.setRawMode === 'function';
  let above: ((block: string) => void) | undefined;
  return {
    canPrefill: editing,
    async ask(question) {
      if (signal.aborted) return { kind: 'interrupt', text: '' };
      try {
        if (editing)
          return await askEditing(streams, question, (write) => {
            above = write;
          });
        // The label stands there without a line end.
        above = (block) => output.write(`\n${block}\n`);
        return await askPlainly(streams, question);
      } finally {
        above = undefined;
      }
    },
    above: (block) => (above === undefined ? output.write(`${block}\n`) : above(block)),
  };
}
