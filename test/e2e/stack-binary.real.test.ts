import { spawnSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { newLearner } from '../helpers/learner.ts';
import { BIN } from '../helpers/lesson-stack.ts';
import { programFolder } from '../helpers/programs.ts';
import { freePort, realSuite } from '../helpers/prometheus.ts';
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

const START = ['start', '--backend', 'binary'];

realSuite('a stack of processes', ['prometheus', 'promtool'], () => {
  describe('from start to stop', () => {
    const me = newLearner();
    let ports: readonly string[] = [];
    let firstSum = 0;
    let tookMs = 0;

    beforeAll(async () => {
      ports = await ownPorts();
    });
    afterAll(async () => {
      await me.run(['stop']);
    });

    it('is there at once, with its history, and says what comes next', async () => {
      const began = performance.now();
      const { code, out, err } = runApart(me, ...START, ...ports, '--tz', 'UTC');
      tookMs = performance.now() - began;
      expect(`${code}\n${err}`).toMatch(/^0\n/);
      firstSum = await counterNow(me.state().urls.apps[0] ?? '', 'sse_requests_total');
      expect(err).toMatch(/writing the history[\s\S]*done: the history is in place[\s\S]*First scrape within 15 s\.\n/);
      expect(out).toMatch(/1 +sse-app-2:8000 +sse-streaming/);
      expect(out).toMatch(/\{provider="openai"\}: last \d/);
      expect(out).toMatch(/Next: prom-tutor lesson\n$/);
      await expectFullHour(me.state());
      await expectCookbookAnswered(me.state());
    });

    it('goes on with the counters where the history ends', async () => {
      const { scenario } = me.state();
      const query = 'sum(sse_requests_total{instance="sse-app:8000"})';
      const { data } = await asking(me.state(), (source) => source.instant(query, { timeMs: scenario.t0Ms }));
      const atEnd = data.kind === 'vector' ? (data.samples[0]?.value as number) : Number.NaN;
      expect(atEnd).toBeGreaterThan(10_000);
      expect(firstSum).toBeGreaterThanOrEqual(atEnd);
      // About eight requests a second reach the service while it starts.
      expect(firstSum).toBeLessThan(atEnd + 100 + (tookMs / 1_000) * 20);
    });

    it('is found by a second start, which waits for every target when asked', async () => {
      const sinceMs = Date.now();
      const { code, out, err } = await me.run([...START, '--wait', '--json']);
      expect(`${code}\n${err}`).toMatch(/^0\n/);
      expect(JSON.parse(out)).toMatchObject({ result: 'found', backend: 'binary', targets: [{}, {}, {}] });
      expect(await targetsSince(me.state(), sinceMs)).toEqual(ALL_UP);
      const { data } = await asking(me.state(), (source) => source.instant('sum(resets(sse_requests_total[5m]))'));
      expect(data).toMatchObject({ samples: [{ value: 0 }] });
    });

    it('says that options change nothing now, and refuses another backend', async () => {
      const other = await me.run(['start', '--seed', '7', '--port', '9']);
      expect(other.code).toBe(0);
      expect(other.err.replace(/\s+/g, ' ')).toContain('The stack runs already, so --port, --seed changes nothing.');
      const docker = await me.run(['start', '--backend', 'docker']);
      expect(docker.code).toBe(3);
      expect(docker.err).toContain('hint: To change: prom-tutor stop && prom-tutor start --backend docker');
    });

    it('prints commands that ask this stack though the environment names another server', async () => {
      const other = newLearner({ ...me.env, PROMETHEUS_URL: 'http://metrics.example:9090' });
      const { out, code } = await other.run(['start']);
      expect(code).toBe(0);
      expect(out).toContain(`$ prom-tutor query up -s ${me.state().urls.prometheus}\n`);
      expect((await me.run(['start'])).out).toContain('$ prom-tutor query up\n');
    });

    it('tells when the history has become too old, asks where it can, and begins anew when told to', async () => {
      const real = me.state();
      const old = { ...real.scenario, t0Ms: real.scenario.t0Ms - 31 * 86_400_000 };
      const age = () => writeFileSync(join(me.stateDir, 'stack.json'), JSON.stringify({ ...real, scenario: old }));
      age();
      const told = await me.run(['start']);
      expect(told.code).toBe(0);
      expect(told.err.replace(/\s+/g, ' ')).toMatch(
        /is 31 d old; Prometheus drops data after 30 days\. To begin anew: `prom-tutor stop`/,
      );
      expect((await me.run(['status'])).out.replace(/\s+/g, ' ')).toContain('too old for the lessons');

      const declined = await me.run(['start'], { tty: true, input: 'n\n' });
      expect(declined.out).toContain('Write a new history?');
      expect(me.state().id).toBe(real.id);
      const { code } = await me.run([...START, ...ports], { tty: true, input: '\n' });
      expect(code).toBe(0);
      expect(me.state().id).not.toBe(real.id);
      expect(me.state().scenario.t0Ms).toBeGreaterThan(real.scenario.t0Ms);
      await expectGone(real.processes);
      expect(processesOf(me)).toHaveLength(4);
    });

    it('shows its state and its logs', async () => {
      const status = await me.run(['status', '--json']);
      expect(status.code).toBe(0);
      const { services, status: kind } = JSON.parse(status.out);
      expect(kind).toBe('running');
      expect(services.map(({ name, state }: { name: string; state: string }) => `${name} ${state}`)).toEqual([
        'prometheus running',
        'sse-app running',
        'sse-app-2 running',
        'load running',
      ]);
      const logs = async () => (await me.run(['logs', '--tail', '500'])).out;
      for (const words of [
        'prometheus | ',
        'Server is ready',
        'sse-app    | listening on',
        'load       | sending about',
      ]) {
        await expect.poll(logs, { timeout: 5_000 }).toContain(words);
      }
      expect((await me.run(['logs', 'history'])).out).toContain('history written to');
    });

    it('brings back what was killed, with its history, and its counter starts again at zero', async () => {
      const before = me.state();
      const victim = before.processes.find(({ name }) => name === 'sse-app');
      process.kill(victim?.pid ?? 0, 'SIGKILL');
      await expect.poll(async () => (await me.run(['status'])).out).toMatch(/sse-app +stopped/);
      const { code, err, out } = await me.run(['start', '--json']);
      expect(code).toBe(0);
      expect(err.replace(/\s+/g, ' ')).toContain('sse-app is stopped');
      expect(JSON.parse(out)).toMatchObject({ result: 'repaired', scenario: before.scenario });
      expect(me.state().processes.find(({ name }) => name === 'prometheus')).toEqual(
        before.processes.find(({ name }) => name === 'prometheus'),
      );
      expect(await counterNow(me.state().urls.apps[0] ?? '', 'sse_requests_total')).toBeLessThan(firstSum / 2);
      await expectFullHour(me.state());
    });

    it('does not take strangers with our pids for its processes', async () => {
      const real = me.state();
      const stolen = real.processes.map((process) => ({ ...process, pid: globalThis.process.pid }));
      writeFileSync(join(me.stateDir, 'stack.json'), JSON.stringify({ ...real, processes: stolen }));
      expect((await me.run(['status'])).code).toBe(3);
      const { code, err } = await me.run(['start']);
      expect(`${code}\n${err}`).toMatch(/^0\n/);
      expect(me.state().scenario).toEqual(real.scenario);
      expect(processesOf(me).filter((line) => line.includes('app.mjs serve'))).toHaveLength(2);
      await expectGone(real.processes);
    });

    it('keeps its data, tells the gap, and goes on', async () => {
      const before = me.state();
      const stopped = await me.run(['stop', '--keep-data']);
      expect(stopped.out).toContain('Kept: the data of the prometheus binary');
      expect(processesOf(me)).toEqual([]);
      expect(() => me.state()).toThrow('ENOENT');
      const { code, err, out } = await me.run([...START, ...ports, '--json']);
      expect(`${code}\n${err}`).toMatch(/^0\n/);
      expect(err.replace(/\s+/g, ' ')).toMatch(
        /Nothing was recorded while the stack was stopped: there is a gap of \d+ s\./,
      );
      expect(JSON.parse(out)).toMatchObject({ result: 'started', id: before.id, gap: {} });
      expect(me.state().scenario).toEqual(before.scenario);
      await expectFullHour(me.state());
    });

    it('leaves nothing behind', async () => {
      const { processes } = me.state();
      const { code, out } = await me.run(['stop']);
      expect({ code, out }).toEqual({ code: 0, out: 'The stack has stopped. Removed: 4 processes, 1 data folder.\n' });
      expect(readdirSync(me.stateDir)).toEqual([]);
      expect(processesOf(me)).toEqual([]);
      await expectGone(processes);
    });
  });

  describe('when things go wrong', () => {
    const me = newLearner();
    afterEach(async () => {
      await me.run(['stop']);
      expect(processesOf(me)).toEqual([]);
    });

    it('moves past a taken port and says so, but fails for one that was asked for', async () => {
      const stranger = createServer();
      const [, , ...appPort] = await ownPorts();
      await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve));
      const { port } = stranger.address() as { port: number };
      try {
        const refused = await me.run([...START, '--port', String(port), ...appPort]);
        expect(refused.code).toBe(3);
        expect(refused.err).toMatch(
          new RegExp(`error: port ${port} cannot be used: .+ \\(process ${process.pid}\\) listens`),
        );
        expect(readdirSync(me.stateDir)).toEqual([]);

        // The second instance wishes for the port after the first one's, unasked.
        const { code, err } = await me.run([
          ...START,
          '--port',
          String(await freePort()),
          '--app-port',
          String(port - 1),
        ]);
        expect(`${code}\n${err}`).toMatch(/^0\n/);
        expect(err.replace(/\s+/g, ' ')).toMatch(
          new RegExp(`sse-app-2 takes port \\d+ instead: on port ${port}, .+ \\(process ${process.pid}\\) listens\\.`),
        );
        expect(await targetsSince(me.state(), 0)).toBeDefined();
      } finally {
        stranger.close();
      }
    });

    it('does not keep a reader of its output waiting', async () => {
      const ports = (await ownPorts()).join(' ');
      const command = `'${process.execPath}' '${BIN}' start --backend binary ${ports} 2>&1 | cat`;
      const { status, stdout } = spawnSync('/bin/sh', ['-c', command], {
        env: me.env,
        encoding: 'utf8',
        timeout: 30_000,
      });
      expect(status).toBe(0);
      expect(stdout).toContain('Next: prom-tutor lesson');
    });

    it('recovers from a start that was killed, wherever it was', async () => {
      const ports = await ownPorts();
      for (const processes of [0, 3]) {
        const child = startApart(me, ...START, ...ports);
        await stateIs(me, (state) => state.phase === 'starting' && state.processes.length >= processes);
        child.kill('SIGKILL');
        await ended(child);
        expect((await me.run(['status', '--json'])).out).toContain('"unfinished"');
      }
      const { code, err } = await me.run([...START, ...ports]);
      expect(`${code}\n${err}`).toMatch(/^0\n/);
      expect(err).toContain('An earlier start did not finish; what it left is removed.');
      expect(processesOf(me)).toHaveLength(4);
      expect(readdirSync(join(me.stateDir, 'binary'))).toEqual([me.state().id]);
    });

    it('tidies up on Ctrl-C, and leaves the terminal as it was', async () => {
      const ports = await ownPorts();
      await using terminal = startTerminal(
        '/bin/sh',
        [
          '-c',
          `trap : INT; '${process.execPath}' '${BIN}' ${START.join(' ')} ${ports.join(' ')}; echo "code $?"; stty -a`,
        ],
        {
          env: me.env,
          columns: 100,
        },
      );
      await stateIs(me, ({ processes }) => processes.length > 0);
      terminal.press('ctrl-c');
      await terminal.waitFor('Interrupted: removing what had been started.');
      await terminal.waitFor('code 130');
      const screen = await terminal.settled();
      expect(screen).toMatch(/ icanon /);
      expect(readdirSync(me.stateDir)).toEqual([]);
    });

    it('tidies up when its terminal is closed', async () => {
      await using terminal = startTerminal(process.execPath, [BIN, ...START, ...(await ownPorts())], { env: me.env });
      await stateIs(me, ({ processes }) => processes.length > 0);
      // As often as a shell and the system send it.
      terminal.kill('SIGHUP');
      terminal.kill('SIGHUP');
      expect((await terminal.exit()).code).toBe(143);
      expect(readdirSync(me.stateDir)).toEqual([]);
      expect(processesOf(me)).toEqual([]);
    });

    it('makes one stack of two starts at once', async () => {
      const ports = await ownPorts();
      const both = await Promise.all([0, 1].map(() => me.run([...START, ...ports, '--json'])));
      expect(both.map(({ code }) => code)).toEqual([0, 0]);
      expect(both.map(({ out }) => JSON.parse(out).result).sort()).toEqual(['found', 'started']);
      expect(new Set(both.map(({ out }) => JSON.parse(out).id)).size).toBe(1);
      expect(processesOf(me)).toHaveLength(4);
    });

    it('ends with the words of the program that fails, and leaves nothing behind', async () => {
      const broken = programFolder({
        promtool: 'case $1 in --version) echo "promtool, version 3.5.3";; *) echo "no space left" >&2; exit 1;; esac',
      });
      const other = newLearner({ PATH: `${broken}:${process.env.PATH}` });
      const { code, err, out } = await other.run([...START, ...(await ownPorts())]);
      expect({ code, out }).toEqual({ code: 3, out: '' });
      expect(err).toContain('error: promtool could not load the history: no space left\nhint:');
      expect(readdirSync(other.stateDir)).toEqual([]);
      expect(processesOf(other)).toEqual([]);
    });
  });
});
