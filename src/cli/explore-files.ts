import { join, resolve } from 'node:path';
import { type Next, takeLine } from '../explorer/session.ts';
import { statementsOf } from '../explorer/statements.ts';
import { UnavailableError, UsageError, UserError } from '../model/errors.ts';
import { renderEcho } from '../render/explore.ts';
import { prose } from '../render/prose.ts';
import { safe } from '../render/safe.ts';
import { paint } from '../render/style.ts';
import { counted } from '../render/text.ts';
import { readPlainFile } from '../source/plain-file.ts';
import { openOutput } from './explore-output.ts';
import type { ExploreRoom } from './explore-room.ts';
import { isIncomplete } from './prompt-text.ts';
import { errorReport } from './report-error.ts';

/** From here on results are written to a file as well, or no longer. */
export async function setOutput(room: ExploreRoom, path: string, forced: boolean): Promise<void> {
  const { context } = room;
  const before = room.output;
  if (path === '') {
    room.output = undefined;
    await before?.close();
    const done = before === undefined ? 'Nothing is written to a file.' : `Written to ${safe(before.path)}.`;
    context.out(prose(done, context.style));
    return;
  }
  const full = pathOf(room, path);
  room.output = await openOutput(full, path, forced);
  await before?.close();
  context.out(
    prose(
      `Results are written to ${safe(full)}, too: text, with each query above them. \`\\o\` ends that.`,
      context.style,
    ),
  );
}

const DEEPEST = 8;
const MOST_BYTES = 4_000_000;

/** Follows each query and command of a file as if it had been typed. What is wrong in it is told with its line, and the rest goes on. */
export async function readFileLines(
  room: ExploreRoom,
  path: string,
  act: (room: ExploreRoom, next: Next) => Promise<void>,
): Promise<void> {
  if (room.depth >= DEEPEST)
    throw new UsageError(`${path} is read ${DEEPEST} files deep`, { hint: 'Does a file read itself with \\i?' });
  const statements = statementsOf(await textOf(pathOf(room, path), path), isIncomplete);
  if (statements.length === 0) room.context.note(`note: ${safe(path)} holds no query.`);
  room.depth++;
  let wrong = 0;
  try {
    for (const { text, line } of statements) {
      const { context } = room;
      context.io.signal.throwIfAborted();
      context.out(`\n${paint(context.style, 'dim', `${safe(path)}:${line}`)}\n${renderEcho(text, context.style)}`);
      const { state, next } = takeLine({ ...room.state, offers: [], more: false }, text);
      room.state = state;
      if (next.kind === 'leave') return;
      wrong += (await followed(room, () => act(room, next))) ? 0 : 1;
    }
  } finally {
    room.depth--;
  }
  if (wrong > 0) room.context.note(`${counted(wrong, 'line')} of ${safe(path)} could not be followed.`);
}

async function followed(room: ExploreRoom, work: () => Promise<void>): Promise<boolean> {
  const before = room.failed;
  room.failed = undefined;
  try {
    await work();
    return room.failed === undefined;
  } catch (error) {
    if (!(error instanceof UserError) || error instanceof UnavailableError) throw error;
    room.failed = error.exitCode;
    room.context.note(errorReport(error, room.context).stderr);
    return false;
  } finally {
    room.failed = before ?? room.failed;
  }
}

async function textOf(full: string, typed: string): Promise<string> {
  try {
    return (await readPlainFile(full, MOST_BYTES)).replace(/^\uFEFF/, '');
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error)) throw error;
    if (error.code === 'EFBIG') throw new UserError(`${typed} is too large to be read as queries`);
    throw new UserError(`${typed} cannot be read: ${error.message}`, {
      hint: 'One query a paragraph, # before comments.',
      cause: error,
    });
  }
}

/** As a shell would read it, where a person types it. */
function pathOf({ context }: ExploreRoom, typed: string): string {
  const { homeDir, cwd } = context.io;
  const bare = /^(["'])(.*)\1$/.exec(typed)?.[2] ?? typed;
  return /^~(?=[/\\]|$)/.test(bare) ? join(homeDir, bare.slice(1)) : resolve(cwd, bare);
}
