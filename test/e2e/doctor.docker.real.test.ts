import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { processRow } from '../../src/backends/process-table.ts';
import type { StackState } from '../../src/backends/state.ts';
import { main } from '../../src/cli/main.ts';
import type { Finding, Report } from '../../src/doctor/finding.ts';
import { fakeIo } from '../helpers/fake-io.ts';
import { freePort, realSuite } from '../helpers/prometheus.ts';

/** A learner on this machine, with a home folder and a state folder of their own. */
function learner() {
  const home = mkdtempSync(join(tmpdir(), 'prom-tutor-patient-'));
  const env = {
    PATH: `${commandFolder(home)}:${process.env.PATH}`,
    HOME: home,
    XDG_STATE_HOME: join(home, 'state'),
    LANG: 'C.UTF-8',
    ...(process.env.DOCKER_HOST === undefined ? {} : { DOCKER_HOST: process.env.DOCKER_HOST }),
  };
  const stateFile = join(home, 'state', 'prom-tutor', 'stack.json');

  const tool = async (...argv: string[]) => {
    const io = fakeIo({ env, homeDir: home });
    const code = await main(argv, io);
    return { code, out: io.outText(), err: io.errText() };
  };
  const doctor = async () => {
    const started = performance.now();
    const { code, out } = await tool('doctor', '--json');
    const report = JSON.parse(out) as Report;
    const failed = report.findings.filter(({ status }) => status === 'fail');
    return { code, ...report, failed, ids: failed.map(({ id }) => id), ms: performance.now() - started };
  };
  return {
    env,
    stateFile,
    tool,
    doctor,
    state: () => JSON.parse(readFileSync(stateFile, 'utf8')) as StackState,
    pidOf: (name: string) => {
      const { processes } = JSON.parse(readFileSync(stateFile, 'utf8')) as StackState;
      return processes.find((each) => each.name === name)?.pid ?? 0;
    },
    /** Types the command that a finding names, into a real shell. */
    run: (command: string) => spawnSync('/bin/sh', ['-c', command], { env, encoding: 'utf8' }),
    /** Examines again until nothing fails: a scrape may have to come first. */
    recovered: async (seconds: number) => {
      const limit = performance.now() + seconds * 1000;
      for (;;) {
        const found = await doctor();
        if (found.ids.length === 0 || performance.now() > limit) return found;
        await pause(1000);
      }
    },
    until: async (seconds: number, wanted: (findings: readonly Finding[]) => boolean) => {
      const limit = performance.now() + seconds * 1000;
      for (;;) {
        const found = await doctor();
        if (wanted(found.findings) || performance.now() > limit) return found;
        await pause(1000);
      }
    },
  };
}

/** A folder with the command `prom-tutor`, run from the sources. */
function commandFolder(home: string): string {
  const root = new URL('../..', import.meta.url).pathname;
  const entry = `import('${root}src/cli/run.ts').then(({ run }) => run())`;
  const script = `#!/bin/sh\ncd '${root}' && exec '${process.execPath}' --import tsx -e "${entry}" prom-tutor "$@"\n`;
  writeFileSync(join(home, 'prom-tutor'), script, { mode: 0o755 });
  return home;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

const find = (findings: readonly Finding[], id: string) => findings.find((finding) => finding.id === id);

realSuite('doctor and a stack of processes', ['prometheus', 'promtool'], () => {
  const me = learner();
  let ports: readonly string[] = [];

  beforeAll(async () => {
    ports = ['--port', String(await freePort()), '--app-port', String(await freePort())];
    const started = await me.tool('start', '--backend', 'binary', '--wait', ...ports);
    expect(started.err).toContain('Prometheus');
    expect(started.code).toBe(0);
  });

  afterAll(async () => {
    await me.tool('stop');
  });

  it('finds nothing wrong, and quickly', async () => {
    const { code, ids, ms, findings } = await me.doctor();
    expect({ ids, code }).toEqual({ ids: [], code: 0 });
    expect(ms).toBeLessThan(10_000);
    for (const id of ['processes', 'ports', 'prometheus', 'targets', 'samples', 'clock', 'scenario']) {
      expect(`${id}: ${find(findings, id)?.status}`).toBe(`${id}: ok`);
    }
  });

  it.each(['sse-app-2', 'load', 'prometheus'])('names %s when it was killed, and brings it back', async (name) => {
    const pid = me.pidOf(name);
    process.kill(pid, 'SIGKILL');
    await pause(200);
    const { code, ids, failed, summary, findings } = await me.doctor();
    expect({ ids, code }).toEqual({ ids: [`processes/${name}`], code: 1 });
    expect(failed[0]?.evidence.join('\n')).toContain(`process ${pid} does not run any more`);
    expect(summary).toMatchObject({ cause: `processes/${name}`, next: failed[0]?.fix });
    if (name === 'prometheus') expect(find(findings, 'prometheus')?.because).toBe('processes/prometheus');

    const fixed = me.run(failed[0]?.fix ?? '');
    expect(fixed.stderr).toContain(name);
    expect(fixed.status).toBe(0);
    expect((await me.recovered(30)).ids).toEqual([]);
  });

  it('puts a target that does not answer down to its suspended process, and wakes it', async () => {
    const pid = me.pidOf('sse-app');
    process.kill(pid, 'SIGSTOP');
    const down = (findings: readonly Finding[]) => find(findings, 'targets/sse-app:8000') !== undefined;
    const { ids, failed, findings } = await me.until(40, down);
    expect(ids).toEqual(['processes/sse-app']);
    expect(failed[0]?.sentence).toContain('suspended');
    const target = find(findings, 'targets/sse-app:8000');
    expect(target?.because).toBe('processes/sse-app');
    expect(target?.evidence.join('\n')).toMatch(/did not answer within scrape_timeout[\s\S]*context deadline exceeded/);

    expect(failed[0]?.fix).toBe(`kill -CONT ${pid}`);
    me.run(failed[0]?.fix ?? '');
    expect((await me.recovered(30)).ids).toEqual([]);
  });

  it('recognises the program that took the port of a killed Prometheus, and start moves away', async () => {
    process.kill(me.pidOf('prometheus'), 'SIGKILL');
    await pause(300);
    const port = Number(new URL(me.state().urls.prometheus).port);
    const stranger = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.end('HTTP/1.1 200 OK\r\ncontent-type: text/html\r\n\r\n<html>');
    });
    await new Promise<void>((resolve) => stranger.listen(port, '127.0.0.1', resolve));
    try {
      const { ids, failed, findings } = await me.doctor();
      expect(ids).toEqual(['processes/prometheus', `ports/${port}`]);
      expect(failed[1]?.evidence.join()).toContain(`process ${process.pid}`);
      expect(find(findings, 'prometheus')).toMatchObject({ status: 'skip', because: `ports/${port}` });
      const fixed = me.run(failed[1]?.fix ?? '');
      expect(fixed.status).toBe(0);
      expect((await me.recovered(30)).ids).toEqual([]);
      expect(me.state().urls.prometheus).not.toContain(String(port));
    } finally {
      stranger.close();
    }
  });

  it('says that the state file was damaged, and start makes a running stack of what is left', async () => {
    const before = me.pidOf('prometheus');
    writeFileSync(me.stateFile, '{"version":1,"backend":"bina');
    const { ids, failed } = await me.doctor();
    expect(ids).toEqual(['state-file']);
    expect(failed[0]?.evidence.join()).toContain('stack.json.damaged');
    expect(me.run(`${failed[0]?.fix} --backend binary`).status).toBe(0);
    expect((await me.recovered(30)).ids).toEqual([]);
    // Ended, though perhaps not yet collected by the first process: a plain signal 0 would still find it.
    expect(await processRow(fakeIo(), before)).toBeUndefined();
  });

  it('tells of a start that was killed in the middle, and start recovers', async () => {
    await me.tool('stop');
    const child = spawn(join(me.env.HOME, 'prom-tutor'), ['start', '--backend', 'binary', ...ports], {
      env: me.env,
      stdio: 'ignore',
    });
    await phaseIs(me, 'starting');
    child.kill('SIGKILL');
    await new Promise((resolve) => child.once('exit', resolve));
    const { ids, failed } = await me.doctor();
    expect(ids).toEqual(['state-file']);
    expect(failed[0]?.sentence).toContain('interrupted');
    expect(me.run(`${failed[0]?.fix} --backend binary`).status).toBe(0);
    expect((await me.recovered(30)).ids).toEqual([]);
  });
});

async function phaseIs(me: ReturnType<typeof learner>, phase: StackState['phase']): Promise<void> {
  for (let tries = 0; tries < 400; tries++) {
    try {
      if (me.state().phase === phase) return;
    } catch {
      // Not written yet.
    }
    await pause(10);
  }
  throw new Error(`the stack never was ${phase}`);
}

realSuite('doctor and a stack inside the tool', [], () => {
  const me = learner();

  beforeAll(async () => {
    const ports = ['--port', String(await freePort()), '--app-port', String(await freePort())];
    const started = await me.tool('start', '--backend', 'embedded', ...ports);
    expect(`${started.code} ${started.err}`).toMatch(/^0 /);
  });

  afterAll(async () => {
    await me.tool('stop');
  });

  it('finds nothing wrong', async () => {
    const { ids, findings } = await me.doctor();
    expect(ids).toEqual([]);
    for (const id of ['processes', 'ports', 'prometheus', 'scenario']) {
      expect(`${id}: ${find(findings, id)?.status}`).toBe(`${id}: ok`);
    }
  });

  it('puts everything down to the one process when it was killed, and start brings it back', async () => {
    process.kill(me.pidOf('prom-tutor'), 'SIGKILL');
    await pause(300);
    const { ids, failed, findings, summary } = await me.doctor();
    expect(ids).toEqual(['processes']);
    for (const id of ['prometheus', 'targets', 'scenario']) {
      expect(`${id}: ${find(findings, id)?.because}`).toBe(`${id}: processes`);
    }
    expect(summary.next).toBe('prom-tutor start');
    expect(me.run(failed[0]?.fix ?? '').status).toBe(0);
    expect((await me.recovered(30)).ids).toEqual([]);
  });
});

realSuite('doctor and a stack on docker', ['docker'], () => {
  const me = learner();
  const docker = (...args: string[]) =>
    execFileSync('docker', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

  beforeAll(async () => {
    const started = await me.tool('start', '--backend', 'docker', '--wait');
    expect(`${started.code} ${started.err}`).toMatch(/^0 /);
  });

  afterAll(async () => {
    await me.tool('stop');
  });

  it('finds nothing wrong, and quickly', async () => {
    const { code, ids, ms, findings } = await me.doctor();
    expect({ ids, code }).toEqual({ ids: [], code: 0 });
    expect(ms).toBeLessThan(10_000);
    for (const id of ['docker-daemon', 'containers', 'docker-network', 'ports', 'prometheus', 'targets', 'samples']) {
      expect(`${id}: ${find(findings, id)?.status}`).toBe(`${id}: ok`);
    }
  });

  it('names a killed container and one cut off from the network, explains each target by its own, and mends both', async () => {
    docker('kill', 'sse-sse-app-2-1');
    docker('network', 'disconnect', 'sse_default', 'sse-sse-app-1');
    const down = (findings: readonly Finding[]) =>
      ['targets/sse-app:8000', 'targets/sse-app-2:8000'].every((id) => find(findings, id) !== undefined);
    const { ids, failed, findings, summary } = await me.until(45, down);
    expect(ids).toEqual(['containers/sse-app-2', 'docker-network/sse-app']);
    expect(failed[0]?.evidence[0]).toMatch(/^sse-sse-app-2-1: exited, exit code 137, \d+ s ago$/);
    expect(find(findings, 'targets/sse-app-2:8000')?.because).toBe('containers/sse-app-2');
    expect(find(findings, 'targets/sse-app:8000')?.because).toBe('docker-network/sse-app');
    expect(summary.next).toBe('docker start sse-sse-app-2-1');
    for (const { fix } of failed) expect(me.run(fix ?? '').status).toBe(0);
    expect((await me.recovered(45)).ids).toEqual([]);
  });

  it('names a paused Prometheus and wakes it', async () => {
    docker('pause', 'sse-prometheus');
    const { ids, failed, findings, ms } = await me.doctor();
    expect(ids).toEqual(['containers/prometheus']);
    expect(failed[0]?.sentence).toContain('paused');
    expect(find(findings, 'prometheus')?.because).toBe('containers/prometheus');
    expect(ms).toBeLessThan(10_000);
    expect(me.run(failed[0]?.fix ?? '').status).toBe(0);
    expect((await me.recovered(30)).ids).toEqual([]);
  });

  it('says that all containers were removed by hand, and start makes them again', async () => {
    docker('rm', '-f', ...docker('ps', '-aq', '--filter', 'label=com.docker.compose.project=sse').trim().split('\n'));
    const { ids, failed, findings } = await me.doctor();
    expect(ids).toEqual(['containers']);
    expect(failed[0]?.sentence).toContain('removed');
    expect(find(findings, 'prometheus')?.because).toBe('containers');
    expect(me.run(failed[0]?.fix ?? '').status).toBe(0);
    expect((await me.recovered(40)).ids).toEqual([]);
  });

  it.runIf(process.env.PROM_TUTOR_E2E_DESTRUCTIVE === '1')(
    'puts all down to a killed daemon, and start recovers (only with PROM_TUTOR_E2E_DESTRUCTIVE=1)',
    async () => {
      const pid = Number(readFileSync('/var/run/docker.pid', 'utf8'));
      const [program = '', ...args] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
      process.kill(pid, 'SIGKILL');
      await pause(500);
      const { ids, failed, findings } = await me.doctor();
      expect(ids).toEqual(['docker-daemon']);
      expect(failed[0]?.sentence).toBe('The Docker daemon is not running.');
      expect(find(findings, 'containers')?.because).toBe('docker-daemon');
      // The command that was named is for machines with an init system; this one may have none. A killed daemon leaves
      // pid files, which keep the next one from starting as long as nobody has reaped the first.
      for (const file of ['docker.pid', 'docker/containerd/containerd.pid'])
        rmSync(`/var/run/${file}`, { force: true });
      spawn(program, args, { detached: true, stdio: 'ignore' }).unref();
      const back = await me.until(30, (all) => find(all, 'docker-daemon')?.status === 'ok');
      expect(find(back.findings, 'docker-daemon')?.status).toBe('ok');
      expect(me.run('prom-tutor start').status).toBe(0);
      expect((await me.recovered(45)).ids).toEqual([]);
      expect(me.state().backend).toBe('docker');
    },
  );
});
