import { access, constants } from 'node:fs/promises';
import { posix, win32 } from 'node:path';
import { execa } from 'execa';
import type { Availability } from './backend.ts';
import { type System, within } from './world.ts';

/** A program found on PATH. `version` is undefined when it could not be run or did not tell. */
export type FoundProgram = { readonly path: string; readonly version: string | undefined };

/** All that PATH holds of the two programs, in its order, and the pair that would be used. */
export type PrometheusBinaries = {
  readonly prometheus: readonly FoundProgram[];
  readonly promtool: readonly FoundProgram[];
  readonly pair: { readonly prometheus: FoundProgram; readonly promtool: FoundProgram } | undefined;
};

/** Older ones write and read data and answers that the lessons do not show. */
export const OLDEST_MAJOR = 3;

/** Runs a program with `--version` and gives all it prints; undefined when it does not answer. */
export type AskVersion = (path: string) => Promise<string | undefined>;

/**
 * Looks for `prometheus` and `promtool` on PATH and asks each for its version. The first of each that is new enough is
 * used. `ask`: for callers who must get on even when a program hangs for good.
 */
export async function findPrometheus(
  system: System,
  signal: AbortSignal,
  ask: AskVersion = (path) => printedVersion(system, path, signal),
): Promise<PrometheusBinaries> {
  const [prometheus, promtool] = await Promise.all(
    (['prometheus', 'promtool'] as const).map((name) => programsNamed(system, name, ask)),
  );
  const [server, tool] = [prometheus, promtool].map((found) => found?.find(isNewEnough));
  return {
    prometheus: prometheus ?? [],
    promtool: promtool ?? [],
    pair: server === undefined || tool === undefined ? undefined : { prometheus: server, promtool: tool },
  };
}

export function isNewEnough({ version }: FoundProgram): boolean {
  return version !== undefined && Number.parseInt(version, 10) >= OLDEST_MAJOR;
}

/** Whether the stack can run on them, in words that say what is in the way. */
export function binaryAvailability({ prometheus, promtool, pair }: PrometheusBinaries): Availability {
  if (pair !== undefined)
    return { usable: true, detail: `Prometheus ${pair.prometheus.version} (${pair.prometheus.path})` };
  const hint = `Install Prometheus ${OLDEST_MAJOR} (it brings promtool): https://prometheus.io/download/`;
  for (const [name, found] of [
    ['prometheus', prometheus],
    ['promtool', promtool],
  ] as const) {
    if (found.some(isNewEnough)) continue;
    return { usable: false, reason: reasonFor(name, found), hint };
  }
  return { usable: false, reason: 'prometheus is not on PATH', hint };
}

function reasonFor(name: string, found: readonly FoundProgram[]): string {
  const first = found[0];
  if (first === undefined) return `${name} is not on PATH`;
  if (first.version === undefined) return `${first.path} does not tell its version`;
  return `${first.path} is version ${first.version}, too old: ${OLDEST_MAJOR}.0 or newer is needed`;
}

async function programsNamed(system: System, name: string, ask: AskVersion): Promise<readonly FoundProgram[]> {
  const windows = system.platform === 'win32';
  const { join, delimiter, isAbsolute } = windows ? win32 : posix;
  const path = (windows ? (system.env.Path ?? system.env.PATH) : system.env.PATH) ?? '';
  const folders = [...new Set(path.split(delimiter))].filter((folder) => isAbsolute(folder));
  const candidates = folders.map((folder) => join(folder, windows ? `${name}.exe` : name));
  const found = await Promise.all(candidates.map((file) => programAt(file, ask)));
  return found.filter((program) => program !== undefined);
}

async function programAt(path: string, ask: AskVersion): Promise<FoundProgram | undefined> {
  const executable = await access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
  if (!executable) return undefined;
  return { path, version: /, version (\d+\.\d+\S*)/.exec((await ask(path)) ?? '')?.[1] };
}

/** Prometheus 3 writes its version to stdout; older ones, to stderr. */
async function printedVersion(system: System, path: string, signal: AbortSignal): Promise<string> {
  const { stdout, stderr } = await execa(path, ['--version'], {
    reject: false,
    stdin: 'ignore',
    cancelSignal: within(2_000, signal),
    env: { ...system.env },
    extendEnv: false,
  });
  signal.throwIfAborted();
  return `${stdout}\n${stderr}`;
}
