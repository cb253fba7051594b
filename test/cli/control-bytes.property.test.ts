import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/commands.ts';
import { main } from '../../src/cli/main.ts';
import { Interrupted } from '../../src/model/errors.ts';
import { fakeIo } from '../helpers/fake-io.ts';
import { CASES_OF_ALL, expectClean, hostileText, SEEDED } from '../helpers/hostile.ts';
import { HOSTILE_COMMANDS, type HostileCase, type HostileWorld } from '../helpers/hostile-commands.ts';
import { type HostileServer, hostileServer, MOODS } from '../helpers/hostile-server.ts';

const NOW = 1_763_800_005_000;

const ROWS = Object.entries(HOSTILE_COMMANDS).flatMap(([name, cases]) =>
  cases.map((one, index) => ({ ...one, name: `${name === '' ? 'prom-tutor' : name} ${index + 1}` })),
);

/** How often each row runs: those that start programs a twentieth of the others. */
const SLOW_SHARE = 20;
const SHARES = ROWS.reduce((sum, { slow }) => sum + (slow === true ? 1 : SLOW_SHARE), 0);
const runsOf = ({ slow }: HostileCase) => Math.ceil((CASES_OF_ALL * (slow === true ? 1 : SLOW_SHARE)) / SHARES);

let server: HostileServer;
let home = '';
let ran = 0;

beforeAll(async () => {
  server = await hostileServer();
  home = mkdtempSync(join(tmpdir(), 'prom-tutor-hostile-'));
});
afterAll(async () => {
  await server.close();
  rmSync(home, { recursive: true, force: true });
  process.stdout.write(`control bytes: ${ran} cases over ${COMMANDS.length} commands\n`);
});

const cases = fc.record({
  texts: fc.array(hostileText, { minLength: 9, maxLength: 9 }),
  mood: fc.constantFrom(...MOODS),
  colour: fc.boolean(),
  ascii: fc.boolean(),
  accessible: fc.boolean(),
  width: fc.constantFrom(20, 40, 59, 80, 120),
});

describe('what reaches the terminal', () => {
  it('is looked at for every command there is', () => {
    expect(Object.keys(HOSTILE_COMMANDS).sort()).toEqual(['', ...COMMANDS.map(({ spec }) => spec.name)].sort());
  });

  it.each(ROWS.filter(({ reads }) => reads === true))('of $name is made of what is planted', async (row) => {
    const texts = ['ab', 'cd', 'ef', 'gh', 'ij', 'kl', 'mn', 'op', 'qr'];
    server.say({ texts, mood: 'answers' });
    const { out, err, code } = await run(row, texts, [], 80);
    expect({ code, err: code === 0 ? '' : err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(new RegExp(texts.join('|')));
  });

  it.each(ROWS)(
    'of $name holds no control byte, whatever it reads',
    async (row) => {
      await fc.assert(
        fc.asyncProperty(cases, async ({ texts, mood, colour, ascii, accessible, width }) => {
          ran++;
          server.say({ texts, mood });
          const { out, err, code } = await run(
            row,
            texts,
            [
              ...['--color', colour ? 'always' : 'never'],
              ...(ascii ? ['--ascii'] : []),
              ...(accessible ? ['--accessible'] : []),
            ],
            width,
          );
          const style = { width, colour: colour && !accessible, ascii, accessible, timeZone: 'UTC' };
          expectClean(out, style);
          expectClean(err, style);
          // A crash shows a stack, and is never what bad input deserves.
          expect(err).not.toContain('internal error:');
          expect([0, 1, 2, 3, 4, 130]).toContain(code);
        }),
        { ...SEEDED, numRuns: runsOf(row) },
      );
    },
    1_800_000,
  );
});

async function run(row: HostileCase, texts: readonly string[], looks: readonly string[], columns: number) {
  rmSync(home, { recursive: true, force: true });
  mkdirSync(home, { recursive: true });
  const at = (index: number) => texts[index % texts.length] ?? '';
  const world: HostileWorld = {
    url: server.url,
    home,
    stateDir: join(home, 'state', 'prom-tutor'),
    configDir: join(home, 'config', 'prom-tutor'),
    at,
    word: (index) => at(index).replaceAll('\0', ''),
  };
  row.plant?.(world);
  const ending = new AbortController();
  const io = fakeIo({
    env: {
      XDG_STATE_HOME: join(home, 'state'),
      XDG_CONFIG_HOME: join(home, 'config'),
      PATH: '/nonexistent',
      // Whoever names no server must not ask one that runs on this machine by chance.
      PROM_TUTOR_URL: server.url,
      LANG: 'C.UTF-8',
      ...row.env?.(world),
    },
    homeDir: home,
    cwd: home,
    columns,
    now: () => NOW,
    // Nothing of this world may be signalled, whatever a state file says.
    kill: () => {
      throw Object.assign(new Error('kill ESRCH'), { code: 'ESRCH' });
    },
    signal: ending.signal,
    sleep: async (_ms, signal) => signal?.throwIfAborted(),
    ...(row.input === undefined ? {} : { input: row.input(world) }),
  });
  const watched = row.lasting === true ? endingAtFirst(io, ending) : io;
  const argv = row.argv(world);
  // A completion answers in a fixed form and takes no options.
  const code = await main(argv[0] === '__complete' ? argv : [...looks, ...argv], watched);
  return { code, out: io.outText(), err: io.errText() };
}

function endingAtFirst(io: ReturnType<typeof fakeIo>, ending: AbortController): ReturnType<typeof fakeIo> {
  const ended = (output: typeof io.stdout): typeof io.stdout => ({
    ...output,
    write(text) {
      output.write(text);
      setImmediate(() => ending.abort(new Interrupted()));
    },
  });
  return { ...io, stdout: ended(io.stdout), stderr: ended(io.stderr) };
}
