import type { StackState } from '../backends/state.ts';
import { readStack } from '../backends/state-file.ts';
import { stateDir } from '../lib/paths.ts';
import { safe } from '../render/safe.ts';
import type { Context } from './context.ts';
import type { Io } from './io.ts';

/** The folder that holds progress, the stack's state file and the data of backends that run here. */
export function stateFolder(io: Io): string {
  return stateDir('prom-tutor', io);
}

/**
 * The stack that `start` left running, by its state file: whether it still answers is for the caller to find out.
 * Undefined when there is none or its start has not finished; an unusable file is told on stderr.
 */
export async function stackOf(context: Pick<Context, 'io' | 'note'>): Promise<StackState | undefined> {
  const { state, notice } = await readStack(stateFolder(context.io));
  if (notice !== undefined) context.note(`note: ${safe(notice)}`);
  return state?.phase === 'running' ? state : undefined;
}
