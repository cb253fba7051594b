import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { expect } from 'vitest';
import { isRunning } from '../../../src/backends/processes.ts';
import type { ProcessRecord } from '../../../src/backends/state.ts';
import { fakeIo } from '../../helpers/fake-io.ts';
import { ownPorts } from '../../helpers/stack.ts';
import { type Breakage, type Patient, runPrinted } from './breakages.ts';

/** A started stack each of whose services is a process. */
export type ProcessGround = { readonly patient: Patient; left: ProcessRecord | undefined };

const system = fakeIo({ platform: process.platform });

function recordOf({ patient }: ProcessGround, name: string): ProcessRecord {
  const found = patient.state().processes.find((each) => each.name === name);
  if (found === undefined) throw new Error(`no process of ${name}`);
  return found;
}

async function killed(ground: ProcessGround, name: string): Promise<void> {
  const record = recordOf(ground, name);
  ground.left = record;
  process.kill(record.pid, 'SIGKILL');
  await expect.poll(() => isRunning(system, record)).toBe(false);
}

const psState = (pid: number) => execFileSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).trim();

const portOf = ({ patient }: ProcessGround) => Number(new URL(patient.state().urls.prometheus).port);

function killedRow(name: string): Breakage<ProcessGround> {
  return {
    name: `${name} was killed`,
    breakIt: (ground) => killed(ground, name),
    fails: [`processes/${name}`],
    kind: 'process-gone',
    proves: async ({ evidence }, ground) => {
      const record = recordOf(ground, name);
      expect(evidence.join('\n')).toContain(`process ${record.pid} does not run any more`);
      expect(await isRunning(system, record)).toBe(false);
    },
    mend: 'printed',
  };
}

let stranger: Server | undefined;

export const PROCESS_ROWS: readonly Breakage<ProcessGround>[] = [
  ...['sse-app-2', 'load', 'prometheus'].map(killedRow),
  {
    name: 'sse-app is suspended, and its target is put down to that once a scrape has found it silent',
    breakIt: async (ground) => {
      process.kill(recordOf(ground, 'sse-app').pid, 'SIGSTOP');
      const url = `${ground.patient.state().urls.prometheus}/api/v1/targets?state=active`;
      await expect
        .poll(async () => (await fetch(url)).text(), { timeout: 40_000, interval: 500 })
        .toContain('context deadline exceeded');
    },
    fails: ['processes/sse-app'],
    kind: 'process-suspended',
    proves: async (_, ground) => {
      expect(psState(recordOf(ground, 'sse-app').pid)).toMatch(/^T/);
      const target = (await ground.patient.doctor()).find('targets/sse-app:8000');
      expect(target.because).toBe('processes/sse-app');
      expect(target.evidence.join('\n')).toMatch(/did not answer within scrape_timeout/);
    },
    mend: 'printed',
  },
  {
    name: 'another program has taken the port of the killed Prometheus',
    breakIt: async (ground) => {
      const port = portOf(ground);
      await killed(ground, 'prometheus');
      const server = createServer((socket) => {
        socket.on('error', () => undefined);
        socket.end('HTTP/1.1 200 OK\r\ncontent-type: text/html\r\n\r\n<html>');
      });
      stranger = server;
      const listening = () =>
        new Promise((resolve) => {
          server.once('error', () => resolve(false));
          server.listen(port, '127.0.0.1', () => resolve(true));
        });
      await expect.poll(listening, { timeout: 10_000 }).toBe(true);
      ground.patient.ports = ['--backend', 'binary', ...(await ownPorts())];
    },
    fails: (ground) => ['processes/prometheus', `ports/${portOf(ground)}`],
    kind: 'process-gone',
    proves: async (_, ground) => {
      const { find } = await ground.patient.doctor();
      expect(find(`ports/${portOf(ground)}`).evidence.join()).toContain(`process ${process.pid}`);
      expect(find('prometheus')).toMatchObject({ status: 'skip', because: `ports/${portOf(ground)}` });
    },
    mend: 'printed',
    // Not waited for: somebody may still hold a connection.
    tidy: () => {
      stranger?.close();
    },
  },
  {
    name: 'the state file is cut off in the middle',
    breakIt: (ground) => {
      ground.left = recordOf(ground, 'prometheus');
      writeFileSync(join(ground.patient.stateDir, 'stack.json'), '{"version":1,"backend":"bina');
    },
    fails: ['state-file'],
    kind: 'state-damaged',
    proves: ({ evidence }) => expect(evidence.join()).toContain('not JSON'),
    mend: {
      advice: /prom-tutor start/,
      does: async ({ patient, left }, { fix }) => {
        await runPrinted(patient, fix ?? '');
        // What nobody remembered was found and ended before another took its place.
        expect(left !== undefined && (await isRunning(system, left))).toBe(false);
      },
    },
  },
];
