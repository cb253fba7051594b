import { URL_VARIABLES } from '../client/server-url.ts';
import { shellWord } from '../lib/shell-word.ts';
import { EXIT, UnavailableError, UsageError, UserError } from '../model/errors.ts';
import type { FaultControl } from '../model/fault.ts';
import { isEmptyResult } from '../model/query-result.ts';
import { type Ground, momentAt, scenarioGround, serverGround } from '../tutor/ground.ts';
import { backendWorld } from './backend-world.ts';
import { serverWord } from './config/chosen-server.ts';
import { type Connection, connect } from './connect.ts';
import type { Context } from './context.ts';
import type { ServerOptions } from './credentials.ts';
import type { Io } from './io.ts';
import { inProcess } from './stand-in.ts';
import { timeArgument } from './time-argument.ts';

/** Whom a lesson asks. */
export type LessonGround = {
  readonly ground: Ground;
  /** End of the written history, milliseconds since 1970; undefined on a server of one's own. */
  readonly t0Ms: number | undefined;
  /** What has to stand behind our commands so that they ask the same server: "" or " -s URL". */
  readonly suffix: string;
  /** What can be done to the running service; undefined where none runs. */
  readonly faults?: FaultControl | undefined;
};

/** Why there is no stack to learn on, and what changes that. */
export type NoStack = { readonly kind: 'none' | 'silent' | 'expired'; readonly error: UserError };

export type GroundOptions = ServerOptions & {
  readonly data?: string;
  /** Ask the written history of this seed, in this process. */
  readonly seed?: number;
  /** The same; the clock of the context stands still at this time. */
  readonly now?: string;
  /** Without a running stack, let the history of the demo service answer in this process. */
  readonly standIn?: boolean;
};

/**
 * The ground of a lesson: the bundled stack, whatever the environment says (nobody drills on production by accident), or
 * the server or the dump that was named. The caller closes `ground.source`.
 */
export async function lessonGround(context: Context, options: GroundOptions): Promise<LessonGround | NoStack> {
  const { io } = context;
  if (options.seed !== undefined || options.now !== undefined) return written(context, options);
  if (options.server !== undefined || options.data !== undefined) {
    const { source, url, name, nowMs } = await connect(context, options);
    const suffix = options.data === undefined ? ` -s ${serverWord({ name, url })}` : ` --data ${url}`;
    return { ground: serverGround(source, nowMs ?? io.now(), io.signal), t0Ms: undefined, suffix };
  }
  const connection = await connect(withoutNamedServer(context), options);
  const found = await stackGround(connection, context);
  if (!('error' in found)) return found;
  await connection.source.close();
  return options.standIn === true && found.kind !== 'expired' ? standIn(context, found) : found;
}

/** The history that was asked for by its seed or its end. */
async function written(context: Context, options: GroundOptions): Promise<LessonGround> {
  if (options.server !== undefined || options.data !== undefined) {
    throw new UsageError('--seed and --now ask the written history, not a server or a file', {
      hint: 'Leave out the one or the other.',
    });
  }
  const word = options.now === undefined ? '--seed' : '--now';
  const { source, scenario } = await inProcess(context, `${word} was given`, options.seed);
  const ground = { ...scenarioGround(source, scenario, context.io.signal), still: { server: STACK_URL } };
  return { ground, t0Ms: scenario.t0Ms, suffix: historySuffix(options) };
}

function historySuffix({ seed, now }: GroundOptions): string {
  return [
    ...(seed === undefined ? [] : [` --seed ${seed}`]),
    ...(now === undefined ? [] : [` --now ${shellWord(now)}`]),
  ].join('');
}

/** The context in which `--now` is now. Throws `UsageError` for a time that is none. */
export function atClock(context: Context, now: string | undefined): Context {
  if (now === undefined) return context;
  const { io, style } = context;
  const ms = timeArgument(now, '--now', { nowMs: io.now(), timeZone: style.timeZone, scenario: undefined });
  return { ...context, io: { ...io, now: () => ms } };
}

/** The same history as the stack would have, so answers count; nothing in it is live. */
async function standIn(context: Context, { kind, error }: NoStack): Promise<LessonGround> {
  const why = kind === 'none' ? 'there is no running stack' : `the stack does not answer (${error.message})`;
  const { source, scenario } = await inProcess(context, why);
  const ground = { ...scenarioGround(source, scenario, context.io.signal), still: { server: STACK_URL } };
  return { ground, t0Ms: scenario.t0Ms, suffix: '' };
}

/** Where `start` puts Prometheus when nothing is in the way. */
const STACK_URL = 'http://localhost:9090';

async function stackGround({ source, stack }: Connection, { io }: Context): Promise<LessonGround | NoStack> {
  const { signal } = io;
  if (stack === undefined || stack.phase !== 'running') return NOT_STARTED;
  const ground = scenarioGround(source, stack.scenario, signal);
  try {
    const { data } = await source.instant('up', { timeMs: momentAt(ground, 'target-down').ms, signal });
    if (isEmptyResult(data)) return expired(stack.scenario.t0Ms);
  } catch (error) {
    if (error instanceof UnavailableError) return { kind: 'silent', error };
    throw error;
  }
  return { ground, t0Ms: stack.scenario.t0Ms, suffix: '', faults: await faultsOf(io) };
}

/** Loaded only where a stack runs. What undoes something must work after Ctrl-C, so no signal ends it. */
async function faultsOf(io: Io): Promise<FaultControl> {
  const { faultControl } = await import('../backends/fault-control.ts');
  return faultControl(backendWorld(io));
}

const NOT_STARTED: NoStack = {
  kind: 'none',
  error: new UserError('there is no running stack to learn on', {
    hint: 'Start it with: prom-tutor start. To use another server, unrecorded: prom-tutor lesson -s URL',
    exitCode: EXIT.unavailable,
  }),
};

/** The history has left the server's retention, or its volume was removed. */
function expired(t0Ms: number): NoStack {
  const day = new Date(t0Ms).toISOString().slice(0, 16).replace('T', ' ');
  return {
    kind: 'expired',
    error: new UserError(`the recorded history that lessons use (it ends at ${day} UTC) is gone from Prometheus`, {
      hint: 'A new one is written by: prom-tutor stop && prom-tutor start',
      exitCode: EXIT.unavailable,
    }),
  };
}

/** Said once where environment or settings name another server, since every other command would ask that one. */
export function ignoredVariable(context: Context, options: ServerOptions): string | undefined {
  const variable = URL_VARIABLES.find((name) => (context.io.env[name] ?? '') !== '');
  if (options.server !== undefined) return undefined;
  const named = variable ?? (context.config.origins.server === 'file' ? 'the settings file' : undefined);
  if (named === undefined) return undefined;
  return `lessons use the bundled stack, not the server of ${named} (-s names another one)`;
}

function withoutNamedServer(context: Context): Context {
  const env = Object.fromEntries(
    Object.entries(context.io.env).filter(([name]) => !URL_VARIABLES.some((one) => one === name)),
  );
  const { config } = context;
  const settings = { ...config.settings, server: undefined };
  return { ...context, io: { ...context.io, env }, config: { ...config, settings } };
}
