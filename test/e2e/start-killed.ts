import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect } from 'vitest';
import { main } from '../../src/cli/main.ts';
import type { Report } from '../../src/doctor/finding.ts';
import { fakeIo } from '../helpers/fake-io.ts';
import type { newLearner } from '../helpers/learner.ts';
import { BIN } from '../helpers/lesson-stack.ts';
import { ended, ownPorts, targetsSince } from '../helpers/stack.ts';

type Learner = ReturnType<typeof newLearner>;

/** More lines than any start prints. */
const MOST_LINES = 40;

/**
 * Starts a stack again and again, and kills each start (SIGKILL) one line of progress later than the one before, until one
 * gets through: each has to begin with what the one before left half done. Gives what was printed before each end.
 */
export async function killedAfterEachLine(me: Learner, backend: 'embedded' | 'binary'): Promise<readonly string[][]> {
  const told: string[][] = [];
  for (let lines = 1; lines <= MOST_LINES; lines++) {
    const { seen, code } = await startUntil(me, ['--backend', backend, ...(await ownPorts())], lines);
    told.push(seen);
    if (code === 0) return told;
    const file = join(me.stateDir, 'stack.json');
    const half = existsSync(file) && me.state().phase === 'starting';
    // Before the state file is written nothing has been made, and after the last line all is there.
    if (half) expect((await me.run(['status', '--json'])).out).toContain('"unfinished"');
  }
  throw new Error(`no start came to its end: ${JSON.stringify(told.at(-1))}`);
}

/** The stack is whole, and the doctor has nothing against it. */
export async function expectWhole(me: Learner): Promise<void> {
  await expect
    .poll(async () => (await examined(me)).findings.filter(({ status }) => status === 'fail'), {
      timeout: 40_000,
      interval: 500,
    })
    .toEqual([]);
  // Prometheus lists its targets some seconds after it has begun to answer.
  await expect
    .poll(async () => Object.keys(await targetsSince(me.state(), 0)).sort(), { timeout: 20_000, interval: 250 })
    .toEqual(['localhost:9090', 'sse-app-2:8000', 'sse-app:8000']);
}

async function examined(me: Learner): Promise<Report> {
  const io = fakeIo({ env: me.env, homeDir: me.env.HOME, platform: process.platform });
  await main(['doctor', '--json'], io);
  return JSON.parse(io.outText()) as Report;
}

/** Runs `start` and kills it as soon as it has printed so many lines of progress. */
async function startUntil(
  me: Learner,
  options: readonly string[],
  lines: number,
): Promise<{ readonly seen: string[]; readonly code: number | null }> {
  const child = spawn(process.execPath, [BIN, 'start', ...options], {
    env: me.env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const seen: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => {
    seen.push(line);
    if (seen.length === lines) child.kill('SIGKILL');
  });
  await ended(child);
  return { seen, code: child.exitCode };
}
