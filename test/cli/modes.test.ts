import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/commands.ts';
import { main } from '../../src/cli/main.ts';
import { Interrupted } from '../../src/model/errors.ts';
import { CALLS, LIFE, writeCallFiles } from '../helpers/every-command.ts';
import { fakeIo } from '../helpers/fake-io.ts';
import { ailmentsOf } from '../helpers/heard.ts';
import { bareLearner } from '../helpers/learner.ts';
import { startTutor } from '../helpers/lesson-stack.ts';
import { ownPorts } from '../helpers/stack.ts';

type Io = Partial<Parameters<typeof fakeIo>[0] & object>;

const me = bareLearner();
const folder = mkdtempSync(join(tmpdir(), 'prom-tutor-heard-'));
const stateHome = join(me.stateDir, '..');
/** What the first start wrote to its terminal. */
let started = '';

beforeAll(async () => {
  writeCallFiles(folder);
  await using terminal = startTutor(['start', '--accessible', ...(await ownPorts())], stateHome, {
    env: me.env,
    timeoutMs: 60_000,
  });
  expect((await terminal.exit()).code).toBe(0);
  started = terminal.raw();
}, 60_000);
afterAll(async () => {
  await me.run(['stop']);
  rmSync(folder, { recursive: true, force: true });
});

function ioOf(options: Io = {}) {
  return fakeIo({
    env: me.env,
    homeDir: me.env.HOME,
    cwd: folder,
    columns: 120,
    platform: process.platform,
    ...options,
  });
}

async function run(argv: readonly string[], options: Io = {}) {
  const io = ioOf(options);
  const code = await main([...argv, '--tz', 'UTC'], io);
  return { code, out: io.outText(), err: io.errText() };
}

/** Types the next line whenever the tool asks something: when what it wrote last has no line end. */
async function talk(argv: readonly string[], lines: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const left = [...lines];
  let text = '';
  let waiting: NodeJS.Timeout | undefined;
  const stdin = Object.assign(new Readable({ read: () => undefined }), { isTTY: true });
  const write = (more: string) => {
    text += more;
    clearTimeout(waiting);
    if (text.endsWith('\n')) return;
    waiting = setTimeout(() => {
      // Only what is worth saying has a line of its own.
      const line = text.endsWith('Press Enter to go on: ')
        ? ''
        : text.endsWith('Press Enter to do it: ')
          ? 'skip'
          : left.shift();
      text += `${line ?? ''}\n`;
      stdin.push(line === undefined ? null : `${line}\n`);
    }, 40);
  };
  const io = ioOf({ tty: true, env: { ...me.env, ...env } });
  const code = await main([...argv, '--accessible', '--tz', 'UTC'], {
    ...io,
    stdin,
    stdout: { ...io.stdout, write },
    stderr: { ...io.stderr, write },
  });
  return { code, text, left };
}

describe('the rows below', () => {
  it('are there for every command', () => {
    const rows = new Set([...CALLS.map(({ command }) => command), ...LIFE]);
    expect(['', ...COMMANDS.map(({ spec }) => spec.name)].filter((name) => !rows.has(name))).toEqual([]);
  });

  it('would notice what cannot be heard', () => {
    for (const [text, ailment] of [
      ['\x1b[1mbold\x1b[0m', 'an escape byte'],
      ['50%\r100%', 'a carriage return'],
      ['└─ up', 'a drawn character'],
      ['done ✓', 'a drawn character'],
      ['sum(up\n      ^', 'a caret'],
      ['name     value', 'columns'],
      [`${'word '.repeat(20)}`, 'longer than 72'],
    ] as const) {
      expect(ailmentsOf(text).join(), text).toContain(ailment);
    }
    expect(ailmentsOf(`Query: ${'sum by (x) '.repeat(9)}\nAll rows: x 1\n`)).toEqual([]);
  });
});

describe('read aloud', () => {
  it('start, in a terminal', () => {
    expect(started).toMatch(/writing the history[\s\S]*\.\.\.\r?\n[\s\S]*done: [\s\S]*Next: prom-tutor lesson/);
    expect(ailmentsOf(started.replaceAll('\r\n', '\n'))).toEqual([]);
  });

  it.each(CALLS.map((call) => [call.argv.join(' ') || 'prom-tutor alone', call] as const))('%s', async (_, call) => {
    const { code, out, err } = await run([...call.argv, '--accessible'], { input: call.input ?? '' });
    expect(`${code}\n${out}\n${err}`.replace(/\n +|\s+/g, ' ')).toMatch(call.says);
    expect({ code, err: ailmentsOf(err), out: call.data ? [] : ailmentsOf(out) }).toEqual({
      code: call.code ?? 0,
      err: [],
      out: [],
    });
  });

  it('serve, until somebody ends it', async () => {
    const ended = new AbortController();
    const io = ioOf({ signal: ended.signal });
    const serving = main(['serve', '--listen', '127.0.0.1:0', '--accessible'], io);
    await expect.poll(() => io.errText() + io.outText(), { timeout: 15_000 }).toMatch(/Ctrl-C/);
    ended.abort(new Interrupted());
    expect(await serving).toBe(130);
    expect([...ailmentsOf(io.outText()), ...ailmentsOf(io.errText())]).toEqual([]);
  });
});

describe('a conversation read aloud', () => {
  it.each([
    ['alone', [], ['q'], /Press Enter to .*, q leaves: q\n/],
    [
      'a lesson with a wrong answer, hints and a right one',
      ['lesson', '4'],
      ['2', 'up', 'hint', 'hint', 'sum(up', ')', 'rate(sse_requests_total[5m])', '2', 'quit'],
      /Plain text mode: on[\s\S]*Predict: [\s\S]*Your query: up\nNot yet\.[\s\S]*Hint 1 of[\s\S]*Correct/,
    ],
    [
      'the prompt',
      ['explore'],
      ['up', 'sum(up', ')', 'rate(sse_requests_total[5m]', '', '\\d sse_requests_total', '\\graph 1h up', '\\q'],
      /Your query: up\nAll rows: [\s\S]*rises|stays|always/,
    ],
    ['a dashboard', ['dashboard', '--once'], [], /Panel 1 of 12/],
    ['forgetting', ['progress', 'reset', '4'], ['n'], /Enter keeps it: n\n/],
    ['settings in an editor', ['config', 'edit'], [], /[\s\S]/],
    ['a second start', ['start'], [], /The stack runs already/],
  ] as const)('%s', async (_, argv, lines, says) => {
    const { text, left } = await talk(argv, lines, { EDITOR: 'true' });
    expect(text).toMatch(says);
    expect({ left, ailments: ailmentsOf(text) }).toEqual({ left: [], ailments: [] });
  });

  it('repairs, each only when agreed to', async () => {
    const file = join(me.stateDir, 'stack.json');
    const kept = JSON.stringify(me.state());
    writeFileSync(file, JSON.stringify({ ...me.state(), toolVersion: '0.0.1' }));
    const { text, left } = await talk(['doctor', '--fix'], ['']);
    writeFileSync(file, kept);
    expect(text).toContain('Type y to run it, Enter leaves it: \n');
    expect({ left, ailments: ailmentsOf(text) }).toEqual({ left: [], ailments: [] });
  });

  it('a watched query tells what changes, until Ctrl-C', async () => {
    const ended = new AbortController();
    const io = ioOf({ tty: true, signal: ended.signal });
    const watching = main(['query', `sum by (instance) (time() + 0 * up)`, '--watch', '1s', '--accessible'], io);
    await expect
      .poll(() => io.outText(), { timeout: 10_000 })
      .toMatch(/After this only what changes is told[\s\S]*up by/);
    ended.abort(new Interrupted());
    expect(await watching).toBe(130);
    expect(ailmentsOf(io.outText())).toEqual([]);
  });

  it('in a real terminal: lesson, prompt, dashboard and watched query at the same time', async () => {
    const env = { ...me.env, ACCESSIBLE: '1' };
    const open = (...argv: readonly string[]) => startTutor(argv, stateHome, { env, columns: 120, timeoutMs: 30_000 });
    await using lesson = open('lesson', '2');
    await using prompt = open('explore');
    await using dashboard = open('dashboard', '--refresh', '5s');
    await using watched = open('query', 'up', '--watch', '5s');
    const lessonAsked = lesson.waitFor(/: $/).then(() => lesson.enter('quit'));
    const promptAsked = prompt.waitFor('Your query: ').then(async () => {
      prompt.enter('up');
      await prompt.waitFor(/3 rows/);
      prompt.press('ctrl-d');
    });
    await Promise.all([lessonAsked, promptAsked, dashboard.waitFor(/Panel 12 of 12/), watched.waitFor(/3 rows/)]);
    dashboard.press('ctrl-c');
    watched.press('ctrl-c');
    for (const terminal of [lesson, prompt, dashboard, watched]) {
      await terminal.exit();
      // What is typed, and ^C for Ctrl-C, is written by the terminal itself.
      expect(ailmentsOf(terminal.raw().replaceAll('\r\n', '\n'))).toEqual([]);
    }
  });
});

describe('who asks for it', () => {
  const plain = (text: string) => text.replace(/\d+/g, '0');

  it('an option, the environment and the settings give the same', async () => {
    const settings = join(folder, 'settings.yaml');
    writeFileSync(settings, 'accessible: true\n');
    for (const argv of [['lessons'], ['cookbook', '3'], ['query', '--help']]) {
      const asked = plain((await run([...argv, '--accessible'])).out);
      expect(ailmentsOf(asked)).toEqual([]);
      expect(plain((await run(argv, { env: { ...me.env, ACCESSIBLE: '1' } })).out)).toBe(asked);
      expect(plain((await run(argv, { env: { ...me.env, PROM_TUTOR_CONFIG: settings } })).out)).toBe(asked);
      expect(plain((await run(argv, { env: { ...me.env, PROM_TUTOR_CONFIG: settings, ACCESSIBLE: '0' } })).out)).toBe(
        plain((await run(argv)).out),
      );
    }
  });
});

describe('nothing is lost, whatever draws it', () => {
  const nowMs = Date.now();
  const fixed = { now: () => nowMs, columns: 80 };
  /** Where a person sits: wherever the mode says plain, not a byte may drive the terminal. */
  type Seat = readonly [mode: string, options: readonly string[], env: Readonly<Record<string, string>>];
  const SEAT: Seat = ['NO_COLOR', [], { NO_COLOR: '1' }];
  const SEATS: readonly Seat[] = [
    SEAT,
    ['--color never', ['--color', 'never'], {}],
    ['TERM=dumb', [], { TERM: 'dumb' }],
    ['CI=1', [], { CI: '1' }],
  ];
  /** One call of each command, and every form of answer that draws something. */
  const rows = CALLS.filter(
    ({ command, argv, input }, index) =>
      // A pipe takes whole names in wide rows; a terminal breaks them.
      input === undefined &&
      !argv.includes('wide') &&
      (argv.includes('-o') || CALLS.findIndex((each) => each.command === command) === index),
  ).map((call, index) => [call.argv.join(' ') || 'alone', call, SEATS[index % SEATS.length] ?? SEAT] as const);

  it.each(rows)('%s', async (_, { argv }, [name, more, env]) => {
    const seen = async (more: readonly string[], options: Io = {}) => {
      const { code, out, err } = await run([...argv, '--no-input', ...more], { ...fixed, ...options });
      return { code, text: `${out}\n${err}` };
    };
    const piped = await seen([]);
    expect(piped.text).not.toMatch(/[\x1b\r]/);
    const coloured = await seen(['--color', 'always', '--ascii']);
    expect(coloured.text).not.toMatch(/[^\n\x1b\x20-\x7e]/);
    expect({ code: coloured.code, lost: lostFrom(piped.text, stripVTControlCharacters(coloured.text)) }).toEqual({
      code: piped.code,
      lost: [],
    });
    const sat = await seen(more, { tty: true, env: { ...me.env, ...env } });
    expect(sat.text, name).not.toMatch(/[\x1b\r]/);
    expect({ code: sat.code, lost: lostFrom(piped.text, sat.text) }, name).toEqual({ code: piped.code, lost: [] });
  });
});

/** Words and numbers of the one text that the other has not. What something took is another time every time. */
function lostFrom(whole: string, other: string): readonly string[] {
  const factsOf = (text: string) =>
    text
      .replace(/(?:under )?[\d.]+ m?s\b|\d\d:\d\d:\d\d|\d{10}\.\d+/g, '')
      .replace('this is no terminal', '')
      // The doctor looks at the machine, which other tests change meanwhile: how many checks apply is not the mode's matter.
      .replace(/\b\d+ checks?\b/g, 'checks')
      .match(/[A-Za-z_][\w]*|\d+(?:[.,:]\d+)*/g) ?? [];
  const there = new Set(factsOf(other));
  return [...new Set(factsOf(whole))].filter((fact) => !there.has(fact));
}
