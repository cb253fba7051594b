import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StackState } from '../../../src/backends/state.ts';
import { freePort } from '../../helpers/prometheus.ts';

/** A stack as `prom-tutor start` brings it up, in a state folder of its own. */
export type BenchStack = {
  readonly state: StackState;
  /** Runs another command on it: its exit code and what it wrote to standard output. */
  tool(...args: readonly string[]): { readonly code: number | null; readonly stdout: string };
  stop(): void;
};

/** Starts it on free ports and waits until every target has been scraped. Throws with what `start` said when that fails. */
export async function startStack(bin: string, backend: 'embedded' | 'binary'): Promise<BenchStack> {
  const home = mkdtempSync(join(tmpdir(), 'prom-tutor-bench-'));
  const env = { PATH: process.env.PATH, HOME: home, XDG_STATE_HOME: home, XDG_CONFIG_HOME: home, LANG: 'C.UTF-8' };
  const run = (...args: readonly string[]) =>
    spawnSync(process.execPath, [bin, ...args], { env, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  const ports = ['--port', String(await freePort()), '--app-port', String(await freePort())];
  const started = run('start', '--backend', backend, '--wait', ...ports);
  if (started.status !== 0) throw new Error(`start --backend ${backend} failed: ${started.stderr}`);
  return {
    state: JSON.parse(readFileSync(join(home, 'prom-tutor', 'stack.json'), 'utf8')) as StackState,
    tool: (...args) => {
      const { status, stdout } = run(...args);
      return { code: status, stdout };
    },
    stop() {
      run('stop');
      rmSync(home, { recursive: true, force: true });
    },
  };
}
