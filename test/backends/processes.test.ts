import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { processRow, rowsOfPowershell, rowsOfPs } from '../../src/backends/process-table.ts';
import { findProcesses, isRunning, spawnInBackground, stopProcesses } from '../../src/backends/processes.ts';
import type { ProcessRecord } from '../../src/backends/state.ts';
import { fakeIo } from '../helpers/fake-io.ts';

const system = fakeIo({ platform: process.platform, env: process.env });

let dir = '';
const started: ProcessRecord[] = [];
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'prom-tutor-processes-'));
});
afterEach(async () => {
  await stopProcesses(system, started.splice(0), 0);
  await rm(dir, { recursive: true, force: true });
});

async function start(script: string, ...args: string[]): Promise<ProcessRecord> {
  const record = await spawnInBackground(system, {
    name: 'sleeper',
    file: process.execPath,
    args: ['-e', script, ...args],
    env: { PATH: process.env.PATH },
    cwd: dir,
    logFile: join(dir, 'logs', 'sleeper.log'),
  });
  started.push(record);
  return record;
}

async function logHas(text: string): Promise<void> {
  await expect.poll(() => readFile(join(dir, 'logs', 'sleeper.log'), 'utf8'), { timeout: 5_000 }).toContain(text);
}

const SLEEP = 'setInterval(() => {}, 1000); console.log("ready")';

describe('background processes', () => {
  it('run on with their own log until they are stopped', async () => {
    const record = await start(SLEEP);
    await logHas('ready');
    expect(await isRunning(system, record)).toBe(true);
    expect(await stopProcesses(system, [record], 2_000)).toEqual([]);
    expect(await isRunning(system, record)).toBe(false);
  });

  it('are ended by force when they do not listen', async () => {
    const record = await start(`process.on('SIGTERM', () => console.log('not I')); ${SLEEP}`);
    await logHas('ready');
    expect(await stopProcesses(system, [record], 300)).toEqual([]);
    await logHas('not I');
    expect(await isRunning(system, record)).toBe(false);
  });

  it('inherit nothing but what they are given', async () => {
    await start('console.log(JSON.stringify(Object.keys(process.env))); setInterval(() => {}, 1000)');
    await logHas('[');
    expect(JSON.parse(await readFile(join(dir, 'logs', 'sleeper.log'), 'utf8'))).not.toContain('HOME');
  });

  it('reject when the program is not there', async () => {
    const program = { name: 'x', file: join(dir, 'none'), args: [], env: {}, cwd: dir, logFile: join(dir, 'x.log') };
    await expect(spawnInBackground(system, program)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('are not confused with a stranger that got the same pid', async () => {
    const record = await start(SLEEP);
    await logHas('ready');
    const reused = { ...record, startedAt: `${record.startedAt}0` };
    expect(await isRunning(system, reused)).toBe(false);
    expect(await stopProcesses(system, [reused], 100)).toEqual([]);
    expect(await isRunning(system, record)).toBe(true);
  });

  it('can be found again by their command line', async () => {
    const record = await start(SLEEP, `mark-${dir}`);
    const found = await findProcesses(system, (args) => args.some((word) => word.includes(`mark-${dir}`)));
    expect(found.map(({ pid, startedAt }) => ({ pid, startedAt }))).toEqual([
      { pid: record.pid, startedAt: record.startedAt },
    ]);
  });
});

describe('the process table', () => {
  it('knows us', async () => {
    const row = await processRow(system, process.pid);
    expect(row?.startedAt).not.toBe('');
    expect(row?.args.join(' ')).toContain('node');
  });

  it('knows nobody with a pid that is not in use', async () => {
    expect(await processRow(system, 2 ** 22 + 1)).toBeUndefined();
  });

  it('reads what ps writes and leaves zombies out', () => {
    const text = [
      '    1 Ss   Mon Jan  5 10:00:00 2026 /sbin/launchd',
      '  812 Z    Mon Jan  5 10:00:01 2026 (node)',
      '99123 S+   Tue Feb 24 23:59:59 2026 /usr/local/bin/node /Users/a b/app.mjs serve',
    ].join('\n');
    expect(rowsOfPs(text)).toEqual([
      { pid: 1, startedAt: 'Mon Jan 5 10:00:00 2026', args: ['/sbin/launchd'] },
      { pid: 99123, startedAt: 'Tue Feb 24 23:59:59 2026', args: ['/usr/local/bin/node /Users/a b/app.mjs serve'] },
    ]);
  });

  it('reads what PowerShell writes', () => {
    expect(rowsOfPowershell('4\t\t\r\n812\t133500000000000000\t"C:\\node.exe" app.mjs\tx\r\n')).toEqual([
      { pid: 4, startedAt: '', args: [''] },
      { pid: 812, startedAt: '133500000000000000', args: ['"C:\\node.exe" app.mjs\tx'] },
    ]);
  });
});
