import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { execIn } from '../../src/doctor/exec.ts';
import { binFolder, tempFolder } from './helpers.ts';

const kill = (pid: number, signal: NodeJS.Signals | 0) => void process.kill(pid, signal);

/** Runs programs with only these scripts (and the system's shell) on PATH. */
function execWithScripts(scripts: Readonly<Record<string, string>>) {
  return execIn({ env: { PATH: binFolder(scripts), MARK: 'yes' }, platform: process.platform, kill });
}

describe.skipIf(process.platform === 'win32')('exec', () => {
  it.each([
    [
      'says what was printed and the code',
      'echo out; echo err >&2; exit 3',
      { kind: 'done', code: 3, stdout: 'out', stderr: 'err' },
    ],
    ['hands its environment on, and no other', 'echo "$MARK$HOME$USER"', { kind: 'done', code: 0, stdout: 'yes' }],
    ['gives no input', 'read line; echo "got:$line"', { kind: 'done', stdout: 'got:' }],
    ['tells of a death by signal', 'kill -9 $$', { kind: 'broken' }],
  ])('%s', async (_, script, expected) => {
    expect(await execWithScripts({ tool: script })('tool', [], { timeoutMs: 5000 })).toMatchObject(expected);
  });

  it('tells a program that is missing from one that cannot be run', async () => {
    const exec = execWithScripts({});
    expect(await exec('tool', [], { timeoutMs: 5000 })).toEqual({ kind: 'missing' });
    const unrunnable = join(tempFolder(), 'tool');
    writeFileSync(unrunnable, 'text', { mode: 0o644 });
    expect((await exec(unrunnable, [], { timeoutMs: 5000 })).kind).toBe('broken');
  });

  it('kills what hangs, with all it has started, in time', async () => {
    const exec = execWithScripts({ tool: 'sleep 98765 & sleep 98765' });
    const started = performance.now();
    expect(await exec('tool', [], { timeoutMs: 300 })).toEqual({ kind: 'hung', afterMs: 300 });
    expect(performance.now() - started).toBeLessThan(8_000);
    await sleep(100);
    expect(commandLines().filter((line) => line.includes('98765'))).toEqual([]);
  });

  it('stops when told to', async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 50);
    const exec = execWithScripts({ tool: 'sleep 98764' });
    const ran = await exec('tool', [], { timeoutMs: 60_000, signal: controller.signal });
    expect(ran.kind).toBe('hung');
  });
});

/** The command lines of all running processes, where the system shows them. */
function commandLines(): readonly string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      } catch {
        return '';
      }
    });
}
