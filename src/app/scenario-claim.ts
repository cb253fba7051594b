import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Scenario } from '../model/scenario.ts';
import type { InstanceName } from './schema.ts';
import { readScenario } from './write-history.ts';

export type Claim =
  /** This boot goes on from the end of the written past. */
  | { readonly kind: 'continue'; readonly scenario: Scenario }
  /** This boot starts at zero, and why. */
  | { readonly kind: 'fresh'; readonly reason: string };

/**
 * Only the first boot of an instance after the history was written goes on from it; a marker file, one per instance, says
 * that it has happened. Where no marker can be left, an instance starts at zero: continuing twice would be a lie.
 */
export async function claimScenario(dir: string | undefined, instance: InstanceName): Promise<Claim> {
  if (dir === undefined) return { kind: 'fresh', reason: 'no scenario folder is set' };
  const scenario = await readScenario(dir);
  if (scenario === undefined) return { kind: 'fresh', reason: `${dir} holds no scenario` };
  try {
    await writeFile(join(dir, markerName(instance)), '', { flag: 'wx' });
    return { kind: 'continue', scenario };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return { kind: 'fresh', reason: 'the written past was already continued once' };
    return { kind: 'fresh', reason: `cannot leave a marker in ${dir} (${code})` };
  }
}

/** The file that says that an instance has continued the written past. */
export function markerName(instance: InstanceName): string {
  return `consumed-${instance.replace(':', '-')}`;
}
