import { firstAnswer } from '../../explorer/greeting.ts';
import { UsageError } from '../../model/errors.ts';
import { queryGround } from '../answering.ts';
import type { Context } from '../context.ts';
import { explore } from '../explore.ts';
import type { ExploreOptions } from '../explore-room.ts';

/**
 * The prompt for PromQL. On a terminal it ends with 0 however queries went (130 after Ctrl-C twice); fed from a pipe with
 * 0 when every line could be followed, else with the code of the first that could not.
 */
export async function runExplore(context: Context, _args: readonly string[], options: ExploreOptions): Promise<number> {
  if (context.json) {
    throw new UsageError('explore is for people and has no JSON', { hint: "Use: prom-tutor query '…' --json" });
  }
  if (options.data === '-') {
    throw new UsageError('standard input cannot be both the queries and the dump', {
      hint: 'Name the file: prom-tutor explore --data metrics.om',
    });
  }
  if (context.io.stdin.isTTY === true && !context.interactive) {
    throw new UsageError('explore has nobody to talk to: this is no terminal, or nothing is to be asked', {
      hint: "Feed it queries: printf 'up\\n' | prom-tutor explore, or ask one: prom-tutor query 'up'",
    });
  }
  return queryGround(context, options, async (answering) => {
    const { connection, source } = answering;
    const own = connection.origin === 'default' || connection.origin === 'stack';
    // Where the demo stack is meant, somebody offers to start it; a script is to fail before anything is read.
    if (own || !context.interactive) await firstAnswer(source, context.io.signal);
    return explore(context, answering, options);
  });
}
