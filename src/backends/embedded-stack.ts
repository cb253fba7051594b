import type { AppWorld } from '../app/app.ts';
import { historyOf } from '../app/history.ts';
import { type RunningInstance, startInstance } from '../app/instance.ts';
import { startLoad } from '../app/load.ts';
import { INSTANCES, JOB } from '../app/schema.ts';
import { type InstancePast, simulate } from '../app/simulate.ts';
import type { Labels } from '../model/labels.ts';
import { EMBEDDED_RETENTION_MS, SCRAPE_INTERVAL_MS, type Scenario } from '../model/scenario.ts';
import { type ScrapeLoop, startScraping } from '../scrape/loop.ts';
import { type RuleLoop, startRules } from '../scrape/rules/rule-loop.ts';
import type { TargetConfig } from '../scrape/target.ts';
import { type Listener, listen } from '../server/listen.ts';
import { type EmbeddedOptions, embeddedSource } from '../source/embedded.ts';
import type { Source } from '../source/source.ts';
import type { MemoryStorage } from '../tsdb/memory-storage.ts';
import { familiesOf, ruleGroupsOf, targetsOf } from './embedded-facts.ts';
import { instanceControl } from './embedded-instances.ts';
import { selfMetrics } from './embedded-metrics.ts';
import { serverFacts } from './server-facts.ts';
import { recordRules, restingGroups, type StackRules, stackSlotOffsetMs, storageOf } from './stack-rules.ts';

export type EmbeddedStackOptions = {
  readonly scenario: Scenario;
  /** Which instances go on from the written past; the others start at zero. */
  readonly continuing: readonly string[];
  readonly host: string;
  /** 0 takes any free port. */
  readonly ports: { readonly prometheus: number; readonly apps: readonly [number, number] };
  readonly token?: string;
  /** Without them nothing is recorded and nobody is alerted. */
  readonly rules?: StackRules;
  /** Of rules, too. */
  readonly scrapeIntervalMs?: number;
  /** How long live samples are kept; what lessons look at stays for good. */
  readonly retentionMs?: number;
  readonly engine?: EmbeddedOptions['engine'];
  /** Lets `POST /-/quit` with the token end it. */
  readonly onQuit?: () => void;
};

export type EmbeddedStackWorld = AppWorld & {
  /** The current folder; the API tells it, as Prometheus does. */
  readonly cwd?: string;
  /** One line of the log of one service. */
  logOf(service: string, line: string): void;
};

export type EmbeddedStack = {
  readonly source: Source;
  readonly prometheusUrl: string;
  readonly appUrls: readonly string[];
  readonly storage: MemoryStorage;
  close(): Promise<void>;
};

/**
 * The whole stack in this process: Prometheus with the written past, both instances, the load on them, and the scraping.
 * The API answers before the instances are up. Throws `UserError` when a port is taken.
 */
export async function startEmbeddedStack(
  options: EmbeddedStackOptions,
  world: EmbeddedStackWorld,
): Promise<EmbeddedStack> {
  const pasts = simulate(options.scenario);
  const given = options.rules ?? NO_RULES;
  const storage = await storageWithPast(options.scenario, given, pasts);
  const intervalMs = options.scrapeIntervalMs ?? SCRAPE_INTERVAL_MS;
  let loop: ScrapeLoop | undefined;
  let rules: RuleLoop | undefined;
  const engine = { subqueryStepMs: intervalMs, ...options.engine };
  const source = embeddedSource({
    storage,
    name: 'the embedded Prometheus',
    now: world.now,
    engine,
    rules: () => ruleGroupsOf(rules?.groups ?? restingGroups(given, intervalMs)),
    targets: () => targetsOf(loop?.targets ?? []),
    metadata: () => familiesOf(loop?.targets ?? []),
  });
  const undo: (() => Promise<void> | void)[] = [];
  const close = async () => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    const metrics = async () => selfMetrics({ storage, startedMs: world.readings.startMs, readings: world.readings });
    const quit =
      options.onQuit === undefined || options.token === undefined
        ? {}
        : { quit: { token: options.token, run: options.onQuit } };
    const features = options.engine?.features ?? {};
    const facts = serverFacts({
      storage,
      startedMs: world.readings.startMs,
      cwd: world.cwd ?? '',
      listen: `${options.host}:${options.ports.prometheus}`,
      retentionMs: options.retentionMs ?? EMBEDDED_RETENTION_MS,
      targets: () => loop?.targets ?? [],
      config: { rule_files: given.file === '' ? [] : [given.file] },
    });
    const apps: RunningInstance[] = [];
    const instances =
      options.token === undefined ? {} : { instances: { token: options.token, run: instanceControl(apps) } };
    const listener = await listen(
      { source, now: world.now, metrics, features, facts, ...quit, ...instances },
      { host: options.host, port: options.ports.prometheus },
    );
    undo.push(() => listener.close());
    world.logOf('prometheus', `listening on ${listener.url}`);
    for (const index of INSTANCES.keys()) {
      const app = await startOne(options, index as 0 | 1, pasts, listener, world);
      undo.push(() => app.close());
      apps.push(app);
    }
    const load = startLoad(
      { targets: apps.map(({ url }, index) => ({ url, weight: index === 0 ? 3 : 1 })), rate: LOAD_RATE },
      { ...world, log: (line: string) => world.logOf('load', line) },
    );
    undo.push(() => load.stop());
    loop = startScraping({ targets: targetConfigs(listener, apps, intervalMs), storage, now: world.now });
    const scraping = loop;
    undo.push(() => scraping.stop());
    rules = startRules({
      ...given,
      storage,
      intervalMs,
      engine,
      offsetMs: stackSlotOffsetMs,
      externalUrl: listener.url,
      now: world.now,
    });
    const evaluating = rules;
    undo.push(() => evaluating.stop());
    const cleaning = setInterval(() => forgetOld(storage, options, world.now()), CLEANING_INTERVAL_MS);
    undo.push(() => clearInterval(cleaning));
    return { source, prometheusUrl: listener.url, appUrls: apps.map(({ url }) => url), storage, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Everything the written past of a scenario holds, ready to be asked: what was scraped and what rules recorded. */
export async function storageWithPast(
  scenario: Scenario,
  rules: StackRules,
  pasts = simulate(scenario),
): Promise<MemoryStorage> {
  const storage = storageWithHistory(scenario, pasts);
  await recordRules(storage, rules, scenario);
  return storage;
}

/** The same without what rules recorded. */
export function storageWithHistory(scenario: Scenario, pasts = simulate(scenario)): MemoryStorage {
  return storageOf(historyOf(scenario, pasts));
}

const NO_RULES: StackRules = { file: '', groups: [] };

/** Requests per second, as the compose file has it. */
const LOAD_RATE = 8;
const CLEANING_INTERVAL_MS = 10 * 60_000;
/** As Prometheus without limits of its own; far beyond what the instances expose. */
const BODY_SIZE_LIMIT = 50 * 1024 * 1024;

function startOne(
  options: EmbeddedStackOptions,
  index: 0 | 1,
  pasts: readonly InstancePast[],
  prometheus: Listener,
  world: EmbeddedStackWorld,
): Promise<RunningInstance> {
  const service = index === 0 ? 'sse-app' : 'sse-app-2';
  const instance = INSTANCES[index].name;
  const earlier = pasts.find((past) => past.instance === instance)?.lastLife;
  return startInstance(
    {
      instance,
      host: options.host,
      port: options.ports.apps[index],
      prometheusUrl: prometheus.url,
      ...(options.token === undefined ? {} : { token: options.token }),
      ...(options.continuing.includes(instance) && earlier !== undefined ? { earlier } : {}),
    },
    { ...world, log: (line) => world.logOf(service, line) },
  );
}

function targetConfigs(
  prometheus: Listener,
  apps: readonly RunningInstance[],
  intervalMs: number,
): readonly TargetConfig[] {
  const common = {
    intervalMs,
    timeoutMs: Math.min(10_000, intervalMs),
    sampleLimit: 0,
    bodySizeLimit: BODY_SIZE_LIMIT,
  };
  const config = (job: string, instance: string, url: string): TargetConfig => {
    const labels: Labels = { instance, job };
    return { job, url: `${url}/metrics`, labels, ...common };
  };
  return [
    config('prometheus', 'localhost:9090', prometheus.url),
    ...apps.map(({ url }, index) => config(JOB, INSTANCES[index]?.name ?? url, url)),
  ];
}

/**
 * Drops live samples that are too old. What lies before T0 is what lessons look at: it stays, as on a real Prometheus,
 * whose retention is far longer.
 */
export function forgetOld(
  storage: MemoryStorage,
  { scenario, retentionMs = EMBEDDED_RETENTION_MS }: Pick<EmbeddedStackOptions, 'scenario' | 'retentionMs'>,
  nowMs: number,
): void {
  storage.forget({ startMs: scenario.t0Ms + 1, endMs: nowMs - retentionMs });
}
