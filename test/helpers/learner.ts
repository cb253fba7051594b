import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StackState } from '../../src/backends/state.ts';
import type { Io } from '../../src/cli/io.ts';
import { main } from '../../src/cli/main.ts';
import { fakeIo } from './fake-io.ts';
import { programFolder } from './programs.ts';

export type Ran = { readonly code: number; readonly out: string; readonly err: string };

/** Somebody with a home and a state folder of their own, who types commands that run in this process. */
export function newLearner(env: Readonly<Record<string, string>> = {}) {
  const home = mkdtempSync(join(tmpdir(), 'prom-tutor-learner-'));
  const stateHome = join(home, 'state');
  const whole = { HOME: home, XDG_STATE_HOME: stateHome, LANG: 'C.UTF-8', PATH: process.env.PATH ?? '', ...env };
  const stateDir = join(stateHome, 'prom-tutor');
  return {
    env: whole,
    stateDir,
    /** What the state file says. Throws when there is none. */
    state: () => JSON.parse(readFileSync(join(stateDir, 'stack.json'), 'utf8')) as StackState,
    async run(
      argv: readonly string[],
      io: Partial<Pick<Io, 'signal' | 'now'>> & { readonly tty?: boolean; readonly input?: string } = {},
    ): Promise<Ran> {
      const fake = fakeIo({ env: whole, homeDir: home, platform: process.platform, ...io });
      const code = await main(argv, fake);
      return { code, out: fake.outText(), err: fake.errText() };
    },
  };
}

/** On a machine without Docker and Prometheus. */
export const bareLearner = () => newLearner({ PATH: programFolder({}) });

export const LEFT_SCENARIO = { t0Ms: Date.UTC(2026, 0, 1), seed: 1, historyMs: 21_600_000 };
export const LEFT_ID = 'a1b2c3d4a1b2c3d4';

/** A state folder as an ended binary stack leaves it: its processes are gone. */
export function leaveStack(dir: string, phase: 'starting' | 'running'): void {
  const folder = join(dir, 'binary', LEFT_ID);
  mkdirSync(join(folder, 'data'), { recursive: true });
  const state = {
    version: 1,
    toolVersion: '0',
    backend: 'binary',
    id: LEFT_ID,
    phase,
    startedMs: LEFT_SCENARIO.t0Ms,
    urls: { prometheus: 'http://localhost:1', apps: ['http://localhost:2', 'http://localhost:3'] },
    scenario: LEFT_SCENARIO,
    token: 't',
    processes: [{ name: 'prometheus', pid: 4_000_000, startedAt: '1' }],
    dir: folder,
  };
  writeFileSync(join(dir, 'stack.json'), JSON.stringify(state));
}
