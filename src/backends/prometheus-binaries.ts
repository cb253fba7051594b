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

/** Looks for `prometheus` and `promtool` on PATH and asks each for its version. The first of each that is new enough is used. */
export async function findPrometheus(system: System, signal: AbortSignal): Promise<PrometheusBinaries> {
  const [prometheus, promtool] = await Promise.all(
    (['prometheus', 'promtool'] as const).map((name) => programsNamed(system, name, signal)),
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

async function programsNamed(system: System, name: string, signal: AbortSignal): Promise<readonly FoundProgram[]> {
  const windows = system.platform === 'win32';
  const { join, delimiter, isAbsolute } = windows ? win32 : posix;
  const path = (windows ? (system.env.Path ?? system.env.PATH) : system.env.PATH) ?? '';
  const folders = [...new Set(path.split(delimiter))].filter((folder) => isAbsolute(folder));
  const candidates = folders.map((folder) => join(folder, windows ? `${name}.exe` : name));
  const found = await Promise.all(candidates.map((file) => programAt(system, file, signal)));
  return found.filter((program) => program !== undefined);
}

/** Prometheus 3 writes its version to stdout; older ones, to stderr. */
async function programAt(system: System, path: string, signal: AbortSignal): Promise<FoundProgram | undefined> {
  const executable = await access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
  if (!executable) return undefined;
  const { stdout, stderr } = await execa(path, ['--version'], {
    reject: false,
    stdin: 'ignore',
    cancelSignal: within(2_000, signal),
    env: { ...system.env },
    extendEnv: false,
  });
  signal.throwIfAborted();
  return { path, version: /, version (\d+\.\d+\S*)/.exec(`${stdout}\n${stderr}`)?.[1] };
}
