import {
  type FoundProgram,
  findPrometheus,
  isNewEnough,
  type PrometheusBinaries,
} from '../backends/prometheus-binaries.ts';
import type { World } from './world.ts';

/** Both programs in all the places PATH has them. */
export const PROGRAMS = ['prometheus', 'promtool'] as const;

/** As the backend looks for them, but without waiting for one that hangs. */
export async function prometheusBinaries(world: World, signal: AbortSignal): Promise<PrometheusBinaries> {
  return findPrometheus(world, signal, async (path) => {
    const ran = await world.exec(path, ['--version'], { timeoutMs: 2_000 });
    return ran.kind === 'done' ? `${ran.stdout}\n${ran.stderr}` : undefined;
  });
}

/** Each place and its version, in the order of PATH: the first that is new enough is used. */
export function programsText(name: string, found: readonly FoundProgram[]): string {
  if (found.length === 0) return `${name}: not on PATH`;
  return `${name}: ${found.map(({ path, version }) => `${path} (${version === undefined ? 'does not tell its version' : version})`).join(', ')}`;
}

/** What is in the way of using one of the two; undefined when nothing is. */
export function programTrouble(name: string, found: readonly FoundProgram[], oldest: number): string | undefined {
  if (found.some(isNewEnough)) return undefined;
  const first = found[0];
  if (first === undefined) return `${name} is not on PATH, though the other half is.`;
  if (first.version === undefined) return `${name} cannot be run, or does not tell its version.`;
  return `${name} ${first.version} is too old: the stack needs Prometheus ${oldest}.`;
}
