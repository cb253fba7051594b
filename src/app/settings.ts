import { durationMs } from '../model/duration.ts';
import { UsageError } from '../model/errors.ts';
import { SCRAPE_INTERVAL_MS, type Scenario } from '../model/scenario.ts';
import type { AppOptions } from './app.ts';
import { BASE_RATE } from './demand.ts';
import type { LoadOptions } from './load.ts';
import { INSTANCES } from './schema.ts';
import { SHORTEST_HISTORY_MS } from './story.ts';

export type Env = Readonly<Record<string, string | undefined>>;

export type ServeSettings = Omit<AppOptions, 'scenario'> & { readonly scenarioDir: string | undefined };

/** Reads what `serve` needs. Throws `UsageError` that names the variable. */
export function serveSettings(env: Env): ServeSettings {
  const instance = INSTANCES.find(({ name }) => name === env.SSE_INSTANCE);
  if (instance === undefined)
    throw new UsageError(`SSE_INSTANCE must be ${INSTANCES.map(({ name }) => name).join(' or ')}`);
  const token = given(env, 'SSE_TOKEN');
  const prometheusUrl = given(env, 'SSE_PROMETHEUS_URL');
  return {
    instance: instance.name,
    host: given(env, 'SSE_HOST') ?? '127.0.0.1',
    port: integer(env, 'SSE_PORT', 8000, 0, 65_535),
    scenarioDir: given(env, 'SSE_SCENARIO_DIR'),
    ...(token === undefined ? {} : { token }),
    ...(prometheusUrl === undefined ? {} : { prometheusUrl }),
  };
}

/** Reads what `load` needs. Throws `UsageError` that names the variable. */
export function loadSettings(env: Env): LoadOptions {
  const text = given(env, 'SSE_TARGETS');
  if (text === undefined) throw new UsageError('SSE_TARGETS is missing', { hint: TARGETS_HINT });
  const targets = text.split(',').map((part) => {
    const [, address, weightText] = /^(.+?)(?:=([^=]*))?$/.exec(part.trim()) ?? [];
    const weight = Number(weightText ?? 1);
    const url = address !== undefined && URL.canParse(address) ? new URL(address) : undefined;
    if (url === undefined || !/^https?:$/.test(url.protocol) || !(weight > 0 && weight <= 1_000))
      throw new UsageError(`SSE_TARGETS: cannot read ${JSON.stringify(part)}`, { hint: TARGETS_HINT });
    return { url: url.href.replace(/\/$/, ''), weight };
  });
  const rateText = given(env, 'SSE_RATE');
  const rate = rateText === undefined ? BASE_RATE : Number(rateText);
  if (!(rate > 0 && rate <= 100))
    throw new UsageError('SSE_RATE must be a number of requests per second, above 0 and at most 100');
  return { targets, rate };
}

const TARGETS_HINT = 'It looks like http://sse-app:8000=3,http://sse-app-2:8000=1: addresses with their weights.';

export type HistorySettings = {
  readonly dir: string;
  readonly scenario: Scenario;
  /** The file with the rules to evaluate over the history; without one nothing is recorded. */
  readonly rules: string | undefined;
};

/** Reads what `history` needs. `nowMs` is the end of the history unless SSE_T0 says otherwise. Throws `UsageError`. */
export function historySettings(env: Env, nowMs: number): HistorySettings {
  const dir = given(env, 'SSE_OUT');
  if (dir === undefined) throw new UsageError('SSE_OUT is missing: the folder to write the history to');
  return {
    dir,
    rules: given(env, 'SSE_RULES'),
    scenario: {
      t0Ms: onGrid(integer(env, 'SSE_T0', nowMs, 0, Number.MAX_SAFE_INTEGER)),
      seed: integer(env, 'SSE_SEED', 1, 0, 0xffff_ffff),
      historyMs: historyLength(given(env, 'SSE_HISTORY') ?? '6h'),
    },
  };
}

const LONGEST_HISTORY_MS = 7 * 24 * 3_600_000;

/** Milliseconds, on the scrape grid. Throws `UsageError` for what is no duration, too short or too long. */
export function historyLength(text: string): number {
  const ms = durationMs(text);
  if (ms === undefined)
    throw new UsageError(`cannot read ${JSON.stringify(text)} as a length of history`, {
      hint: 'Write it as 6h or 3h30m.',
    });
  if (ms < SHORTEST_HISTORY_MS)
    throw new UsageError(`a history of ${text} is too short: it must be 3h or more`, {
      hint: 'What the lessons are about happens in its last 65 minutes; they compare it with ordinary hours before.',
    });
  if (ms > LONGEST_HISTORY_MS)
    throw new UsageError(`a history of ${text} is too long`, { hint: 'Use 7d or less; 6h are about 26 MB.' });
  return onGrid(ms);
}

function onGrid(ms: number): number {
  return Math.floor(ms / SCRAPE_INTERVAL_MS) * SCRAPE_INTERVAL_MS;
}

/** Compose hands on unset variables as empty texts. */
function given(env: Env, name: string): string | undefined {
  const text = env[name]?.trim();
  return text === undefined || text === '' ? undefined : text;
}

function integer(env: Env, name: string, fallback: number, least: number, most: number): number {
  const text = given(env, name);
  if (text === undefined) return fallback;
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < least || value > most)
    throw new UsageError(`${name} must be a whole number from ${least} to ${most}`);
  return value;
}
