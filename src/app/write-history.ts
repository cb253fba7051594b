import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { type MetricFamily, writeOpenMetrics } from '../exposition/write.ts';
import { UserError } from '../model/errors.ts';
import type { Scenario } from '../model/scenario.ts';
import { history } from './history.ts';

export const HISTORY_FILE = 'history.om';
export const SCENARIO_FILE = 'scenario.json';

export type WrittenHistory = {
  readonly scenario: Scenario;
  /** False when the folder held a complete history already, which is then left alone. */
  readonly written: boolean;
};

/** Adds to a written past what is computed from it. */
export type AddToPast = (past: readonly MetricFamily[], scenario: Scenario) => Promise<readonly MetricFamily[]>;

/**
 * Writes the past of the service into a folder: `history.om`, and last `scenario.json`, which says that it is complete.
 * Both appear in one step. Throws `UserError` when the folder cannot be written or holds a damaged scenario.
 */
export async function writeHistory(dir: string, scenario: Scenario, add?: AddToPast): Promise<WrittenHistory> {
  try {
    await mkdir(dir, { recursive: true });
    const existing = await readScenario(dir);
    if (existing !== undefined) return { scenario: existing, written: false };
    const past = history(scenario);
    const whole = add === undefined ? past : await add(past, scenario);
    await writeWhole(join(dir, HISTORY_FILE), writeOpenMetrics(whole));
    await writeWhole(join(dir, SCENARIO_FILE), [`${JSON.stringify(scenario)}\n`]);
    return { scenario, written: true };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (error instanceof UserError || code === undefined) throw error;
    throw new UserError(`cannot write the history to ${dir}: ${code}`, {
      hint: 'The folder must be writable and have about 30 MB of room.',
      cause: error,
    });
  }
}

/** Writes under another name first, so that under its own name the file is complete or absent. */
async function writeWhole(path: string, pieces: Iterable<string>): Promise<void> {
  const file = await open(`${path}.unfinished`, 'w');
  try {
    for (const piece of pieces) await file.write(piece);
  } finally {
    await file.close();
  }
  await rename(`${path}.unfinished`, path);
}

/** The scenario that a folder holds, undefined when it has none. Throws `UserError` when the file is damaged. */
export async function readScenario(dir: string): Promise<Scenario | undefined> {
  const path = join(dir, SCENARIO_FILE);
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const value = parsed(text);
  if (value === undefined)
    throw new UserError(`${path} is damaged`, { hint: 'Remove the folder; the history is then written again.' });
  return value;
}

function parsed(text: string): Scenario | undefined {
  try {
    const { t0Ms, seed, historyMs } = JSON.parse(text) as Record<string, unknown>;
    const numbers = [t0Ms, seed, historyMs];
    if (!numbers.every((value) => typeof value === 'number' && Number.isSafeInteger(value))) return undefined;
    return { t0Ms: t0Ms as number, seed: seed as number, historyMs: historyMs as number };
  } catch {
    return undefined;
  }
}
