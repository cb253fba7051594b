import { spawnSync } from 'node:child_process';
import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { request } from 'undici';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { embeddedBackend } from '../../src/backends/embedded.ts';
import { isRunning } from '../../src/backends/processes.ts';
import type { StackState } from '../../src/backends/state.ts';
import { backendWorld } from '../../src/cli/backend-world.ts';
import { main } from '../../src/cli/main.ts';
import type { Report } from '../../src/doctor/finding.ts';
import { fakeIo } from '../helpers/fake-io.ts';
import { bareLearner } from '../helpers/learner.ts';
import { BIN } from '../helpers/lesson-stack.ts';
import { programFolder } from '../helpers/programs.ts';
import { freePort } from '../helpers/prometheus.ts';
import {
  ALL_UP,
  asking,
  counterNow,
  ended,
  expectCookbookAnswered,
  expectFullHour,
  expectGone,
  ownPorts,
  processesOf,
  runApart,
  startApart,
  stateIs,
  targetsSince,
} from '../helpers/stack.ts';
import { startTerminal } from '../helpers/terminal.ts';

// Each start costs about a second, and several of them on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

type Learner = ReturnType<typeof bareLearner>;

const words = (text: string) => text.replace(/\s+/g, ' ');

async function doctorOf(me: Learner): Promise<Report & { readonly failed: readonly string[] }> {
  const report = JSON.parse((await me.run(['doctor', '--json'])).out) as Report;
  return { ...report, failed: report.findings.filter(({ status }) => status === 'fail').map(({ id }) => id) };
}

/** Listens on a port whose neighbour below is free. */
async function behindFreePort() {
  for (;;) {
    const stranger = createServer();
    await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve));
    const { port } = stranger.address() as { port: number };
    const below = createServer();
    const free = await new Promise<boolean>((resolve) => {
      below.once('error', () => resolve(false));
      below.listen(port - 1, '127.0.0.1', () => below.close(() => resolve(true)));
    });
    if (free) return { stranger, port };
    stranger.close();
  }
}

function kill9(state: StackState): void {
  for (const { pid } of state.processes) process.kill(pid, 'SIGKILL');
}

async function valueAt(state: StackState, query: string, timeMs: number): Promise<number> {
  const { data } = await asking(state, (source) => source.instant(query, { timeMs }));
  return data.kind === 'vector' ? (data.samples[0]?.value as number) : Number.NaN;
}

describe('a stack on a machine with Node alone', () => {
  const me = bareLearner();
  let ports: readonly string[] = [];

  beforeAll(async () => {
    ports = await ownPorts();
  });
  afterAll(async () => {
    await me.run(['stop']);
    expect(processesOf(me)).toEqual([]);
  });

  it('starts with its history and every target scraped, says with what and why, and what comes next', async () => {
    const { code, out, err } = runApart(me, 'start', ...ports, '--wait', '--tz', 'UTC');
    expect(`${code}\n${err}`).toMatch(/^0\n/);
    expect(err).toMatch(/Not with Docker: Docker is not installed\.[\s\S]*prometheus is not on PATH\./);
    expect(err).toMatch(/done: the history is in place[\s\S]*The stack runs, with the embedded Prometheus\./);
    expect(out).toMatch(/1 +sse-app-2:8000 +sse-streaming/);
    expect(out).toMatch(/\{provider="openai"\}: last \d/);
    expect(out).toMatch(/Next: prom-tutor lesson\n$/);
    expect(me.state()).toMatchObject({ backend: 'embedded', phase: 'running', processes: [{ name: 'prom-tutor' }] });
    expect(await targetsSince(me.state(), 0)).toEqual(ALL_UP);
    await expectFullHour(me.state());
    await expectCookbookAnswered(me.state());
  });

  it('goes on with the counters of both instances where the history ends', async () => {
    const state = me.state();
    for (const [index, instance] of ['sse-app:8000', 'sse-app-2:8000'].entries()) {
      const query = `sum(sse_requests_total{instance="${instance}"})`;
      const atEnd = await valueAt(state, query, state.scenario.t0Ms);
      const now = await counterNow(state.urls.apps[index] ?? '', 'sse_requests_total');
      expect(atEnd).toBeGreaterThan(1_000);
      expect(now).toBeGreaterThanOrEqual(atEnd);
      expect(now).toBeLessThan(atEnd + 400);
    }
  });

  it('is found by a second start', async () => {
    const { code, out, err } = await me.run(['start', '--json']);
    expect(`${code}\n${err}`).toMatch(/^0\n/);
    expect(JSON.parse(out)).toMatchObject({ result: 'found', backend: 'embedded' });
    expect(await valueAt(me.state(), 'sum(resets(sse_requests_total[5m]))', Date.now())).toBe(0);
  });

  it('answers every command that asks', async () => {
    const status = await me.run(['status']);
    expect(status.code).toBe(0);
    for (const service of ['prometheus', 'sse-app', 'sse-app-2', 'load']) {
      expect(status.out).toMatch(new RegExp(`${service} +running +process \\d+`));
    }
    expect(words(status.out)).toContain('Samples are kept in memory: scraped ones for 1d');
    const query = await me.run(['query', 'sum by (provider) (rate(sse_requests_total[5m]))', '--range', '1h']);
    expect(query).toMatchObject({ code: 0, err: '' });
    expect(query.out).toContain('openai');
    expect((await me.run(['cookbook', '3'])).code).toBe(0);
    const lesson = await me.run(['lesson', '2']);
    expect(lesson.code).toBe(0);
    expect(lesson.out).toMatch(/sse-app-2:8000/);
    const right = await me.run(['check', '2.1', 'up{job="sse-streaming"}', '--json']);
    const wrong = await me.run(['check', '2.1', 'up', '--json']);
    expect([right.code, wrong.code]).toEqual([0, 1]);
    expect(JSON.parse(wrong.out)).toMatchObject({ solved: false });
    expect((await doctorOf(me)).failed).toEqual([]);
  });

  it('keeps a log of each service', async () => {
    const logs = await me.run(['logs']);
    expect(logs.out).toMatch(/prometheus \| \S+ listening on http/);
    expect((await me.run(['logs', 'sse-app'])).code).toBe(0);
    expect(statSync(join(me.state().dir, 'daemon.json')).mode & 0o077).toBe(0);
  });

  it('serves this machine alone, and ends only for who knows the token', async () => {
    const { prometheus } = me.state().urls;
    const status = async (path: string, headers: Record<string, string>, method: 'GET' | 'POST' = 'GET') => {
      const { statusCode, body } = await request(`${prometheus}${path}`, { method, headers });
      await body.dump();
      return statusCode;
    };
    expect(await status('/api/v1/query?query=1', {})).toBe(200);
    expect(await status('/api/v1/query?query=1', { host: 'evil.example:9090' })).toBe(403);
    expect(await status('/-/quit', {}, 'POST')).toBe(403);
    expect(await status('/-/quit', { authorization: 'Bearer wrong' }, 'POST')).toBe(403);
    const own = { authorization: `Bearer ${me.state().token}` };
    expect(await status('/-/quit', own)).toBe(405);
    expect(await status('/-/quit', { ...own, origin: 'https://evil.example' }, 'POST')).toBe(403);
    expect(await status('/-/ready', {})).toBe(200);
  });

  it('is told as ended everywhere when its process was killed, and comes back as it was', async () => {
    const before = me.state();
    kill9(before);
    await expect.poll(async () => (await me.run(['status'])).code, { interval: 20 }).toBe(3);
    const status = await me.run(['status']);
    expect(words(status.out)).toContain('was started with the embedded Prometheus does not run any more.');
    expect(status.out).toMatch(/sse-app +stopped +process \d+ has ended/);
    expect(status.out).toMatch(/Next: prom-tutor start\n$/);
    for (const argv of [
      ['query', 'up'],
      ['lesson', '2'],
      ['cookbook', '1'],
    ]) {
      const { code, err, out } = await me.run(argv);
      expect(`${argv[0]}: ${code}`).toMatch(/: (0|3)$/);
      expect(words(`${err} ${out}`)).toContain('prom-tutor start');
    }
    expect((await me.run(['logs', 'prometheus'])).out).toContain('listening on');

    const report = await doctorOf(me);
    expect(report.failed).toEqual(['processes']);
    expect(report.summary).toMatchObject({
      sentence: 'The background process of the stack has ended: nothing of it runs any more.',
      next: 'prom-tutor start',
    });
    const folded = report.findings.filter(({ because }) => because === 'processes').map(({ id }) => id);
    expect(folded).toEqual(expect.arrayContaining(['prometheus', 'targets', 'scenario']));

    const { code, err, out } = await me.run(['start', '--json']);
    expect(code).toBe(0);
    expect(words(err)).toMatch(
      /prometheus, sse-app, sse-app-2, load are stopped \(process \d+ has ended\)\. Bringing it back\./,
    );
    expect(words(err)).toContain('What was scraped since the start is lost, it was in memory only');
    expect(JSON.parse(out)).toMatchObject({ result: 'repaired', scenario: before.scenario, id: before.id });
    expect(me.state().urls).toEqual(before.urls);
    // A second process after the written past starts at zero: a real reset.
    expect(await counterNow(me.state().urls.apps[0] ?? '', 'sse_requests_total')).toBeLessThan(1_000);
    await expectFullHour(me.state());
  });

  it.each(['a start time of its own', 'no start time told'])(
    'does not take a stranger with its pid for it: %s',
    async (how) => {
      const real = me.state();
      const startedAt = how === 'no start time told' ? '' : (real.processes[0]?.startedAt ?? '');
      const stolen = real.processes.map((record) => ({ ...record, pid: process.pid, startedAt }));
      writeFileSync(join(me.stateDir, 'stack.json'), JSON.stringify({ ...real, processes: stolen }));
      expect((await me.run(['status'])).code).toBe(3);
      const { code, err } = await me.run(['start']);
      expect(`${code}\n${err}`).toMatch(/^0\n/);
      expect(me.state().scenario).toEqual(real.scenario);
      expect(processesOf(me)).toHaveLength(1);
      await expectGone(real.processes);
    },
  );

  it('keeps its scenario when asked, says what is gone, and goes on', async () => {
    const before = me.state();
    const stopped = await me.run(['stop', '--keep-data']);
    expect(words(stopped.out)).toContain('what was scraped since was in memory only and is gone');
    expect(words(stopped.out)).toContain('`prom-tutor start --backend embedded` goes on with it');
    expect(processesOf(me)).toEqual([]);
    expect(() => me.state()).toThrow('ENOENT');
    expect((await me.run(['status'])).out).toContain('Kept: the scenario of the embedded Prometheus');

    const { code, err, out } = await me.run(['start', ...ports, '--json']);
    expect(`${code}\n${err}`).toMatch(/^0\n/);
    expect(words(err)).toMatch(/the history is the same\. What had been scraped .* there is a gap of \d+ (s|min)/);
    expect(JSON.parse(out)).toMatchObject({
      result: 'started',
      id: before.id,
      scenario: before.scenario,
      gap: { fromMs: before.scenario.t0Ms },
    });
    await expectFullHour(me.state());
  });

  it('leaves nothing behind', async () => {
    const { processes } = me.state();
    const { code, out } = await me.run(['stop']);
    expect({ code, out }).toEqual({ code: 0, out: 'The stack has stopped. Removed: 1 process, 1 data folder.\n' });
    expect(readdirSync(me.stateDir).filter((name) => !name.startsWith('progress'))).toEqual([]);
    expect(processesOf(me)).toEqual([]);
    await expectGone(processes);
  });
});

describe('when things go wrong with it', () => {
  const me = bareLearner();
  afterEach(async () => {
    await me.run(['stop']);
    expect(processesOf(me)).toEqual([]);
  });

  it('does not keep a reader of its output waiting', async () => {
    const ports = (await ownPorts()).join(' ');
    const command = `'${process.execPath}' '${BIN}' start ${ports} 2>&1 | /bin/cat`;
    const run = spawnSync('/bin/sh', ['-c', command], { env: me.env, encoding: 'utf8', timeout: 30_000 });
    expect(run.status).toBe(0);
    expect(run.stdout).toContain('Next: prom-tutor lesson');
  });

  it('moves past a taken port and says so, but fails for one that was asked for', async () => {
    const { stranger, port } = await behindFreePort();
    try {
      const refused = await me.run(['start', '--port', String(port), '--app-port', String(await freePort())]);
      expect(refused.code).toBe(3);
      expect(refused.err).toContain(`error: port ${port} cannot be used`);
      expect(readdirSync(me.stateDir)).toEqual([]);
      const appPort = String(port - 1);
      const { code, err } = await me.run(['start', '--port', String(await freePort()), '--app-port', appPort]);
      expect(`${code}\n${err}`).toMatch(/^0\n/);
      expect(words(err)).toMatch(new RegExp(`sse-app-2 takes port \\d+ instead: on port ${port}`));
    } finally {
      stranger.close();
    }
  });

  it.each([0, 1])('recovers from a start that was killed with %i processes', async (processes) => {
    const ports = await ownPorts();
    const child = startApart(me, 'start', ...ports);
    await stateIs(me, (state) => state.phase === 'starting' && state.processes.length >= processes);
    child.kill('SIGKILL');
    await ended(child);
    expect((await me.run(['status', '--json'])).out).toContain('"unfinished"');
    expect((await doctorOf(me)).failed).toEqual(['state-file']);
    const { code, err } = await me.run(['start', ...ports]);
    expect(`${code}\n${err}`).toMatch(/^0\n/);
    expect(err).toContain('An earlier start did not finish; what it left is removed.');
    expect(processesOf(me)).toHaveLength(1);
    expect(readdirSync(join(me.stateDir, 'embedded'))).toEqual([me.state().id]);
  });

  it('makes one stack of two starts at once', async () => {
    const ports = await ownPorts();
    const both = await Promise.all([0, 1].map(() => me.run(['start', ...ports, '--json'])));
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    expect(both.map(({ out }) => JSON.parse(out).result).sort()).toEqual(['found', 'started']);
    expect(processesOf(me)).toHaveLength(1);
  });

  it('tidies up on Ctrl-C', async () => {
    await using terminal = startTerminal(process.execPath, [BIN, 'start', ...(await ownPorts())], {
      env: me.env,
      columns: 100,
    });
    await stateIs(me, ({ processes, phase }) => processes.length > 0 && phase === 'starting');
    terminal.press('ctrl-c');
    await terminal.waitFor('Interrupted: removing what had been started.');
    expect((await terminal.exit()).code).toBe(130);
    expect(readdirSync(me.stateDir)).toEqual([]);
  });

  const stopWith = (kill: (pid: number, signal: NodeJS.Signals | 0) => void) => {
    const world = backendWorld(fakeIo({ env: me.env, platform: process.platform, kill }));
    return embeddedBackend(world).stop(me.state(), { signal: new AbortController().signal });
  };

  it('is stopped over its API where signals do nothing', async () => {
    expect((await me.run(['start', ...(await ownPorts())])).code).toBe(0);
    const signals: unknown[] = [];
    const removed = await stopWith((...signal) => void signals.push(signal));
    expect({ removed, signals }).toEqual({ removed: ['1 process', '1 data folder'], signals: [] });
    await expectGone(me.state().processes);
  });

  it('is stopped by a signal where its API does not answer', async () => {
    expect((await me.run(['start', ...(await ownPorts())])).code).toBe(0);
    const [record] = me.state().processes;
    if (record === undefined) throw new Error('no process');
    process.kill(record.pid, 'SIGSTOP');
    const removed = await stopWith((pid, signal) => void process.kill(pid, signal));
    expect(removed).toEqual(['1 process', '1 data folder']);
    expect(await isRunning(fakeIo({ platform: process.platform }), record)).toBe(false);
  });

  it('is found and ended when its state file is lost', async () => {
    expect((await me.run(['start', ...(await ownPorts())])).code).toBe(0);
    writeFileSync(join(me.stateDir, 'stack.json'), '{"version":1,');
    const { code, out, err } = await me.run(['stop']);
    expect(code).toBe(0);
    expect(err).toContain('was damaged');
    expect(out).toContain('Removed: 1 process, 1 data folder.');
  });

  it.skipIf(process.platform === 'win32')(
    'ends with the words of the process that cannot go on, and leaves nothing behind',
    async () => {
      const execPath = join(programFolder({ node: 'echo "no memory left" >&2; exit 1' }), 'node');
      const other = bareLearner();
      const io = fakeIo({ env: other.env, platform: process.platform, execPath });
      expect(await main(['start', ...(await ownPorts())], io)).toBe(3);
      expect(io.errText()).toContain('error: the background process ended by itself:\nno memory left\nhint:');
      expect(readdirSync(other.stateDir)).toEqual([]);
    },
  );
});
