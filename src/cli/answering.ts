import { UnavailableError } from '../model/errors.ts';
import type { Source } from '../source/source.ts';
import { type Connection, connect } from './connect.ts';
import type { Context } from './context.ts';
import type { ServerOptions } from './credentials.ts';
import type { DumpOptions } from './dump.ts';
import { offerStack } from './offer-stack.ts';
import { groundOf } from './query-ground.ts';
import { inProcess } from './stand-in.ts';
import { namesCheckpoint, timeArgument } from './time-argument.ts';

type Options = ServerOptions & DumpOptions & { readonly time?: string };

/** What answers, and for which moment in milliseconds. */
export type Answering = { readonly connection: Connection; readonly source: Source; readonly timeMs: number };

/**
 * Runs something against the server that is meant, for the moment of `--time`. Where it is the bundled stack that is meant
 * and does not run: on a terminal offers to start it, with `offer` as the reason, elsewhere lets the recorded history answer.
 */
export async function queryGround(
  context: Context,
  options: Options,
  run: (answering: Answering) => Promise<number>,
  offer = 'The demo stack would answer, and it does not run.',
): Promise<number> {
  const connection = await connect(context, options);
  const asking = canAsk(context);
  const standIn = async (why: string) => run(answeringOf(context, await inProcess(context, why), options));
  try {
    if (connection.origin === 'default' && !asking && namesCheckpoint(options.time)) {
      return await standIn('there is no running stack');
    }
    return await run(answeringOf(context, connection, options));
  } catch (error) {
    if (!(error instanceof UnavailableError) || !isOwn(connection)) throw error;
    if (standsIn(context, connection)) {
      return await standIn(connection.origin === 'stack' ? 'the stack does not answer' : 'there is no running stack');
    }
    if (error.kind !== 'refused') throw error;
  } finally {
    await connection.source.close();
  }
  const ended = await offerStack(context, offer);
  return ended ?? queryGround(context, options, run, offer);
}

/** Whether the recorded history answers when this connection does not: it is the stack's, and nobody can be asked to start that. */
export function standsIn(context: Context, connection: Connection): boolean {
  return isOwn(connection) && !canAsk(context);
}

function isOwn({ origin }: Connection): boolean {
  return origin === 'default' || origin === 'stack';
}

function canAsk({ interactive, json }: Context): boolean {
  return interactive && !json;
}

function answeringOf(context: Context, connection: Connection, { time }: Options): Answering {
  const ground = groundOf(context, connection);
  const timeMs = time === undefined ? ground.nowMs : timeArgument(time, '--time', ground);
  return { connection, source: connection.source, timeMs };
}
