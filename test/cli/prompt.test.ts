import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { type Answer, createPrompt, type Question } from '../../src/cli/prompt.ts';
import type { Completer, CompletionItem } from '../../src/explorer/completion.ts';
import { Interrupted } from '../../src/model/errors.ts';

type Room = {
  readonly input: PassThrough & { rawModes: boolean[] };
  readonly written: () => string;
  readonly abort: () => void;
  readonly ask: (question?: Partial<Question>) => Promise<Answer>;
};

function room(options: { readonly editing: boolean; readonly raw?: boolean }): Room {
  const rawModes: boolean[] = [];
  const input = Object.assign(new PassThrough(), {
    isTTY: true,
    rawModes,
    ...(options.raw === false ? {} : { setRawMode: (mode: boolean) => rawModes.push(mode) }),
  });
  let written = '';
  const write = (text: string) => {
    written += text;
  };
  const controller = new AbortController();
  const output = { write, isTTY: true, columns: () => 80 };
  const prompt = createPrompt({ input, output, editing: options.editing, signal: controller.signal });
  return {
    input,
    written: () => written,
    abort: () => controller.abort(new Interrupted()),
    ask: (question) => prompt.ask({ label: '> ', ...question }),
  };
}

const line = (text: string): Answer => ({ kind: 'line', text });

describe.each([
  { mode: 'editing', editing: true },
  { mode: 'plain lines', editing: false },
])('a question, $mode', ({ editing }) => {
  it.each<[string, string, Answer]>([
    ['a line', 'up\n', line('up')],
    ['blanks around it', '  up \n', line('up')],
    ['nothing but Enter', '\n', line('')],
    ['Windows line ends', 'up\r\n', line('up')],
    ['an open bracket goes on', 'sum(\nup)\n', line('sum(\nup)')],
    ['an open bracket is submitted by an empty line', 'sum(up\n\n', line('sum(up')],
    ['pasted lines are one input', 'sum by (job)\n(up)\n', line('sum by (job)\n(up)')],
    ['characters of several bytes', 'up{job="é😀"}\n', line('up{job="é😀"}')],
  ])('%s', async (_what, typed, expected) => {
    const { input, ask } = room({ editing });
    input.write(typed);
    expect(await ask()).toEqual(expected);
  });

  it.each<[string, string, string, Answer]>([
    ['a word breaks an open query off', 'sum(\n', ' quit\n', { kind: 'line', text: 'quit', unfinished: 'sum(' }],
    ['other lines go on', 'sum(\n', 'up)\n', line('sum(\nup)')],
    ['a word in pasted text is a part of the query', 'sum by (\nquit\n', ') (up)\n', line('sum by (\nquit\n) (up)')],
  ])('%s', async (_what, first, second, expected) => {
    const { input, ask } = room({ editing });
    const answer = ask({ breaksOff: (text) => text.trim() === 'quit' });
    input.write(first);
    await new Promise((resolve) => setTimeout(resolve, 40));
    input.write(second);
    expect(await answer).toEqual(expected);
  });

  it('keeps what was typed ahead for the next question', async () => {
    const { input, ask } = room({ editing });
    const first = ask();
    input.write('one\n');
    expect(await first).toEqual(line('one'));
    input.write('two\n');
    await new Promise((resolve) => setTimeout(resolve, 40));
    expect(await ask()).toEqual(line('two'));
  });

  it('is over when the input ends', async () => {
    const { input, ask } = room({ editing });
    input.end();
    expect(await ask()).toEqual({ kind: 'end' });
    expect(await ask()).toEqual({ kind: 'end' });
  });

  it('takes a last line that has no line break', async () => {
    const { input, ask } = room({ editing: false });
    input.end('up');
    expect(await ask()).toEqual(line('up'));
    expect(await ask()).toEqual({ kind: 'end' });
  });

  it('is interrupted by the signal, also when asked afterwards', async () => {
    const { ask, abort } = room({ editing });
    const answer = ask();
    abort();
    expect(await answer).toEqual({ kind: 'interrupt', text: '' });
    expect(await ask()).toEqual({ kind: 'interrupt', text: '' });
  });
});

const CHOICES: Partial<Question> = { choices: [{ key: '1' }, { key: '2' }] };
const KEEPS: Partial<Question> = { keepsLines: true };
const completer: Completer = () => ({
  now: { from: 0, items: [{ kind: 'function', label: 'rate', insert: 'rate(' }] },
});

describe('editing', () => {
  it.each<[string, string, Partial<Question>, Answer]>([
    ['Ctrl-C gives what was typed', 'sum(\x03', {}, { kind: 'interrupt', text: 'sum(' }],
    ['Ctrl-C in the second line gives both', 'sum(\nup\x03', {}, { kind: 'interrupt', text: 'sum( up' }],
    ['Ctrl-D on an empty line leaves', '\x04', {}, { kind: 'end' }],
    ['a prefilled line is submitted by Enter', '\r', { prefill: 'up == 0' }, line('up == 0')],
    ['a prefilled line is edited', '\x7f1\r', { prefill: 'up == 0' }, line('up == 1')],
    ['the up key gives the newest line', '\x1b[A\r', { history: ['up', 'up == 0'] }, line('up == 0')],
    ['twice up gives the one before', '\x1b[A\x1b[A\r', { history: ['up', 'up == 0'] }, line('up')],
    ['bracketed paste submits nothing', '\x1b[200~sum(\nup\n)\n\x1b[201~ > 1\r', {}, line('sum( up ) > 1')],
  ])('%s', async (_what, typed, question, expected) => {
    const { input, ask } = room({ editing: true });
    const answer = ask(question);
    input.write(typed);
    expect(await answer).toEqual(expected);
  });

  it.each<[string, string, Partial<Question>, Answer]>([
    ['a choice is one key', '2', CHOICES, { kind: 'line', text: '2', choice: '2' }],
    ['with Alt, whatever stands there', 'up\x1b1', CHOICES, { kind: 'line', text: '1', choice: '1', unfinished: 'up' }],
    ['a pasted digit is text', '\x1b[200~2\x1b[201~\r', CHOICES, line('2')],
    ['a pasted tab parts words', 'sum\tby (x) (y)\r', { completer }, line('sum by (x) (y)')],
    ['a digit typed with others is text', '2 + 2\r', CHOICES, line('2 + 2')],
    ['lines are kept where they should be', '\x1b[200~sum(\nup # all\n)\x1b[201~\r', KEEPS, line('sum(\nup # all\n)')],
    ['also by Ctrl-C', 'sum(\nup\x03', KEEPS, { kind: 'interrupt', text: 'sum(\nup' }],
  ])('%s', async (_what, typed, question, expected) => {
    const { input, ask } = room({ editing: true });
    const answer = ask(question);
    input.write(typed);
    expect(await answer).toEqual(expected);
  });

  it('completes by Tab', async () => {
    const { input, ask } = room({ editing: true });
    const answer = ask({ completer });
    input.write('ra\t');
    await new Promise((resolve) => setTimeout(resolve, 5));
    input.write('x)\r');
    expect(await answer).toEqual(line('rate(x)'));
  });

  it('shows what a server adds for the text that still stands there, and forgets the rest', async () => {
    const { input, ask, written } = room({ editing: true });
    const late: ((items: readonly CompletionItem[]) => void)[] = [];
    const answer = ask({
      completer: () => ({
        now: { from: 0, items: [] },
        later: new Promise((resolve) => late.push((items) => resolve({ from: 0, items }))),
      }),
    });
    input.write('u');
    await new Promise((resolve) => setTimeout(resolve, 5));
    input.write('p');
    await new Promise((resolve) => setTimeout(resolve, 5));
    late[0]?.([{ kind: 'metric', label: 'for_the_older_text', insert: 'x' }]);
    late[1]?.([{ kind: 'metric', label: 'uptime_seconds', insert: 'uptime_seconds' }]);
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(written()).toContain('uptime_seconds');
    expect(written()).not.toContain('for_the_older_text');
    input.write('\r');
    expect(await answer).toEqual(line('up'));
  });

  it('is ended by what it waits for', async () => {
    const { input, ask } = room({ editing: true });
    const answer = ask({ until: new Promise((resolve) => setTimeout(resolve, 5)) });
    input.write('half');
    expect(await answer).toEqual(line(''));
  });

  it('waits for Enter behind a paste that ends without one', async () => {
    const { input, ask } = room({ editing: true });
    const answer = ask();
    input.write('sum by (job)\n(up');
    await new Promise((resolve) => setTimeout(resolve, 60));
    input.write(')\n');
    expect(await answer).toEqual(line('sum by (job)\n(up)'));
  });

  it('takes raw mode and bracketed paste for the time of the question only', async () => {
    const { input, ask, written, abort } = room({ editing: true });
    const first = ask();
    input.write('up\n');
    await first;
    expect(input.rawModes).toEqual([true, false]);
    expect(written()).toMatch(/^\x1b\[\?2004h.*\x1b\[\?2004l$/s);
    const second = ask();
    abort();
    await second;
    expect(input.rawModes).toEqual([true, false, true, false]);
    expect(written().endsWith('\x1b[?2004l')).toBe(true);
  });
});

describe('plain lines', () => {
  it('take a choice that is typed', async () => {
    const { input, ask } = room({ editing: false });
    input.write('2\n');
    expect(await ask({ choices: [{ key: '1' }, { key: '2' }] })).toEqual({ kind: 'line', text: '2', choice: '2' });
  });

  it.each([
    ['because they were asked for', { editing: false }],
    ['because the input cannot be raw', { editing: true, raw: false }],
  ])('write the label and nothing else, %s', async (_why, options) => {
    const { input, ask, written } = room(options);
    const answer = ask({ prefill: 'up', history: ['up'], more: '... ' });
    input.write('sum(\n');
    await new Promise((resolve) => setTimeout(resolve, 60));
    input.write('up)\n');
    expect(await answer).toEqual(line('sum(\nup)'));
    expect(written()).toBe('> ... ');
  });
});
