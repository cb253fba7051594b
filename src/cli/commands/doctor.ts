import { lookup } from 'node:dns/promises';
import { readFile } from 'node:fs/promises';
import { arch, release, type } from 'node:os';
import { isDeepStrictEqual } from 'node:util';
import { DEFAULT_URL } from '../../client/server-url.ts';
import { doctor } from '../../doctor/doctor.ts';
import { execIn } from '../../doctor/exec.ts';
import type { Report } from '../../doctor/finding.ts';
import type { Fixed } from '../../doctor/fix-all.ts';
import type { Question, World } from '../../doctor/world.ts';
import { EXIT, UsageError } from '../../model/errors.ts';
import { CHECKPOINT_NAMES, type Scenario } from '../../model/scenario.ts';
import { renderReport } from '../../render/findings.ts';
import { renderFixes } from '../../render/fixes.ts';
import { safe, safeJson } from '../../render/safe.ts';
import { httpSource } from '../../source/http.ts';
import { httpLook } from '../../source/http-look.ts';
import type { HttpSourceOptions } from '../../source/http-options.ts';
import { backendWorld } from '../backend-world.ts';
import { type ChosenServer, chosenServer } from '../config/chosen-server.ts';
import { configPath } from '../config/config-path.ts';
import { reloadedConfig } from '../config/reload-config.ts';
import type { Context } from '../context.ts';
import { httpSettings, type ServerOptions } from '../credentials.ts';
import { fixStack } from '../doctor-fix.ts';
import { writeBugReport } from '../doctor-report.ts';
import { queryText } from '../query-text.ts';
import type { CommandRun } from '../spec.ts';
import type { doctorSpec } from '../specs/doctor.ts';
import { timeArgument } from '../time-argument.ts';
import { toolVersion } from '../version.ts';

/** Finds out what is wrong, says what mends it, and ends with 1 when something has failed. */
export const runDoctor: CommandRun<typeof doctorSpec> = async (context, args, options) => {
  if (options.yes === true && options.fix !== true) {
    throw new UsageError('--yes goes with --fix', { hint: 'Write: prom-tutor doctor --fix --yes' });
  }
  const question = await questionOf(context, args, options.time);
  const world = await worldOf(context, options, question);
  const examined = (of: World) => patiently(context, () => doctor(of, context.io.signal));
  const renewed = renewing(context, world, (fresh) => worldOf(fresh, options, question));
  const mended =
    options.fix === true
      ? await fixStack(context, world, {
          yes: options.yes === true,
          examine: async () => examined(await renewed()),
        })
      : { report: await examined(world) };
  show(context, mended, options);
  if (options.report !== undefined) await writeBugReport(context, mended.report, options.report);
  return mended.report.summary.status === 'fail' ? EXIT.failed : EXIT.ok;
};

/** Gives the world again and again; a new one once a command that mends something has changed the settings file. */
function renewing(context: Context, world: World, make: (context: Context) => Promise<World>): () => Promise<World> {
  let [current, { config }] = [world, context];
  return async () => {
    const reread = await reloadedConfig(config, context.io);
    if (isDeepStrictEqual(reread.file, config.file)) return current;
    config = reread;
    current = await make({ ...context, config });
    return current;
  };
}

/** The query of the command line, and the moment of `--time`; undefined when there is none. Throws `UsageError`. */
async function questionOf(
  context: Context,
  args: readonly string[],
  time: string | undefined,
): Promise<Question | undefined> {
  if (args.length === 0) {
    if (time === undefined) return undefined;
    throw new UsageError('--time is about a query', { hint: "Write: prom-tutor doctor 'up' --time 1h" });
  }
  const query = await queryText(context, args, 'doctor');
  const timeMs = (scenario: Scenario | undefined) => {
    if (time === undefined) return undefined;
    return timeArgument(time, '--time', { nowMs: context.io.now(), timeZone: context.style.timeZone, scenario });
  };
  // What is no time at all is said before anything is looked at; checkpoints need a stack.
  if (!CHECKPOINT_NAMES.some((name) => time?.trim().startsWith(name))) timeMs(undefined);
  return { query, timeMs };
}

/** With `--report=-` stdout is for the report alone. */
function show(
  context: Context,
  { report, fixed }: { readonly report: Report; readonly fixed?: readonly Fixed[] },
  options: { readonly all?: boolean; readonly report?: string | true },
): void {
  if (options.report === '-') return;
  if (context.json) {
    context.out(safeJson({ ...report, ...(fixed === undefined ? {} : { fixed }) }, safeText, 2));
    return;
  }
  if (fixed !== undefined) context.out(`${renderFixes(fixed, context.style)}\n`);
  context.out(renderReport(report, context.style, { all: options.all === true }));
}

/** On a healthy machine there is nothing to wait for; on another one, say what the silence is. */
async function patiently<T>(context: Context, work: () => Promise<T>): Promise<T> {
  const done = new AbortController();
  const word = async () => {
    await context.io.sleep(1_000, done.signal);
    if (context.io.stderr.isTTY) context.note('Something here is slow to answer; this takes ten seconds at most ...');
  };
  word().catch(() => undefined);
  try {
    return await work();
  } finally {
    done.abort(new Error('done'));
  }
}

/** Long enough for a server that works, short enough to leave time to say what does not. */
const PATIENCE_MS = 3_000;

function envServerOf({ io, config }: Context, { origin, name, url }: ChosenServer): World['envServer'] {
  if (origin !== 'config') return { variable: origin, url };
  const { path } = config.file;
  // As typed now, the command must find the file that was named.
  const file = path === configPath(io, undefined) ? [] : ['--config', path];
  const key = name === undefined ? 'server' : `servers.${name}.url`;
  const commands = {
    unset: ['config', 'unset', 'server', ...file],
    set: (better: string) => ['config', 'set', key, better, ...file],
  };
  return { variable: 'the settings file', url, commands };
}

/** Throws `UsageError` when the options about the server do not fit together. */
async function worldOf(context: Context, options: ServerOptions, question: Question | undefined): Promise<World> {
  const { io, style } = context;
  const named = chosenServer(context, options);
  const { notes, ...settings } = await httpSettings(context, named.options, named.origin !== 'default', named.url);
  for (const note of notes) context.note(safe(note));
  const timeoutMs = named.options.timeout ?? PATIENCE_MS;
  const reaching = async (url: string): Promise<HttpSourceOptions> => {
    // Credentials of the environment are for the server it names, not for the stack.
    const how = url === named.url ? settings : await httpSettings(context, options, false);
    return { ...how, url, userAgent: `prom-tutor/${toolVersion()}`, timeoutMs, connectTimeoutMs: timeoutMs };
  };
  const isVariable = named.origin !== 'option' && named.origin !== 'default';
  return {
    ...backendWorld(io),
    nodeVersion: process.versions.node,
    machine: `${type()} ${release()} ${arch()}`,
    terminal: {
      isTTY: io.stdout.isTTY,
      columns: style.width,
      colour: style.colour,
      ascii: style.ascii,
    },
    lookup: async (host) => (await lookup(host, { all: true })).map(({ address }) => address),
    readText: (path) => readFile(path, 'utf8').catch(() => undefined),
    exec: execIn(io),
    patienceMs: timeoutMs,
    openSource: async (url) => httpSource(await reaching(url)),
    openLook: async (url) => httpLook(await reaching(url)),
    server: options.server === undefined ? undefined : named.url,
    envServer: isVariable ? envServerOf(context, named) : undefined,
    question,
    defaultServer: DEFAULT_URL,
  };
}

/** Evidence is text of servers, programs and files: whoever prints the JSON must not be fooled by it either. */
function safeText(_key: string, value: unknown): unknown {
  return typeof value === 'string' ? safe(value) : value;
}
