import { appendFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { readScenario } from '../app/write-history.ts';
import { makeFolder } from '../lib/paths.ts';
import type { Scenario } from '../model/scenario.ts';
import { BackendUnavailable } from './backend-unavailable.ts';
import { plainEnv } from './binary-services.ts';
import { logFile, PARTS } from './stack-folder.ts';
import type { StackState } from './state.ts';
import type { World } from './world.ts';

/** Says in the data folder that the history is in it, whole. */
const COMPLETE = '.history-complete';

/** Runs the service's own history writer, which does nothing when the folder holds a complete one. */
export async function writeStackHistory(world: World, state: StackState, signal: AbortSignal): Promise<Scenario> {
  const folder = join(state.dir, PARTS.scenario);
  const { historyMs, seed } = state.scenario;
  const env = {
    ...plainEnv(world),
    SSE_OUT: folder,
    SSE_HISTORY: `${Math.round(historyMs / 1000)}s`,
    SSE_SEED: String(seed),
    SSE_RULES: join(state.dir, PARTS.rules),
  };
  const args = [join(state.dir, PARTS.app), 'history'];
  const log = logFile(state, 'history');
  await run({ failure: 'the history could not be written', file: world.execPath, args, env, log, signal });
  const scenario = await readScenario(folder);
  if (scenario === undefined) throw new BackendUnavailable(`no history was written to ${folder}`);
  return scenario;
}

/**
 * Turns the written history into Prometheus' blocks, once. The data folder appears in one step and only when it is
 * complete; one that Prometheus has written to is never touched.
 */
export async function backfill(world: World, state: StackState, promtool: string, signal: AbortSignal): Promise<void> {
  const data = join(state.dir, PARTS.data);
  if (await hasHistory(state.dir)) return;
  if (await exists(data)) {
    throw new BackendUnavailable(`${data} holds data without a history`, { hint: 'Remove it: prom-tutor stop' });
  }
  const unfinished = `${data}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  await makeFolder(unfinished);
  const source = join(state.dir, PARTS.scenario, 'history.om');
  const args = ['tsdb', 'create-blocks-from', 'openmetrics', '--quiet', source, unfinished];
  const log = logFile(state, 'backfill');
  await run({
    failure: 'promtool could not load the history',
    file: promtool,
    args,
    env: plainEnv(world),
    log,
    signal,
  });
  await writeFile(join(unfinished, COMPLETE), '');
  await rename(unfinished, data);
}

export async function hasHistory(dir: string): Promise<boolean> {
  return exists(join(dir, PARTS.data, COMPLETE));
}

type Step = {
  /** What it means when it fails. */
  readonly failure: string;
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly log: string;
  readonly signal: AbortSignal;
};

/** Runs a program to its end, which nothing may outlive; what it says goes to a log too. */
async function run({ failure, file, args, env, log, signal }: Step): Promise<void> {
  const result = await execa(file, [...args], {
    env: { ...env },
    extendEnv: false,
    reject: false,
    all: true,
    stdin: 'ignore',
    cancelSignal: signal,
    forceKillAfterDelay: 1_000,
    timeout: 120_000,
  });
  await makeFolder(dirname(log));
  await appendFile(log, `${result.all}\n`, { mode: 0o600 });
  signal.throwIfAborted();
  if (!result.failed) return;
  const words = result.all.trim().split('\n').slice(-5).join('\n');
  throw new BackendUnavailable(`${failure}: ${words || result.shortMessage}`, {
    hint: 'Find out more: prom-tutor doctor',
  });
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
