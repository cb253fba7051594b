import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { expect } from 'vitest';
import { isRunning } from '../../../src/backends/processes.ts';
import type { StackState } from '../../../src/backends/state.ts';
import { fakeIo } from '../../helpers/fake-io.ts';
import { ownPorts } from '../../helpers/stack.ts';
import type { Breakage, Patient } from './breakages.ts';

/** A started stack whose Prometheus and instances live in one background process. */
export type EmbeddedGround = { readonly patient: Patient };

const file = ({ patient }: EmbeddedGround) => join(patient.stateDir, 'stack.json');

const portOf = (url: string | undefined) => Number(new URL(url ?? '').port);

const pidOf = ({ patient }: EmbeddedGround) => patient.state().processes[0]?.pid ?? 0;

/** As `ps` tells it: T is stopped, Z has ended. */
function psState(pid: number): string {
  try {
    return execFileSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).trim();
  } catch {
    return 'gone';
  }
}

async function killed(ground: EmbeddedGround): Promise<void> {
  const [record] = ground.patient.state().processes;
  if (record === undefined) throw new Error('no process');
  process.kill(record.pid, 'SIGKILL');
  await expect.poll(() => isRunning(fakeIo({ platform: process.platform }), record)).toBe(false);
}

function rewritten(ground: EmbeddedGround, change: (state: StackState) => object): void {
  writeFileSync(file(ground), JSON.stringify(change(ground.patient.state())));
}

/** Whether somebody answers HTTP there, and with what. */
async function answered(url: string | undefined): Promise<number | 'nobody'> {
  return fetch(url ?? '').then(
    ({ status }) => status,
    () => 'nobody' as const,
  );
}

/** The system takes its time to free the port of a process that was killed. */
async function listening(server: Server, port: number): Promise<void> {
  await expect
    .poll(
      () =>
        new Promise((resolve) => {
          server.once('error', () => resolve(false));
          server.listen(port, '127.0.0.1', () => resolve(true));
        }),
      { timeout: 10_000 },
    )
    .toBe(true);
}

let stranger: Server | undefined;

export const STACK_ROWS: readonly Breakage<EmbeddedGround>[] = [
  {
    name: 'the background process was killed (SIGKILL)',
    breakIt: killed,
    fails: ['processes'],
    kind: 'process-gone',
    proves: async ({ evidence }, ground) => {
      expect(evidence[0]).toBe(`process ${pidOf(ground)} does not run any more`);
      expect(psState(pidOf(ground))).toMatch(/^Z|^gone/);
      expect(await answered(ground.patient.state().urls.prometheus)).toBe('nobody');
    },
    mend: 'printed',
  },
  {
    name: 'the background process is suspended (SIGSTOP)',
    breakIt: (ground) => process.kill(pidOf(ground), 'SIGSTOP'),
    fails: ['processes'],
    kind: 'process-suspended',
    proves: ({ evidence }, ground) => {
      expect(evidence[0]).toContain(`process ${pidOf(ground)} is stopped`);
      expect(psState(pidOf(ground))).toMatch(/^T/);
    },
    mend: 'printed',
    tidy: (ground) => process.kill(pidOf(ground), 'SIGCONT'),
  },
  {
    name: 'an instance was stopped by a fault',
    breakIt: ({ patient }) => patient.run(['fault', 'instance-stopped']),
    fails: ['faults/sse-app-2'],
    kind: 'fault-on',
    proves: async ({ evidence }, { patient }) => {
      expect(evidence.join()).toContain('instance-stopped');
      const [first, second] = patient.state().urls.apps;
      expect([await answered(`${first}/healthz`), await answered(`${second}/healthz`)]).toEqual([200, 'nobody']);
    },
    mend: 'printed',
  },
  {
    name: '/metrics of an instance is not where Prometheus looks (wrong path)',
    breakIt: ({ patient }) => patient.run(['fault', 'scrape-path']),
    fails: ['faults/sse-app-2'],
    kind: 'fault-on',
    proves: async (_, { patient }) => {
      expect(await answered(`${patient.state().urls.apps[1]}/metrics`)).toBe(404);
    },
    mend: 'printed',
  },
  {
    name: 'the state file is garbage',
    breakIt: (ground) => {
      process.kill(pidOf(ground), 'SIGKILL');
      writeFileSync(file(ground), '{"version": 1, "backend": "embe');
    },
    fails: ['state-file'],
    kind: 'state-damaged',
    proves: ({ evidence }, ground) => {
      expect(evidence.join()).toContain('not JSON');
      const left = [file(ground), `${file(ground)}.damaged`]
        .map((path) => readIf(path))
        .find((text) => text !== undefined);
      expect(left).toBe('{"version": 1, "backend": "embe');
    },
    mend: 'printed',
    tidy: (ground) => expect(readIf(`${file(ground)}.damaged`)).toBe('{"version": 1, "backend": "embe'),
  },
  {
    name: 'the state file is of a newer prom-tutor',
    breakIt: (ground) => rewritten(ground, (state) => ({ ...state, version: 2 })),
    fails: ['state-file'],
    kind: 'state-newer',
    proves: ({ evidence }, ground) => {
      expect(evidence.join()).toContain('format 2');
      expect(JSON.parse(readFileSync(file(ground), 'utf8')).version).toBe(2);
    },
    // A newer release cannot be installed here: what it would do is know that format.
    mend: {
      advice: /npm install --global prom-tutor@latest/,
      does: (ground) => rewritten(ground, (state) => ({ ...state, version: 1 })),
    },
  },
  {
    name: 'a folder stands where the state file should',
    breakIt: (ground) => {
      renameSync(file(ground), `${file(ground)}.mine`);
      mkdirSync(file(ground));
    },
    fails: ['state-file'],
    kind: 'state-unreadable',
    proves: ({ evidence }) => expect(evidence.join()).toContain('is not a file'),
    mend: 'printed',
    tidy: (ground) => {
      rmSync(file(ground), { recursive: true, force: true });
      renameSync(`${file(ground)}.mine`, file(ground));
    },
  },
  {
    name: 'another program has taken the port of Prometheus',
    breakIt: async (ground) => {
      const port = portOf(ground.patient.state().urls.prometheus);
      await killed(ground);
      stranger = createServer((_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>'));
      await listening(stranger, port);
      ground.patient.ports = await ownPorts();
    },
    fails: ({ patient }) => ['processes', `ports/${portOf(patient.state().urls.prometheus)}`],
    kind: 'process-gone',
    proves: async (_, { patient }) => {
      const { find } = await patient.doctor();
      const finding = find(`ports/${portOf(patient.state().urls.prometheus)}`);
      // The stranger is this very process.
      if (process.platform === 'linux') expect(finding.evidence.join()).toContain(`(process ${process.pid})`);
      expect(finding.kind).toBe('port-stolen');
    },
    mend: 'printed',
    tidy: () => {
      stranger?.closeAllConnections();
      return new Promise((resolve) => stranger?.close(resolve));
    },
  },
  {
    name: 'a start was interrupted in the middle',
    breakIt: async (ground) => {
      await killed(ground);
      rewritten(ground, (state) => ({ ...state, phase: 'starting' }));
    },
    fails: ['state-file'],
    kind: 'start-interrupted',
    proves: (_, ground) => {
      expect(ground.patient.state().phase).toBe('starting');
      expect(readIf(join(ground.patient.stateDir, 'stack.lock'))).toBeUndefined();
    },
    mend: 'printed',
  },
  {
    name: 'the stack is of another version of prom-tutor',
    breakIt: (ground) => rewritten(ground, (state) => ({ ...state, toolVersion: '0.0.1' })),
    fails: [],
    warns: ['state-file'],
    kind: 'stack-of-other-version',
    proves: ({ evidence }) => expect(evidence.join()).toContain('by prom-tutor 0.0.1'),
    mend: 'printed',
  },
  {
    name: 'the environment sends queries past the stack',
    breakIt: ({ patient }) => {
      patient.env.PROMETHEUS_URL = 'http://prom.example:9090';
    },
    fails: [],
    warns: ['server-url'],
    kind: 'url-overrides-stack',
    proves: ({ evidence }, { patient }) => {
      expect(evidence.join('\n')).toContain('PROMETHEUS_URL is http://prom.example:9090');
      expect(evidence.join('\n')).toContain(`the stack is at ${patient.state().urls.prometheus}`);
    },
    mend: 'printed',
  },
  {
    name: 'a proxy would be asked for this machine itself',
    breakIt: ({ patient }) => {
      patient.env.HTTP_PROXY = 'http://proxy.example:3128';
      patient.env.NO_PROXY = 'example.com';
    },
    fails: [],
    warns: ['proxy'],
    kind: 'proxy-takes-localhost',
    proves: ({ evidence }) =>
      expect(evidence.join()).toContain('HTTP_PROXY=http://proxy.example:3128,NO_PROXY=example.com'),
    mend: 'printed',
  },
  {
    name: 'the clock of this machine is wrong',
    breakIt: ({ patient }) => {
      patient.clockMs = 10 * 60_000;
    },
    fails: [],
    warns: ['clock'],
    kind: 'clock-skew',
    proves: async ({ sentence, evidence }, { patient }) => {
      expect(sentence).toContain('10 min behind');
      const { headers } = await fetch(`${patient.state().urls.prometheus}/-/ready`);
      const told = Date.parse(/Prometheus: (\S+),/.exec(evidence.join())?.[1] ?? '');
      expect(Math.abs(told - Date.parse(headers.get('date') ?? new Date().toUTCString()))).toBeLessThan(60_000);
    },
    mend: {
      advice: /clock is wrong|set-ntp/,
      does: ({ patient }) => {
        patient.clockMs = 0;
      },
    },
  },
];

function readIf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
