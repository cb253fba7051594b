import { arch, release, type } from 'node:os';
import { DEFAULT_URL, serverUrl } from '../../client/server-url.ts';
import { doctor } from '../../doctor/doctor.ts';
import { execIn } from '../../doctor/exec.ts';
import type { Report } from '../../doctor/finding.ts';
import type { Fixed } from '../../doctor/fix-all.ts';
import type { World } from '../../doctor/world.ts';
import { EXIT, UsageError } from '../../model/errors.ts';
import { renderReport } from '../../render/findings.ts';
import { renderFixes } from '../../render/fixes.ts';
import { safe } from '../../render/safe.ts';
import { httpSource } from '../../source/http.ts';
import { backendWorld } from '../backend-world.ts';
import type { Context } from '../context.ts';
import { httpSettings, type ServerOptions } from '../credentials.ts';
import { fixStack } from '../doctor-fix.ts';
import { writeBugReport } from '../doctor-report.ts';
import type { CommandRun } from '../spec.ts';
import type { doctorSpec } from '../specs/doctor.ts';
import { toolVersion } from '../version.ts';

/** Finds out what is wrong, says what mends it, and ends with 1 when something has failed. */
export const runDoctor: CommandRun<typeof doctorSpec> = async (context, _args, options) => {
  if (options.yes === true && options.fix !== true) {
    throw new UsageError('--yes goes with --fix', { hint: 'Write: prom-tutor doctor --fix --yes' });
  }
  const world = await worldOf(context, options);
  const examined = () => patiently(context, () => doctor(world, context.io.signal));
  const mended =
    options.fix === true
      ? await fixStack(context, world, { yes: options.yes === true, examine: examined })
      : { report: await examined() };
  show(context, mended, options);
  if (options.report !== undefined) await writeBugReport(context, mended.report, options.report);
  return mended.report.summary.status === 'fail' ? EXIT.failed : EXIT.ok;
};

/** With `--report=-` stdout is for the report alone. */
function show(
  context: Context,
  { report, fixed }: { readonly report: Report; readonly fixed?: readonly Fixed[] },
  options: { readonly all?: boolean; readonly report?: string | true },
): void {
  if (options.report === '-') return;
  if (context.json) {
    context.out(JSON.stringify({ ...report, ...(fixed === undefined ? {} : { fixed }) }, safeText, 2));
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

/** Throws `UsageError` when the options about the server do not fit together. */
async function worldOf(context: Context, options: ServerOptions): Promise<World> {
  const { io, style } = context;
  const named = serverUrl(options.server, io.env);
  const { notes, ...settings } = await httpSettings(context, options, named.origin !== 'default', named.url);
  for (const note of notes) context.note(safe(note));
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
    exec: execIn(io),
    openSource: async (url) => {
      // Credentials of the environment are for the server it names, not for the stack.
      const how = url === named.url ? settings : await httpSettings(context, options, false);
      const timeoutMs = options.timeout ?? PATIENCE_MS;
      const userAgent = `prom-tutor/${toolVersion()}`;
      return httpSource({ ...how, url, userAgent, timeoutMs, connectTimeoutMs: timeoutMs });
    },
    server: options.server,
    envServer: isVariable ? { variable: named.origin, url: named.url } : undefined,
    defaultServer: DEFAULT_URL,
  };
}

/** Evidence is text of servers, programs and files: whoever prints the JSON must not be fooled by it either. */
function safeText(_key: string, value: unknown): unknown {
  return typeof value === 'string' ? safe(value) : value;
}
