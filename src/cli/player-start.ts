import { EXIT } from '../model/errors.ts';
import { prose } from '../render/prose.ts';
import type { Context } from './context.ts';
import type { NoStack } from './player-ground.ts';
import { createPrompt, type Prompt } from './prompt.ts';
import { errorReport } from './report-error.ts';
import type { Command } from './spec.ts';

/** The prompt of a command that talks to a person. */
export function promptFor(context: Context): Prompt {
  const { io, style } = context;
  return createPrompt({
    input: io.stdin,
    output: io.stdout,
    editing: !style.accessible && io.env.TERM !== 'dumb',
    signal: io.signal,
    style,
    ways: io.ways,
  });
}

/**
 * Without a stack to learn on: says why, offers to start one, and does. Gives the exit code when there is nothing to go
 * on with, undefined when the stack now runs.
 */
export async function offerStart(context: Context, prompt: Prompt, missing: NoStack): Promise<number | undefined> {
  const { style } = context;
  context.out(
    missing.kind === 'none'
      ? prose('Lessons need the demo stack: a monitored service and a Prometheus with some hours of history.', style)
      : errorReport(missing.error, context).stderr,
  );
  const what = missing.kind === 'expired' ? 'start it anew' : 'start it now';
  const answer = await prompt.ask({
    label: style.accessible ? `Press Enter to ${what}, q leaves: ` : `Enter to ${what}, q leaves> `,
  });
  if (answer.kind === 'interrupt') return EXIT.interrupted;
  if (answer.kind === 'end' || !/^(y|yes|start)?$/i.test(answer.text)) {
    context.out(prose('Nothing was started. The command for it: `prom-tutor start`', style));
    return EXIT.ok;
  }
  if (missing.kind === 'expired') {
    const stopped = await runCommand(context, 'stop');
    if (stopped !== EXIT.ok) return stopped;
  }
  const started = await runCommand(context, 'start');
  return started === EXIT.ok ? undefined : started;
}

/** Runs another command as if it had been typed, with values of its options. */
export async function runCommand(context: Context, name: string, options: object = {}): Promise<number> {
  const { COMMANDS } = await import('./commands.ts');
  const found: Command | undefined = COMMANDS.find(({ spec }) => spec.name === name);
  if (found === undefined) throw new Error(`there is no command ${name}`);
  const run = await found.load();
  return run(context, [], options as never);
}
