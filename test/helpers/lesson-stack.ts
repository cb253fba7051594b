import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { history } from '../../src/app/history.ts';
import { storageWithPast } from '../../src/backends/embedded-stack.ts';
import { readStackRules, stackRulesFile, withRecorded } from '../../src/backends/stack-rules.ts';
import type { StackState } from '../../src/backends/state.ts';
import { writeStack } from '../../src/backends/state-file.ts';
import { writeOpenMetrics } from '../../src/exposition/write.ts';
import { SCRAPE_INTERVAL_MS, type Scenario } from '../../src/model/scenario.ts';
import { listen } from '../../src/server/listen.ts';
import { embeddedSource } from '../../src/source/embedded.ts';
import { startPrometheus } from './prometheus.ts';
import { SAMPLE_T0_MS, type SampleSource, sampleSource } from './sample-source.ts';
import { startTerminal, type Terminal, type TerminalOptions } from './terminal.ts';

export type LessonStack = {
  readonly url: string;
  readonly scenario: Scenario;
  /** For XDG_STATE_HOME: holds the state file of this stack and what a learner's commands keep. */
  readonly stateHome: string;
  /** Ends the server and leaves its state file: as when it was killed. */
  stop(): Promise<void>;
  close(): Promise<void>;
};

/**
 * A real Prometheus with the written history of the demo service in it, ending now, and a state file that says so: what
 * lessons need of a running stack. Nothing is scraped.
 */
export async function startLessonStack(): Promise<LessonStack> {
  const scenario = scenarioNow();
  const families = await withRecorded(history(scenario), await readStackRules(stackRulesFile()), scenario);
  const prometheus = await startPrometheus({ openMetrics: [...writeOpenMetrics(families)].join('') });
  return stackAt(prometheus.url, scenario, () => prometheus.close());
}

/** The same with the embedded Prometheus, behind its HTTP API: for machines without Prometheus. At `t0Ms` time stands still. */
export async function startEmbeddedLessonStack(options: { readonly t0Ms?: number } = {}): Promise<LessonStack> {
  const scenario = { ...scenarioNow(), ...options };
  const now = () => options.t0Ms ?? Date.now();
  const storage = await storageWithPast(scenario, await readStackRules(stackRulesFile()));
  const source = embeddedSource({ storage, name: 'embedded', now });
  const deps = { source, now, metrics: async () => '' };
  const server = await listen(deps, { host: '127.0.0.1', port: 0 });
  return stackAt(server.url, scenario, () => server.close());
}

function scenarioNow(): Scenario {
  const t0Ms = Math.floor(Date.now() / SCRAPE_INTERVAL_MS) * SCRAPE_INTERVAL_MS;
  return { t0Ms, seed: 1, historyMs: 3 * 3_600_000 };
}

/** The sample source behind the real HTTP API, for machines without Prometheus: knows `up`, selectors, comparisons, aggregations. */
export async function startSampleStack(
  options: { readonly t0Ms?: number } = {},
): Promise<LessonStack & { readonly source: SampleSource }> {
  const source = sampleSource();
  const deps = { source, now: () => SAMPLE_T0_MS, metrics: async () => '' };
  const server = await listen(deps, { host: '127.0.0.1', port: 0 });
  const scenario: Scenario = { t0Ms: options.t0Ms ?? SAMPLE_T0_MS, seed: 1, historyMs: 2 * 3_600_000 };
  return { ...(await stackAt(server.url, scenario, () => server.close())), source };
}

/** An empty state folder: as on a machine where nothing was started yet. */
export function emptyStateHome(): string {
  return mkdtempSync(join(tmpdir(), 'prom-tutor-state-'));
}

async function stackAt(url: string, scenario: Scenario, close: () => Promise<void>): Promise<LessonStack> {
  const stateHome = emptyStateHome();
  let ended: Promise<void> | undefined;
  const state: StackState = {
    version: 1,
    toolVersion: '0.0.0',
    backend: 'binary',
    id: 'lesson-test',
    phase: 'running',
    startedMs: scenario.t0Ms,
    // Nothing listens there: the history is all there is of the service.
    urls: { prometheus: url, apps: ['http://127.0.0.1:9', 'http://127.0.0.1:9'] },
    scenario,
    token: 'unused',
    processes: [],
    dir: stateHome,
  };
  await writeStack(join(stateHome, 'prom-tutor'), state);
  return {
    url,
    scenario,
    stateHome,
    stop: () => (ended ??= close()),
    async close() {
      ended ??= close();
      await ended;
      rmSync(stateHome, { recursive: true, force: true });
    },
  };
}

/** The command as it is shipped: needs `npm run build`, which `npm test` does first. */
export const BIN = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'bin', 'prom-tutor.js');

/** The tool in a terminal, with this folder for its state and UTC for its times. */
export function startTutor(args: readonly string[], stateHome: string, options: TerminalOptions = {}): Terminal {
  if (!existsSync(join(dirname(BIN), '..', 'dist', 'cli.mjs'))) throw new Error('not built: run npm run build first');
  return startTerminal(process.execPath, [BIN, ...args, '--tz', 'UTC'], {
    ...options,
    env: { XDG_STATE_HOME: stateHome, HOME: stateHome, ...options.env },
  });
}
