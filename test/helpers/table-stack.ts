import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StackState } from '../../src/backends/state.ts';
import { main } from '../../src/cli/main.ts';
import { listen } from '../../src/server/listen.ts';
import type { Source } from '../../src/source/source.ts';
import { fakeIo } from './fake-io.ts';
import { TABLE_T0_MS } from './table-source.ts';

export type Ran = { readonly code: number; readonly out: string; readonly err: string };

export type TableStack = {
  readonly url: string;
  /** The state folder of its own. */
  readonly folder: string;
  /** Runs prom-tutor against it, as a person who has started the stack would. */
  run(argv: readonly string[], options?: Parameters<typeof fakeIo>[0]): Promise<Ran>;
  close(): Promise<void>;
};

/** A "running stack": our own API server over a source, and the state file that points at it. */
export async function tableStack(source: Source): Promise<TableStack> {
  const listener = await listen(
    { source, now: () => TABLE_T0_MS, metrics: async () => '' },
    { host: '127.0.0.1', port: 0 },
  );
  const home = mkdtempSync(join(tmpdir(), 'prom-tutor-stack-'));
  const folder = join(home, 'prom-tutor');
  mkdirSync(folder);
  const state: StackState = {
    version: 1,
    toolVersion: '0.0.0',
    backend: 'binary',
    id: 'test',
    phase: 'running',
    startedMs: TABLE_T0_MS,
    urls: { prometheus: listener.url, apps: [] },
    scenario: { t0Ms: TABLE_T0_MS, seed: 1, historyMs: 21_600_000 },
    token: 'token',
    processes: [],
    dir: folder,
  };
  writeFileSync(join(folder, 'stack.json'), JSON.stringify(state));
  return {
    url: listener.url,
    folder,
    run: async (argv, options = {}) => {
      const io = fakeIo({ ...options, env: { XDG_STATE_HOME: home, LANG: 'C.UTF-8', ...options.env } });
      const code = await main(argv, io);
      return { code, out: io.outText(), err: io.errText() };
    },
    close: async () => {
      await listener.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}
