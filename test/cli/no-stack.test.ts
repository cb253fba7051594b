import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { storageWithPast } from '../../src/backends/embedded-stack.ts';
import { readStackRules, stackRulesFile } from '../../src/backends/stack-rules.ts';
import { main } from '../../src/cli/main.ts';
import { COOKBOOK } from '../../src/explorer/cookbook.ts';
import { SCRAPE_INTERVAL_MS } from '../../src/model/scenario.ts';
import { embeddedSource } from '../../src/source/embedded.ts';
import { scenarioGround } from '../../src/tutor/ground.ts';
import { exercisesOf } from '../../src/tutor/lesson.ts';
import { loadCourse } from '../../src/tutor/load-lessons.ts';
import { solutionOf } from '../../src/tutor/solution.ts';
import { fakeIo } from '../helpers/fake-io.ts';

const NOTE =
  'note: there is no running stack; the recorded history of the demo service answers, inside prom-tutor. For live data: prom-tutor start\n';

const homes: string[] = [];
afterAll(() => {
  for (const home of homes) rmSync(home, { recursive: true, force: true });
});
function newHome(): string {
  const home = mkdtempSync(join(tmpdir(), 'prom-tutor-no-stack-'));
  homes.push(home);
  return home;
}

/** Nothing listens where the stack would be: the machine of whoever runs this test may have a Prometheus there. */
vi.mock('../../src/client/server-url.ts', async (original) => {
  const real = await original<typeof import('../../src/client/server-url.ts')>();
  return {
    ...real,
    serverUrl: (...args: Parameters<typeof real.serverUrl>) => {
      const found = real.serverUrl(...args);
      return found.origin === 'default' ? { ...found, url: 'http://127.0.0.1:9' } : found;
    },
  };
});
afterEach(() => vi.clearAllMocks());

async function run(argv: readonly string[], options: Parameters<typeof fakeIo>[0] & { readonly home?: string } = {}) {
  const { home = newHome(), ...rest } = options;
  const io = fakeIo({ columns: 80, ...rest, env: { XDG_STATE_HOME: home, LANG: 'C.UTF-8', ...rest.env } });
  return { code: await main([...argv, '--tz', 'UTC'], io), out: io.outText(), err: io.errText() };
}

const course = loadCourse();

describe('without a stack, where nobody can be asked', () => {
  it('explore answers from the history, checkpoints included', async () => {
    const { code, out, err } = await run(['explore'], { input: '\\T incident\nsum(up)\n' });
    expect({ code, err }).toEqual({ code: 0, err: NOTE });
    expect(out).toMatch(/^Queries ask about .*\n\nvalue +labels\n[\s\S]*1 row, at /);
  });

  it('dashboard draws the history', async () => {
    const { code, out, err } = await run(['dashboard', '--time', 'incident']);
    expect({ code, err }).toEqual({ code: 0, err: NOTE });
    expect(out).toMatch(/^SSE streaming service +1h, [\s\S]*asked the embedded Prometheus at [\s\S]*open \(2\)/);
    expect(out).not.toMatch(/no data|error:/);
  });

  it('dashboard draws a dump', async () => {
    const home = newHome();
    const dump = join(home, 'up.om');
    const lines = Array.from({ length: 20 }, (_, at) => `up{instance="a"} ${at % 2} ${1_763_800_000 + at * 60}`);
    writeFileSync(dump, `# TYPE up gauge\n${lines.join('\n')}\n# EOF\n`);
    const board = join(home, 'up.json');
    writeFileSync(
      board,
      JSON.stringify({ title: 'Up', panels: [{ type: 'stat', title: 'a', targets: [{ expr: 'up' }] }] }),
    );
    const { code, out } = await run(['dashboard', '--data', dump, '--file', board], { home });
    expect(code).toBe(0);
    expect(out).toMatch(/^Up +6h, [\s\S]*\na ─+\n1\n/);
  });

  it('grade finds every solution of every lesson right', async () => {
    const t0Ms = Math.floor(Date.now() / SCRAPE_INTERVAL_MS) * SCRAPE_INTERVAL_MS;
    const scenario = { t0Ms, seed: 1, historyMs: 6 * 3_600_000 };
    const storage = await storageWithPast(scenario, await readStackRules(stackRulesFile()));
    const ground = scenarioGround(embeddedSource({ storage, name: 'embedded', now: () => t0Ms }), { t0Ms });
    const lines: string[] = [];
    for (const lesson of course.lessons) {
      for (const exercise of exercisesOf(lesson)) {
        const { answer } = await solutionOf(exercise, ground);
        lines.push(`${lesson.number}.${exercise.number}: ${answer.replaceAll('\n', '\n  ')}`);
      }
    }
    const input = `${lines.join('\n')}\n`;
    const { code, out, err } = await run(['grade', '-', '--now', String(t0Ms / 1_000), '--json'], { input });
    expect([code, err]).toEqual([0, expect.stringContaining('--now was given; the recorded history')]);
    const { answers } = JSON.parse(out) as { answers: readonly { id: string; solved: boolean }[] };
    expect(answers.filter(({ solved }) => !solved)).toEqual([]);
    expect(answers.length).toBe(lines.length);
  });

  it.each([
    ['2.1', 'up{job="sse-streaming"}'],
    ['1.1', '4'],
  ])('check judges an answer to %s', async (id, answer) => {
    const { err, out } = await run(['check', id, answer, '--json']);
    expect(err).toBe(NOTE);
    expect(JSON.parse(out)).toMatchObject({ on: "the bundled stack's history", recorded: expect.any(Boolean) });
  });

  it('check names the mistake in a wrong answer', async () => {
    const { code, out } = await run(['check', '2.1', 'up']);
    expect(code).toBe(1);
    expect(out).toContain('These are all 3 targets.');
  });

  it('a lesson prints itself whole, with its results', async () => {
    const { code, out, err } = await run(['lesson', 'up']);
    expect([code, err]).toEqual([0, NOTE]);
    expect(out).not.toMatch(/undefined|the embedded Prometheus/);
    expect(out).toMatch(/answer with: prom-tutor check \d+\.\d '<query>'\n/);
    expect(out).toMatch(/next: prom-tutor lesson 3\n$/);
  });

  it('shows the same commands as with a stack', async () => {
    expect((await run(['lesson', 'up'])).out).toContain('http://localhost:9090/api/v1/query');
  });

  it('lessons check proves the course', async () => {
    const { code, out, err } = await run(['lessons', 'check']);
    expect([code, err]).toEqual([0, NOTE]);
    expect(
      out
        .trimEnd()
        .split('\n')
        .filter((line) => !/^\d+ \w[\w-]*: \d+ queries, ok$/.test(line)),
    ).toEqual([]);
    expect(out.trimEnd().split('\n')).toHaveLength(course.lessons.length);
  });

  it('cookbook answers all ten queries', async () => {
    const { code, out, err } = await run(['cookbook']);
    expect([code, err]).toEqual([0, NOTE]);
    expect(out).not.toMatch(/no data|failed/);
    for (const { query } of COOKBOOK) expect(out).toContain(`    ${query}\n`);
    const all = JSON.parse((await run(['cookbook', '--json'])).out) as readonly {
      now: { data: { result: unknown[] } };
    }[];
    expect(all.map(({ now }) => now.data.result.length > 0)).toEqual(COOKBOOK.map(() => true));
  });

  it('cookbook knows the moments of the history', async () => {
    const { code, out, err } = await run(['cookbook', '8', '--time', 'incident']);
    expect([code, err]).toEqual([0, NOTE]);
    expect(out).toMatch(/2 open .*anthropic/);
  });

  it('a terminal with --no-input counts as nobody', async () => {
    const { code, err } = await run(['check', '2.1', 'up{job="sse-streaming"}', '--no-input'], { tty: true });
    expect([code, err]).toEqual([0, expect.stringContaining('there is no running stack;')]);
  });

  it('query still asks for a server: nobody takes a history for his own data', async () => {
    const { code, err } = await run(['query', 'up']);
    expect(code).toBe(3);
    expect(err).toContain('Start the bundled stack with: prom-tutor start');
  });
});

describe('without a stack, on a terminal', () => {
  it.each([[['check', '2.1', 'up']], [['cookbook']]])('%j offers to start it', async (argv) => {
    const { code, out, err } = await run(argv, { tty: true, input: 'q\n', env: { NO_COLOR: '1' } });
    expect(code).toBe(3);
    expect(out).toContain('Enter to start it now, q leaves>');
    expect(out).toContain('Nothing was started. The command for it: `prom-tutor start`');
    expect(err).not.toContain('recorded history');
  });
});

describe('live blocks without a stack', () => {
  it('say that they need one', async () => {
    const { printLesson } = await import('../../src/cli/player-print.ts');
    const { lessonJson } = await import('../../src/cli/player-json.ts');
    const { contextOf } = await import('../../src/cli/global-options.ts');
    const { lessonGround } = await import('../../src/cli/player-ground.ts');
    const io = fakeIo({ env: { XDG_STATE_HOME: newHome() } });
    const context = contextOf(io, {});
    const found = await lessonGround(context, { standIn: true });
    if ('error' in found) throw found.error;
    const [lesson] = course.lessons;
    const demo = lesson?.units.find((unit) => unit.kind === 'demo');
    if (lesson === undefined || demo?.kind !== 'demo') throw new Error('a lesson without a demo');
    const live = { ...lesson, units: [{ ...demo, show: { ...demo.show, live: true } }] };
    const room = {
      context,
      lesson: live,
      ground: found.ground,
      t0Ms: found.t0Ms,
      suffix: found.suffix,
      next: undefined,
    };
    await printLesson(room);
    expect(io.outText().replace(/\s+/g, ' ')).toContain('This part is live: it needs a running stack.');
    const [unit] = JSON.parse(await lessonJson(room)).units;
    expect(unit).toMatchObject({ at: 'live', result: { status: 'error', error: expect.stringContaining('live') } });
  });
});
