import { nearest } from '../../lib/nearest.ts';
import { EXIT, UsageError } from '../../model/errors.ts';
import { COMPLETION_SCRIPTS } from '../completion/scripts.ts';
import { SHELLS } from '../completion/shell-line.ts';
import type { CommandRun } from '../spec.ts';
import type { completionSpec } from '../specs/completion.ts';

/** Prints the script for a shell, that of $SHELL where none is named. */
export const runCompletion: CommandRun<typeof completionSpec> = async (context, [named]) => {
  const usual = (context.io.env.SHELL ?? '').split('/').at(-1);
  const wanted = (named ?? usual ?? '').toLowerCase();
  const shell = SHELLS.find((known) => known === wanted || (known === 'powershell' && wanted === 'pwsh'));
  if (shell === undefined) {
    if (named === undefined) throw new UsageError('which shell is it?', { hint: USAGE });
    const [meant] = nearest(wanted, SHELLS, 1);
    const hint = meant === undefined ? USAGE : `Did you mean: prom-tutor completion ${meant}`;
    throw new UsageError(`there is no completion for "${named}"`, { hint });
  }
  context.out(COMPLETION_SCRIPTS[shell]);
  return EXIT.ok;
};

const USAGE = `Name one: prom-tutor completion ${SHELLS.join('|')}`;
