import type { StackState } from '../backends/state.ts';
import { readStack } from '../backends/state-file.ts';
import type { UrlOrigin } from '../client/server-url.ts';
import { stateDir } from '../lib/paths.ts';
import { type UnavailableKind, UsageError } from '../model/errors.ts';
import type { Scenario } from '../model/scenario.ts';
import { safe } from '../render/safe.ts';
import { paint } from '../render/style.ts';
import { httpSource } from '../source/http.ts';
import type { TraceEvent } from '../source/http-options.ts';
import { bytesText } from '../source/http-words.ts';
import type { Source } from '../source/source.ts';
import { type ChosenServer, chosenServer } from './config/chosen-server.ts';
import type { Context } from './context.ts';
import { httpSettings, type ServerOptions } from './credentials.ts';
import type { DumpOptions } from './dump.ts';
import { toolVersion } from './version.ts';

/** Where the address of the server came from. */
export type ConnectionOrigin = UrlOrigin | 'config' | 'stack' | 'data' | 'in-process';

/** The server a command asks. */
export type Connection = {
  readonly source: Source;
  /** As shown: without credentials. */
  readonly url: string;
  readonly origin: ConnectionOrigin;
  /** Its name in the settings file: what stands behind `-s` to mean it, since only the name brings its credentials. */
  readonly name?: string;
  /** The stack of the state file, also when another server is asked; its file is no proof that it still runs. */
  readonly stack: StackState | undefined;
  /** What counts as now where that is not the clock's: the end of recorded data. Milliseconds since 1970. */
  readonly nowMs?: number;
  /** The history that is asked, where it is that of the demo service without its stack. */
  readonly scenario?: Scenario;
};

/**
 * Decides which server is asked: `--server`, then the environment, then the settings file, then the running stack, then
 * Prometheus' own default address. Says on stderr when environment or file win over a running stack. Nothing is sent yet. With `--data` it is the
 * file instead. The caller closes `source`.
 */
export async function connect(context: Context, options: ServerOptions & DumpOptions): Promise<Connection> {
  if (options.data !== undefined) return (await import('./dump.ts')).connectDump(context, options.data, options);
  if (options.enableFeature !== undefined) {
    throw new UsageError('--enable-feature goes with --data', {
      hint: 'A server has its own: prometheus --enable-feature=…, or prom-tutor serve --enable-feature …',
    });
  }
  const { io } = context;
  const { state: stack, notice } = await readStack(stateDir('prom-tutor', io));
  const found = chosenServer(context, options);
  const chosen: Omit<ChosenServer, 'origin'> & { readonly origin: ConnectionOrigin } =
    found.origin === 'default' && stack !== undefined
      ? { url: stack.urls.prometheus, origin: 'stack', options }
      : found;
  // Credentials in the environment are for the server somebody named, not for the bundled stack.
  await endWithoutCompiling();
  const { notes, ...settings } = await httpSettings(context, chosen.options, isNamed(chosen.origin), chosen.url);
  const source = httpSource({
    ...settings,
    url: chosen.url,
    userAgent: `prom-tutor/${toolVersion()}`,
    hints: hintsFor(context, chosen.origin, stack),
    ...(chosen.options.timeout === undefined ? {} : { timeoutMs: chosen.options.timeout }),
    ...(chosen.options.maxResponse === undefined ? {} : { maxBytes: chosen.options.maxResponse }),
    ...(context.debug ? { onTrace: tracer(context) } : {}),
  });
  if (notice !== undefined && chosen.origin === 'default') context.note(warning(context, notice));
  for (const note of notes) context.note(warning(context, note));
  if (stack !== undefined && isVariable(chosen.origin)) {
    context.note(
      warning(
        context,
        `asking ${source.name} (from ${placeName(chosen.origin, context)}), not the running stack at ${stack.urls.prometheus}`,
      ),
    );
  }
  return {
    source,
    url: source.name,
    origin: chosen.origin,
    stack,
    ...(chosen.name === undefined ? {} : { name: chosen.name }),
  };
}

/**
 * Node 20 ends only when it has compiled undici's parser of HTTP once more and better, which takes longer than all of a
 * small query. This puts that off until much has been read. Said late: what Node compiles in advance is only good for the
 * flags it began with.
 */
async function endWithoutCompiling(): Promise<void> {
  if (Number.parseInt(process.versions.node, 10) > 20) return;
  const { setFlagsFromString } = await import('node:v8');
  setFlagsFromString('--wasm-tiering-budget=100000000');
}

function isNamed(origin: ConnectionOrigin): boolean {
  return origin !== 'stack' && origin !== 'default';
}

function isVariable(origin: ConnectionOrigin): boolean {
  return isNamed(origin) && origin !== 'option';
}

function placeName(origin: ConnectionOrigin, { config }: Context): string {
  return origin === 'config' ? `"server" in ${config.file.path}` : origin;
}

function hintsFor(
  context: Context,
  origin: ConnectionOrigin,
  stack: StackState | undefined,
): Readonly<Partial<Record<UnavailableKind, string>>> {
  if (origin === 'default') {
    return { refused: 'Start the bundled stack with: prom-tutor start. To ask another server: -s URL' };
  }
  if (origin === 'stack') {
    const why =
      'The stack of the state file does not answer. To see why: prom-tutor doctor. To start it anew: prom-tutor start';
    return { refused: why, reset: why };
  }
  if (!isVariable(origin)) return {};
  const other =
    stack === undefined ? 'For the bundled stack: prom-tutor start' : `The bundled stack: -s ${stack.urls.prometheus}`;
  const named = `The address comes from ${origin === 'config' ? placeName(origin, context) : `the variable ${origin}`}`;
  return { refused: `${named}. ${other}`, dns: `${named}. ${other}`, 'bad-url': named };
}

function warning(context: Context, text: string): string {
  return `${paint(context.errStyle, 'warn', 'note:')} ${safe(text)}`;
}

/** One line for each exchange: what was asked, what came, how long it took. */
function tracer(context: Context): (event: TraceEvent) => void {
  const open = new Map<number, { readonly text: string; readonly atMs: number }>();
  return (event) => {
    if (event.kind === 'request') {
      open.set(event.id, { text: `${event.method} ${event.url}`, atMs: context.io.now() });
      return;
    }
    const begun = open.get(event.id);
    open.delete(event.id);
    if (begun === undefined) return;
    const took = `${Math.round(context.io.now() - begun.atMs)} ms`;
    const came =
      event.kind === 'answer' ? `status ${event.status}, ${bytesText(event.bytes)}` : `failed: ${event.reason}`;
    context.note(paint(context.errStyle, 'dim', safe(`debug: ${begun.text}: ${came}, ${took}`)));
  };
}
