import { EXIT } from '../model/errors.ts';
import { prose } from '../render/prose.ts';
import type { Context } from './context.ts';
import { promptFor, runCommand } from './player-start.ts';

/**
 * Where nothing answers and a person is there: offers to start the demo stack, and does. Gives the exit code to end with,
 * undefined when the stack now runs.
 */
export async function offerStack(context: Context, why: string): Promise<number | undefined> {
  context.out(`\n${prose(why, context.style)}`);
  const label = context.style.accessible
    ? 'Press Enter to start it now, q leaves: '
    : 'Enter to start it now, q leaves> ';
  const answer = await promptFor(context).ask({ label });
  if (answer.kind === 'interrupt') return EXIT.interrupted;
  if (answer.kind === 'end' || !/^(y|yes|start)?$/i.test(answer.text.trim())) {
    context.out(prose('Nothing was started. The command for it: `prom-tutor start`', context.style));
    return EXIT.unavailable;
  }
  const started = await runCommand(context, 'start');
  return started === EXIT.ok ? undefined : started;
}
