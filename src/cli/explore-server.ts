import { firstAnswer } from '../explorer/greeting.ts';
import { UnavailableError } from '../model/errors.ts';
import { prose } from '../render/prose.ts';
import { safe } from '../render/safe.ts';
import { connect } from './connect.ts';
import { withProgress } from './explore-progress.ts';
import { answered } from './explore-query.ts';
import type { ExploreRoom } from './explore-room.ts';
import { errorReport } from './report-error.ts';

/**
 * Says which server is asked, or asks another from here on, once it has answered. What proves who we are to the first is
 * not shown to the other: only its own settings are used, and those of the environment.
 */
export async function useServer(room: ExploreRoom, server: string): Promise<void> {
  const { context, connection, options } = room;
  if (server === '') {
    context.out(
      prose(`Asking ${safe(connection.url)}. Another one: \`\\server http://localhost:9090\``, context.style),
    );
    return;
  }
  const { timeout, maxResponse } = options;
  const found = await connect(context, {
    server,
    ...(timeout === undefined ? {} : { timeout }),
    ...(maxResponse === undefined ? {} : { maxResponse }),
  });
  try {
    await withProgress(context, 'asking', () => firstAnswer(found.source, context.io.signal));
  } catch (error) {
    await found.source.close();
    if (!(error instanceof UnavailableError)) throw error;
    // It is not the server that is asked that does not answer.
    context.note(errorReport(error, context).stderr);
    context.note(prose(`\`${safe(connection.url)}\` is still asked.`, context.errStyle));
    room.failed ??= error.exitCode;
    return;
  }
  answered(room);
  const before = room.connection;
  room.connection = found;
  room.pages = undefined;
  room.state = { ...room.state, offers: [], more: false };
  if (before !== room.first) await before.source.close();
  context.out(prose(`Asking ${safe(found.url)} from here on.`, context.style));
}
