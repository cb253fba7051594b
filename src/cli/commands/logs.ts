import { SERVICES } from '../../backends/backend.ts';
import { backendFor } from '../../backends/choose.ts';
import { readStack } from '../../backends/state-file.ts';
import { EXIT, UsageError, UserError } from '../../model/errors.ts';
import { safe } from '../../render/safe.ts';
import type { Style } from '../../render/style.ts';
import { wrapText } from '../../render/text.ts';
import { backendWorld } from '../backend-world.ts';
import type { Context } from '../context.ts';
import type { OptionsOf } from '../spec.ts';
import type { logsSpec } from '../specs/logs.ts';
import { stateFolder } from '../stack-of.ts';

const DEFAULT_TAIL = 50;

/** One-shots of the start, whose logs are of interest when it failed. */
const ONE_SHOTS = ['history', 'backfill'];

/** Prints what the services say. With `--follow`, until Ctrl-C. */
export async function runLogs(
  context: Context,
  args: readonly string[],
  options: OptionsOf<typeof logsSpec>,
): Promise<number> {
  const { io } = context;
  const service = args[0];
  const known = [...SERVICES, 'grafana', ...ONE_SHOTS];
  if (service !== undefined && !known.includes(service)) {
    throw new UsageError(`there is no service "${service}"`, { hint: `Services: ${known.join(', ')}` });
  }
  const { state, notice } = await readStack(stateFolder(io));
  if (notice !== undefined) context.note(`note: ${safe(notice)}`);
  if (state === undefined) {
    throw new UserError('no stack is running', { hint: 'Start one: prom-tutor start', exitCode: EXIT.unavailable });
  }
  const lines = backendFor(state, backendWorld(io)).logs(state, {
    ...(service === undefined ? {} : { service }),
    follow: options.follow === true,
    tail: options.tail ?? DEFAULT_TAIL,
    signal: io.signal,
  });
  for await (const line of lines) context.out(drawn(safe(line), context.style));
  io.signal.throwIfAborted();
  return EXIT.ok;
}

/** Read aloud: the service without what aligns it, and lines of prose. Else a line is as its service wrote it. */
function drawn(line: string, style: Style): string {
  if (!style.accessible) return line;
  return wrapText(line.replace(/^(\S+) +\| /, '$1: '), style.width).join('\n');
}
