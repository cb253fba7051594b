import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { pullImage } from '../../src/backends/docker-image.ts';
import { backendWorld } from '../../src/cli/backend-world.ts';
import { packageFolder } from '../../src/lib/package-folder.ts';
import { fakeIo } from '../helpers/fake-io.ts';
import { newLearner } from '../helpers/learner.ts';
import { BIN } from '../helpers/lesson-stack.ts';
import { realSuite } from '../helpers/prometheus.ts';
import { slowRegistry } from '../helpers/registry.ts';
import {
  ALL_UP,
  counterNow,
  docker,
  dockerObstacle,
  dockerThings,
  ended,
  expectCookbookAnswered,
  expectFullHour,
  ownPorts,
  runApart,
  startApart,
  stateIs,
  targetsSince,
} from '../helpers/stack.ts';
import { startTerminal } from '../helpers/terminal.ts';

const START = ['start', '--backend', 'docker'];
const COMPOSE_FILE = join(packageFolder('stack'), 'compose.yaml');

function compose(args: readonly string[], env: Readonly<Record<string, string>> = {}): void {
  execFileSync('docker', ['compose', '-f', COMPOSE_FILE, ...args], {
    stdio: 'ignore',
    env: { ...process.env, ...env },
  });
}

type Files = {
  readonly dashboards: Readonly<Record<string, string>>;
  readonly provisioning: readonly string[];
  readonly home: string;
};

/** Grafana's image cannot be had everywhere. This one answers as Grafana does to us, and tells which files it was given. */
function standInForGrafana(): string {
  const image = 'prom-tutor-test/grafana';
  const script = `
    const fs = require('fs');
    const list = (folder) => fs.readdirSync(folder);
    const files = () => ({
      dashboards: Object.fromEntries(list('/etc/dashboards').map((name) => [name, JSON.parse(fs.readFileSync('/etc/dashboards/' + name)).title])),
      provisioning: list('/etc/grafana/provisioning').flatMap((name) => list('/etc/grafana/provisioning/' + name)),
      home: process.env.GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH,
    });
    require('http').createServer((request, response) => response.end(JSON.stringify(request.url === '/files' ? files() : {}))).listen(3000);
  `;
  const dockerfile = `FROM node:22-alpine\nENTRYPOINT ["node", "-e", ${JSON.stringify(script)}]\n`;
  execFileSync('docker', ['build', '-q', '-t', image, '-'], { input: dockerfile, stdio: ['pipe', 'ignore', 'pipe'] });
  return image;
}

function suite(): void {
  describe('from start to stop', () => {
    const me = newLearner();
    afterAll(async () => {
      await me.run(['stop']);
    });

    it('is there with every target scraped, a full hour drawn, on ports that were asked for', async () => {
      const ports = await ownPorts();
      const sinceMs = Date.now();
      const { code, out, err } = runApart(me, ...START, '--wait', ...ports);
      expect(`${code}\n${err}`).toMatch(/^0\n/);
      expect(err).toContain('done: all 3 targets are up and scraped');
      expect(out).toMatch(/All 3 targets are up\./);
      const state = me.state();
      expect(state.urls.prometheus).toBe(`http://localhost:${ports[1]}`);
      expect(state.urls.apps[0]).toBe(`http://localhost:${ports[3]}`);
      expect(await targetsSince(state, sinceMs)).toEqual(ALL_UP);
      await expectFullHour(state);
      await expectCookbookAnswered(state);
    });

    it('runs confined, labelled and reachable from this machine only', () => {
      const { id } = me.state();
      const found = JSON.parse(
        docker('inspect', ...docker('ps', '-q', '--filter', `label=dev.prom-tutor.stack=${id}`).split('\n')),
      );
      expect(found).toHaveLength(4);
      for (const { HostConfig: host, Config: config } of found) {
        expect(host).toMatchObject({
          ReadonlyRootfs: true,
          CapDrop: ['ALL'],
          SecurityOpt: ['no-new-privileges:true'],
          Privileged: false,
        });
        expect(host.Memory).toBeGreaterThan(0);
        expect(config.User).not.toMatch(/^(root|0)?(:|$)/);
        for (const bindings of Object.values(host.PortBindings ?? {}) as { HostIp: string }[][]) {
          expect(bindings.map(({ HostIp }) => HostIp)).toEqual(['127.0.0.1']);
        }
      }
      for (const kind of ['volume', 'network']) {
        const ours = docker(kind, 'ls', '-q', '--filter', `label=dev.prom-tutor.stack=${id}`).split('\n');
        expect(ours).toHaveLength(kind === 'volume' ? 2 : 1);
      }
    });

    it('shows its state and its logs, and `docker compose` in its folder means the same stack', async () => {
      const { out, code } = await me.run(['status']);
      expect(code).toBe(0);
      expect(out).toMatch(/The stack runs with Docker\.[\s\S]*sse-app-2 +running +for \d/);
      expect((await me.run(['logs'])).out).toMatch(/backfill +\| the history is in place/);
      expect((await me.run(['logs', 'sse-app'])).out).toContain('the counters go on from the written past');
      const { dir } = me.state();
      const names = execFileSync('docker', ['compose', 'ps', '--services'], { cwd: dir, encoding: 'utf8' });
      expect(names.trim().split('\n').sort()).toEqual(['load', 'prometheus', 'sse-app', 'sse-app-2']);
      const dry = spawnSync('docker', ['compose', 'up', '-d', '--no-build', '--dry-run'], {
        cwd: dir,
        encoding: 'utf8',
      });
      expect(`${dry.stderr}`).not.toContain('Recreate');
    });

    it('brings back a killed container and one that was removed, and only those', async () => {
      const before = me.state();
      const prometheus = docker('inspect', '-f', '{{.State.StartedAt}}', 'sse-prometheus');
      const requests = await counterNow(before.urls.apps[1] ?? '', 'sse_requests_total');
      docker('kill', 'sse-sse-app-2-1');
      docker('rm', '-f', 'sse-load-1');
      expect((await me.run(['status'])).out).toMatch(/sse-app-2 +stopped +was killed[\s\S]*load +missing/);
      const { code, err, out } = await me.run(['start', '--json']);
      expect(`${code}\n${err}`).toMatch(/^0\n/);
      expect(JSON.parse(out)).toMatchObject({ result: 'repaired', scenario: before.scenario });
      expect(docker('inspect', '-f', '{{.State.StartedAt}}', 'sse-prometheus')).toBe(prometheus);
      expect(await counterNow(before.urls.apps[1] ?? '', 'sse_requests_total')).toBeLessThan(requests / 2);
    });

    /** The same person, with another image for Grafana. */
    const withGrafana = (image: string, ...argv: readonly string[]) =>
      newLearner({ ...me.env, PROM_TUTOR_GRAFANA_IMAGE: image }).run(['start', '--grafana', ...argv]);

    it('goes on without Grafana when its image cannot be had', async () => {
      const { code, err } = await withGrafana('127.0.0.1:1/grafana:none');
      expect(`${code}\n${err}`).toMatch(/^0\n/);
      expect(err.replace(/\s+/g, ' ')).toContain(
        'Grafana is left out: the image 127.0.0.1:1/grafana:none could not be fetched',
      );
      expect(me.state().urls.grafana).toBeUndefined();
      expect(dockerThings().filter((name) => name.includes('grafana'))).toEqual([]);
    });

    it('adds Grafana to the running stack, with files that it can read', async () => {
      const image = standInForGrafana();
      try {
        const [, port = ''] = await ownPorts();
        const { code, err } = await withGrafana(image, '--grafana-port', port);
        expect(`${code}\n${err}`).toMatch(/^0\n/);
        expect(err).toContain(`Grafana: http://localhost:${port}`);
        expect(me.state().urls.grafana).toBe(`http://localhost:${port}`);
        expect((await me.run(['status'])).out).toMatch(/grafana +running/);
        const seen = (await (await fetch(`http://localhost:${port}/files`)).json()) as Files;
        expect(seen.dashboards['sse-streaming.json']).toBe('SSE streaming service');
        expect(seen.provisioning).toEqual(['dashboards.yaml', 'prometheus.yaml']);
        expect(seen.home).toBe('/etc/dashboards/sse-streaming.json');
      } finally {
        docker('rm', '-f', 'sse-grafana-1');
        docker('rmi', '-f', image);
      }
    });

    it('keeps its data, tells the gap, and goes on', async () => {
      const before = me.state();
      await me.run(['stop', '--keep-data']);
      expect([...dockerThings()].sort()).toEqual(['sse_prometheus', 'sse_scenario']);
      const { code, err } = await me.run([...START, ...(await ownPorts())]);
      expect(`${code}\n${err}`).toMatch(/^0\n/);
      expect(err.replace(/\s+/g, ' ')).toMatch(/there is a gap of \d+ s/);
      expect(me.state()).toMatchObject({ id: before.id, scenario: before.scenario });
      await expectFullHour(me.state());
    });

    it('leaves nothing behind, within seconds', async () => {
      const { code, out } = await me.run(['stop']);
      expect({ code, out }).toMatchObject({
        code: 0,
        out: expect.stringContaining('6 containers, 2 volumes, 1 network'),
      });
      expect(dockerThings()).toEqual([]);
    });
  });

  describe('when things go wrong', () => {
    const me = newLearner();
    // A case that fails must not keep the others from running.
    afterAll(() => compose(['down', '-v']));
    afterEach(async () => {
      await me.run(['stop']);
      expect(dockerThings()).toEqual([]);
    });

    it('recovers from a start that was killed', async () => {
      const child = startApart(me, ...START, ...(await ownPorts()));
      await stateIs(me, ({ phase }) => phase === 'starting');
      await expect.poll(dockerThings, { timeout: 20_000 }).toContain('sse-history-1');
      child.kill('SIGKILL');
      await ended(child);
      const { code, err } = await me.run([...START, ...(await ownPorts())]);
      expect(`${code}\n${err}`).toMatch(/^0\n/);
      expect(err).toContain('An earlier start did not finish; what it left is removed.');
      expect(await targetsSince(me.state(), 0)).toBeDefined();
    });

    it('tidies up on Ctrl-C', async () => {
      const command = `trap : INT; '${process.execPath}' '${BIN}' ${START.join(' ')}; echo "code $?"`;
      await using terminal = startTerminal('/bin/sh', ['-c', command], { env: me.env, columns: 100 });
      await expect.poll(dockerThings, { timeout: 20_000 }).toContain('sse-history-1');
      terminal.press('ctrl-c');
      await terminal.waitFor('Interrupted: removing what had been started.');
      await terminal.waitFor('code 130');
      expect(dockerThings()).toEqual([]);
    });

    it('moves past ports that containers publish or programs hold, and fails for one that was asked for', async () => {
      const stranger = createServer();
      await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve));
      const { port } = stranger.address() as { port: number };
      const name = `prom-tutor-test-${process.pid}`;
      const [, free = ''] = await ownPorts();
      docker('run', '-d', '--rm', '--name', name, '-p', `127.0.0.1:${free}:80`, 'node:22-alpine', 'sleep', '300');
      try {
        const refused = await me.run([...START, '--port', free]);
        expect(refused.code).toBe(3);
        expect(refused.err).toContain(`error: port ${free} cannot be used: container ${name} listens`);
        expect(dockerThings()).toEqual([]);
        const held = await me.run([...START, '--app-port', String(port)]);
        expect(held.err).toMatch(
          new RegExp(`error: port ${port} cannot be used: .*\\(process ${process.pid}\\) listens`),
        );
      } finally {
        stranger.close();
        docker('rm', '-f', name);
      }
    });

    it('never touches a project of that name that is not ours', async () => {
      const label = 'com.docker.compose.project=sse';
      docker('run', '-d', '--name', 'sse-web-1', '--label', label, 'node:22-alpine', 'sleep', '300');
      docker('volume', 'create', '--label', label, 'sse_data');
      try {
        const { code, err } = await me.run(START);
        expect(code).toBe(3);
        expect(err).toContain('Docker already has a project "sse" that is not ours (container sse-web-1)');
        await me.run(['stop']);
        expect(dockerThings()).toEqual(['sse-web-1', 'sse_data']);
      } finally {
        docker('rm', '-f', 'sse-web-1');
        docker('volume', 'rm', 'sse_data');
      }
    });

    it('takes over a stack that somebody started with docker compose', async () => {
      const [, prometheus = '', , app = ''] = await ownPorts();
      const [, app2 = ''] = await ownPorts();
      const env = { PROM_TUTOR_PROMETHEUS_PORT: prometheus, PROM_TUTOR_APP_PORT: app, PROM_TUTOR_APP_2_PORT: app2 };
      compose(['up', '-d', '--build'], env);
      const left = await me.run(['stop']);
      expect(left.err.replace(/\s+/g, ' ')).toContain(
        'A stack runs in Docker that was not started from here; it is left alone.',
      );
      const { code, out } = await me.run(['start', '--json']);
      expect(code).toBe(0);
      expect(JSON.parse(out)).toMatchObject({
        result: 'adopted',
        id: 'by-hand',
        urls: {
          prometheus: `http://localhost:${prometheus}`,
          apps: [app, app2].map((port) => `http://localhost:${port}`),
        },
      });
      await expectFullHour(me.state());
    });
  });

  describe('images', () => {
    const world = backendWorld(fakeIo({ env: process.env, platform: process.platform, homeDir: '/nonexistent' }));
    const signal = new AbortController().signal;

    it('are given up when they stop coming', async () => {
      const registry = await slowRegistry({ everyMs: 50, stallAfter: 6 });
      const shares: number[] = [];
      const pulled = pullImage(world, registry.image, {
        signal,
        stallMs: 2_500,
        onProgress: (share) => shares.push(share),
      });
      await expect(pulled).rejects.toMatchObject({
        name: 'BackendUnavailable',
        message: `the image ${registry.image} could not be fetched: no progress for 3 s`,
      });
      expect(Math.max(...shares)).toBeGreaterThan(0.2);
      expect(Math.max(...shares)).toBeLessThan(0.5);
      await registry.close();
    });

    it('are waited for as long as they come', async () => {
      const registry = await slowRegistry({ everyMs: 300 });
      const began = performance.now();
      const shares: number[] = [];
      // The layer is noise, so that Docker refuses it once it is whole: what counts is that it was fetched to its end.
      const pulled = pullImage(world, registry.image, {
        signal,
        stallMs: 2_500,
        onProgress: (share) => shares.push(share),
      });
      await expect(pulled).rejects.toThrow(/could not be fetched: (?!no progress)/);
      expect(performance.now() - began).toBeGreaterThan(5_000);
      expect(Math.max(...shares)).toBeGreaterThan(0.9);
      await registry.close();
    });

    it('that no registry has are refused in its words', async () => {
      const registry = await slowRegistry({ everyMs: 50 });
      const missing = registry.image.replace('slow', 'none');
      await registry.close();
      const pulled = pullImage(world, missing, { signal, onProgress: () => undefined });
      await expect(pulled).rejects.toThrow(/could not be fetched: .*connection refused/);
    });
  });

  it('has a Grafana that compose understands', () => {
    const args = ['compose', '-f', COMPOSE_FILE, '--profile', 'grafana', 'config', '--format', 'json'];
    const { services } = JSON.parse(execFileSync('docker', args, { encoding: 'utf8' }));
    expect(services.grafana.ports).toMatchObject([{ host_ip: '127.0.0.1', published: '3000' }]);
  });
}

realSuite('a stack on Docker', ['docker'], suite, dockerObstacle);

realSuite(
  'a stack on Docker whose daemon is killed',
  ['docker', 'prometheus', 'promtool'],
  () => {
    const me = newLearner();

    it('is told by status, replaced by start, and gone on with when the daemon is back', async () => {
      const ports = await ownPorts();
      expect((await me.run([...START, ...ports])).code).toBe(0);
      const before = me.state();
      process.kill(Number(readFileSync('/var/run/docker.pid', 'utf8')), 'SIGKILL');
      try {
        const status = await me.run(['status']);
        expect(status.code).toBe(3);
        expect(status.out).toContain('which is out of reach');
        expect((await me.run(START)).code).toBe(3);
        const other = await me.run(['start', ...(await ownPorts())]);
        expect(`${other.code}\n${other.err}`).toMatch(/^0\n/);
        expect(other.err.replace(/\s+/g, ' ')).toContain('The stack that was started with Docker is out of reach');
        expect(me.state().backend).toBe('binary');
        expect((await me.run(['stop'])).err).toContain('The data kept with Docker stays for now');
      } finally {
        execFileSync('/bin/sh', ['-c', process.env.PROM_TUTOR_E2E_START_DOCKER ?? 'exit 1'], { stdio: 'ignore' });
      }
      const again = await me.run([...START, ...(await ownPorts())]);
      expect(`${again.code}\n${again.err}`).toMatch(/^0\n/);
      expect(again.err).toContain('Going on with the kept data');
      expect(me.state()).toMatchObject({ id: before.id, scenario: before.scenario });
      await expectFullHour(me.state());
      await me.run(['stop']);
      expect(dockerThings()).toEqual([]);
    });
  },
  dockerObstacle,
  process.env.PROM_TUTOR_E2E_DESTRUCTIVE === '1' && process.env.PROM_TUTOR_E2E_START_DOCKER !== undefined
    ? undefined
    : 'it kills the Docker daemon, which PROM_TUTOR_E2E_DESTRUCTIVE=1 allows and PROM_TUTOR_E2E_START_DOCKER=COMMAND mends',
);
