import { INSTANCES } from '../../app/schema.ts';
import { historyLength } from '../../app/settings.ts';
import { publishedPorts } from '../../backends/docker-project.ts';
import { selfMetrics } from '../../backends/embedded-metrics.ts';
import { startEmbeddedStack } from '../../backends/embedded-stack.ts';
import { describeHolder, portHolder } from '../../backends/port-holder.ts';
import { serverFacts } from '../../backends/server-facts.ts';
import { spanText } from '../../backends/span.ts';
import { readStackRules, stackRulesFile } from '../../backends/stack-rules.ts';
import { type World, within } from '../../backends/world.ts';
import { Interrupted, UsageError, UserError } from '../../model/errors.ts';
import { METRIC_NAME } from '../../model/labels.ts';
import { SCRAPE_INTERVAL_MS } from '../../model/scenario.ts';
import { formatDuration, formatNumber, formatTime } from '../../render/format.ts';
import { safe, safeJson } from '../../render/safe.ts';
import { paint } from '../../render/style.ts';
import { counted, wrapText } from '../../render/text.ts';
import { listen } from '../../server/listen.ts';
import { embeddedSource } from '../../source/embedded.ts';
import type { ReadDump } from '../../source/read-dump.ts';
import { backendWorld } from '../backend-world.ts';
import type { Context } from '../context.ts';
import { openDump } from '../dump.ts';
import type { CommandRun, OptionsOf } from '../spec.ts';
import { DEFAULT_LISTEN, type serveSpec } from '../specs/serve.ts';

type Options = OptionsOf<typeof serveSpec>;

/** What runs, and the lines that say what it is. */
type Serving = {
  readonly url: string;
  readonly told: readonly string[];
  /** A command that asks it something. */
  readonly command: string;
  /** The first and the last moment with data; milliseconds since 1970. Undefined where there is none. */
  readonly span: { readonly startMs: number; readonly endMs: number } | undefined;
  close(): Promise<void>;
};

/** Serves the Prometheus HTTP API until Ctrl-C. */
export const runServe: CommandRun<typeof serveSpec> = async (context, _args, options) => {
  const { io } = context;
  const serving = await namingHolder(context, options.listen ?? DEFAULT_LISTEN, async () =>
    options.data === undefined
      ? serveDemo(context, options)
      : serveDump(context, await openDump(context, dumpOf(options)), options),
  );
  try {
    if (context.json) context.out(safeJson(document(serving)));
    tell(context, [...serving.told, 'To ask it, in another terminal:']);
    context.note(`  ${safe(serving.command)}`);
    context.note('Ctrl-C ends it.');
    await untilAborted(io.signal);
  } finally {
    await closeSoon(context, serving);
  }
  throw io.signal.reason instanceof Error ? io.signal.reason : new Interrupted();
};

/** Where the port is taken, says by whom. */
async function namingHolder<T>(
  { io }: Context,
  { port }: { readonly port: number },
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof UserError) || (error.cause as NodeJS.ErrnoException | undefined)?.code !== 'EADDRINUSE') {
      throw error;
    }
    const world = backendWorld(io);
    const holder = await portHolder(world, port, await publishedSoon(world, io.signal));
    const { hint, exitCode, cause } = error;
    throw new UserError(`${error.message}: ${describeHolder(holder)}`, {
      exitCode,
      cause,
      ...(hint === undefined ? {} : { hint }),
    });
  }
}

const DOCKER_MS = 2_000;

/** Ports of containers, as far as Docker tells soon; without Docker there are none. */
async function publishedSoon(world: World, signal: AbortSignal): Promise<ReadonlyMap<number, string>> {
  return publishedPorts(world, within(DOCKER_MS, signal)).catch(() => new Map<number, string>());
}

const CLOSING_MS = 700;

/** Whoever still reads an answer gets a moment; the end does not wait for more. */
async function closeSoon({ io }: Context, serving: Serving): Promise<void> {
  const closed = new AbortController();
  const closing = serving.close().finally(() => closed.abort(new Error('closed')));
  await Promise.race([closing, io.sleep(CLOSING_MS, closed.signal).catch(() => undefined)]);
}

/** The options of the demo service say nothing about a dump. */
function dumpOf({ data = '', history, seed, scrapeInterval }: Options): string {
  const given = [
    ['--history', history],
    ['--seed', seed],
    ['--scrape-interval', scrapeInterval],
  ].find(([, value]) => value !== undefined);
  if (given !== undefined) {
    throw new UsageError(`${given[0]} is about the demo service, and --data serves a dump`, {
      hint: 'Leave one of them out.',
    });
  }
  return data;
}

async function serveDemo(context: Context, options: Options): Promise<Serving> {
  const { io, style } = context;
  const { host, port } = options.listen ?? DEFAULT_LISTEN;
  const historyMs = historyLength(options.history ?? '6h');
  const t0Ms = Math.floor(io.now() / SCRAPE_INTERVAL_MS) * SCRAPE_INTERVAL_MS;
  const intervalMs = options.scrapeInterval ?? SCRAPE_INTERVAL_MS;
  const logOf = (service: string, line: string) => {
    if (context.debug) context.note(paint(context.errStyle, 'dim', safe(`debug: ${service}: ${line}`)));
  };
  const stack = await startEmbeddedStack(
    {
      scenario: { t0Ms, seed: options.seed ?? 1, historyMs },
      continuing: INSTANCES.map(({ name }) => name),
      host,
      ports: { prometheus: port, apps: [0, 0] },
      rules: await readStackRules(stackRulesFile()),
      scrapeIntervalMs: intervalMs,
      ...(options.enableFeature === undefined ? {} : { engine: { features: options.enableFeature } }),
    },
    {
      now: io.now,
      random: io.random,
      readings: io.readings,
      cwd: io.cwd,
      log: (line) => logOf('prometheus', line),
      logOf,
    },
  );
  const url = stack.prometheusUrl;
  const span = { startMs: t0Ms - historyMs, endMs: t0Ms };
  const told = [
    `The demo service runs, and a Prometheus scrapes it every ${formatDuration(intervalMs)}: ${url}`,
    `Data: ${spanText(historyMs)} of history up to ${formatTime(t0Ms, style)}, and from now on what is scraped.`,
    `Instances: ${stack.appUrls.map((app) => `${app}/metrics`).join(' and ')}`,
  ];
  return { url, span, told, command: `prom-tutor query up -s ${url}`, close: () => stack.close() };
}

async function serveDump(context: Context, dump: ReadDump, options: Options): Promise<Serving> {
  const { io, style } = context;
  const source = embeddedSource({
    storage: dump.storage,
    name: dump.name,
    now: io.now,
    engine: options.enableFeature === undefined ? {} : { features: options.enableFeature },
    metadata: () => dump.metadata,
  });
  const { readings } = io;
  const metrics = async () => selfMetrics({ storage: dump.storage, startedMs: readings.startMs, readings });
  const address = options.listen ?? DEFAULT_LISTEN;
  const facts = serverFacts({
    storage: dump.storage,
    startedMs: readings.startMs,
    cwd: io.cwd,
    listen: `${address.host}:${address.port}`,
  });
  const features = options.enableFeature ?? {};
  const { url, close } = await listen({ source, now: io.now, metrics, facts, features }, address);
  const { series, samples } = dump.storage.size;
  const { firstMs, lastMs } = dump;
  const form = dump.format === 'openmetrics' ? 'OpenMetrics' : 'the text format';
  const amount = `${formatNumber(samples)} ${samples === 1 ? 'sample' : 'samples'} of ${counted(series, 'series', 'series')}`;
  const told = [`Serving ${dump.name}, ${form}, ${amount}: ${url}`];
  const command = `prom-tutor query ${someMetric(dump)} -s ${url}`;
  if (firstMs === undefined || lastMs === undefined) return { url, span: undefined, told, command, close };
  if (dump.untimed > 0) told.push(untimedText(dump));
  const last = formatTime(lastMs, style);
  told.push(
    `Data: ${firstMs === lastMs ? last : `${formatTime(firstMs, style)} to ${last}, ${spanText(lastMs - firstMs)}`}.`,
  );
  const age = io.now() - lastMs;
  const past = Math.abs(age) > LOOKBACK_MS;
  if (past) {
    const where = age > 0 ? `${spanText(age)} after its end` : `${spanText(-age)} before its end`;
    told.push(`A query that names no time is evaluated now, as in any Prometheus, ${where}: name one.`);
  }
  const time = past ? ` --time ${lastMs / 1000}` : '';
  return { url, span: { startMs: firstMs, endMs: lastMs }, told, command: command + time, close };
}

function untimedText({ untimed, storage, writtenMs }: ReadDump): string {
  const when = writtenMs === undefined ? 'now' : 'when the file was written';
  if (untimed === storage.size.samples) return `Its samples carry no timestamp; they count as taken ${when}.`;
  return `Samples without a timestamp (${formatNumber(untimed)}) count as taken ${when}.`;
}

/** A name to try a query with. */
function someMetric({ storage }: ReadDump): string {
  const names = [...storage.labelValues(METRIC_NAME)].filter((name) => /^[a-z_:][\w:]*$/i.test(name)).sort();
  return names.includes('up') ? 'up' : (names[0] ?? '\'count({__name__!=""})\'');
}

/** How old a sample may be that an instant query still finds. */
const LOOKBACK_MS = 5 * 60_000;

function document({ url, span }: Serving): object {
  return { url, ...(span === undefined ? {} : span) };
}

function tell(context: Context, lines: readonly string[]): void {
  const { errStyle } = context;
  for (const line of lines) {
    const wraps = context.io.stderr.isTTY || errStyle.accessible;
    const text = wraps ? wrapText(safe(line), errStyle.width, errStyle.accessible ? '' : '  ') : [safe(line)];
    for (const one of text) context.note(one);
  }
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
