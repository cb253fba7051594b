import * as readline from 'node:readline';
import { PassThrough, Writable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import type { Output } from './io.ts';
import type { Answer, PromptStreams, Question } from './prompt.ts';
import { isIncomplete, oneLine } from './prompt-text.ts';

/** Lines that come within this many milliseconds of each other were pasted, not typed: they are one input. */
export const PASTE_GAP_MS = 25;

/** Asks by writing the label and reading lines as they come; never an escape byte. */
export function askPlainly({ input, output, signal }: PromptStreams, question: Question): Promise<Answer> {
  const source = textFrom(input);
  const reader = readline.createInterface({ input: source.stream, output: writableTo(output), terminal: false });

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
      source.release();
      resolve(answer);
    };
    const leave = (answer: Answer) => {
      output.write('\n');
      finish(answer);
    };
    const onAbort = () => leave({ kind: 'interrupt', text: oneLine([...lines, reader.line].join('\n')) });
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
      finish(lineAnswer(text.trim(), question));
    };
    reader.on('line', (line) => {
      lines.push(line);
      clearTimeout(timer);
      timer = setTimeout(submit, PASTE_GAP_MS);
    });
    reader.on('close', () => {
      if (lines.length > 0) finish(lineAnswer(lines.join('\n').trim(), question));
      else leave({ kind: 'end' });
    });
    signal.addEventListener('abort', onAbort, { once: true });
    void question.until?.then(() => {
      if (!finished) leave({ kind: 'line', text: '' });
    });
    reader.setPrompt(question.label);
    reader.prompt();
  });
}

function lineAnswer(text: string, { choices = [] }: Question): Answer {
  const choice = choices.find(({ key }) => key === text);
  return choice === undefined ? { kind: 'line', text } : { kind: 'line', text, choice: choice.key };
}

type Text = { readonly stream: PassThrough; release(): void };

/** The input as text, for the time of one question; afterwards the input is as it was. */
function textFrom(input: PromptStreams['input']): Text {
  const decoder = new StringDecoder('utf8');
  const stream = new PassThrough();
  const onData = (chunk: Buffer | string) => stream.write(typeof chunk === 'string' ? chunk : decoder.write(chunk));
  const onEnd = () => stream.end();
  input.on('data', onData);
  input.on('end', onEnd);
  // A terminal that was closed is at its end, however it says so.
  input.on('error', onEnd);
  if (input.readableEnded) onEnd();
  input.resume();
  return {
    stream,
    release() {
      input.off('data', onData);
      input.off('end', onEnd);
      input.off('error', onEnd);
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
