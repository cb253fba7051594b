import { UsageError } from '../model/errors.ts';
import type { Context } from './context.ts';
import { readStdin } from './read-stdin.ts';

/** The one word of the command line that is the query, or standard input for `-`. `command` is for the hints. */
export async function queryText(context: Context, args: readonly string[], command: string): Promise<string> {
  const [only = '', ...others] = args;
  if (others.length > 0) {
    throw new UsageError(`the query came as ${args.length} words; the shell has split it`, {
      hint: `Put it in single quotes: prom-tutor ${command} 'sum(rate(sse_requests_total[5m]))'`,
    });
  }
  const text = only === '-' ? await readStdin(context.io) : only;
  if (text.trim() === '') {
    throw new UsageError('there is no query', { hint: `Type one in quotes: prom-tutor ${command} 'up'` });
  }
  return text.trimEnd();
}
