import * as readline from 'node:readline';
import { PassThrough, type Readable, Writable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import type { Output } from './io.ts';
import { isIncomplete, oneLine, pasteFilter } from './prompt-text.ts';

/** What came of a question. Leaving is a value, not an error: the one who asked decides what is saved. */
export type Answer =
  | {
      readonly kind: 'line';
      readonly text: string;
      /** The lines before, when `breaksOff` took the last one for itself. */
      readonly unfinished?: string;
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
};

/** Asks for one line at a time. Between questions the terminal is as it was found. */
export type Prompt = {
  readonly canPrefill: boolean;
  ask(question: Question): Promise<Answer>;
};

export type PromptStreams = {
  readonly input: Readable & { readonly isTTY?: boolean; setRawMode?(mode: boolean): unknown };
  readonly output: Output;
  /** False: never an escape byte; the terminal's own line editing serves. Screen readers need this. */
  readonly editing: boolean;
  /** Ends a pending question as `interrupt`. */
  readonly signal: AbortSignal;
};

/** Lines that come within this many milliseconds of each other were pasted, not typed: they are one input. */
const PASTE_GAP_MS = 25;

/**
 * A line prompt over two streams. With `editing` and an input that can be raw: cursor keys, history, prefill and
 * bracketed paste; otherwise plain lines, and nothing is written but the label.
 */
export function createPrompt(streams: PromptStreams): Prompt {
  const editing = streams.editing && streams.input.isTTY === true && typeof streams.input.setRawMode === 'function';
  return { canPrefill: editing, ask: (question) => ask(streams, editing, question) };
}

function ask(streams: PromptStreams, editing: boolean, question: Question): Promise<Answer> {
  const { input, output, signal } = streams;
  if (signal.aborted) return Promise.resolve({ kind: 'interrupt', text: '' });
  const keys = keysFrom(input, editing);
  const reader = readline.createInterface({
    input: keys.stream,
    output: writableTo(output),
    terminal: editing,
    history: editing ? [...(question.history ?? [])].reverse() : [],
    historySize: 200,
    removeHistoryDuplicates: true,
    // A lone Escape is no key here; what follows it within this time is.
    escapeCodeTimeout: 50,
  });
  if (editing) output.write(BRACKETED_PASTE.on);

  return new Promise((resolve) => {
    const lines: string[] = [];
    /** How many lines there were when the last one was asked for; 0 at the first. */
    let goesOnFrom = 0;
    let timer: NodeJS.Timeout | undefined;
    let finished = false;
    const finish = (answer: Answer) => {
      finished = true;
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      reader.removeAllListeners();
      reader.close();
      keys.release();
      if (editing) output.write(BRACKETED_PASTE.off);
      resolve(answer);
    };
    const leave = (answer: Answer) => {
      output.write('\n');
      finish(answer);
    };
    const typed = () => oneLine([...lines, reader.line].join('\n'));
    const onAbort = () => leave({ kind: 'interrupt', text: typed() });
    const submit = () => {
      const text = lines.join('\n');
      // What was pasted behind the last line break waits for its Enter.
      if (reader.line !== '') return;
      const last = lines.at(-1) ?? '';
      // Only a line typed by itself: in pasted text the same word is a part of the query.
      if (goesOnFrom > 0 && lines.length === goesOnFrom + 1 && question.breaksOff?.(last) === true) {
        finish({ kind: 'line', text: last.trim(), unfinished: oneLine(lines.slice(0, -1).join('\n')) });
        return;
      }
      if (isIncomplete(text) && last.trim() !== '') {
        goesOnFrom = lines.length;
        reader.setPrompt(question.more ?? '... ');
        reader.prompt();
        return;
      }
      finish({ kind: 'line', text: text.trim() });
    };
    reader.on('line', (line) => {
      lines.push(line);
      clearTimeout(timer);
      timer = setTimeout(submit, PASTE_GAP_MS);
    });
    reader.on('SIGINT', () => leave({ kind: 'interrupt', text: typed() }));
    reader.on('SIGCONT', () => {
      output.write(BRACKETED_PASTE.on);
      reader.prompt(true);
    });
    reader.on('close', () => {
      if (lines.length > 0) finish({ kind: 'line', text: lines.join('\n').trim() });
      else leave({ kind: 'end' });
    });
    signal.addEventListener('abort', onAbort, { once: true });
    void question.until?.then(() => {
      if (!finished) leave({ kind: 'line', text: '' });
    });
    reader.setPrompt(question.label);
    reader.prompt();
    if (editing && question.prefill !== undefined) reader.write(question.prefill);
  });
}

/** https://invisible-island.net/xterm/xterm-paste64.html: the terminal marks where pasted text begins and ends. */
const BRACKETED_PASTE = { on: '\x1b[?2004h', off: '\x1b[?2004l' } as const;

type Keys = { readonly stream: PassThrough; release(): void };

/** The input as the line editor should see it, for the time of one question; afterwards the input is as it was. */
function keysFrom(input: PromptStreams['input'], editing: boolean): Keys {
  const filter = editing ? pasteFilter() : (text: string) => text;
  const decoder = new StringDecoder('utf8');
  const stream = Object.assign(new PassThrough(), {
    isTTY: editing,
    setRawMode: (mode: boolean) => input.setRawMode?.(mode),
  });
  const onData = (chunk: Buffer | string) =>
    stream.write(filter(typeof chunk === 'string' ? chunk : decoder.write(chunk)));
  const onEnd = () => stream.end();
  input.on('data', onData);
  input.on('end', onEnd);
  if (input.readableEnded) onEnd();
  input.resume();
  return {
    stream,
    release() {
      input.off('data', onData);
      input.off('end', onEnd);
      input.pause();
    },
  };
}

/** readline and clack want a stream; only its text and its width matter. */
export function writableTo(output: Output): Writable {
  const stream = new Writable({
    decodeStrings: false,
    write(chunk, _encoding, done) {
      output.write(String(chunk));
      done();
    },
  });
  return Object.defineProperty(stream, 'columns', { get: () => output.columns() });
}
