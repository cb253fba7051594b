import { formatDuration } from '../promql/duration.ts';
import { flagsOf } from '../promql/features.ts';
import { ApiError } from './api-error.ts';
import { type Call, type Endpoint, READ } from './endpoint.ts';
import type { ServerFacts } from './facts.ts';
import { passOn } from './pass-on.ts';

/**
 * What the API says of the server itself. Where Prometheus has something that this server has not, the answer is that of a
 * Prometheus without it: no Alertmanagers, no notifications, nothing to replay, no administration.
 */
export const STATUS_ENDPOINTS: readonly Endpoint[] = [
  {
    pattern: /^\/alertmanagers$/,
    methods: READ,
    answer: constant({ activeAlertmanagers: [], droppedAlertmanagers: [] }),
  },
  { pattern: /^\/notifications$/, methods: READ, answer: constant([]) },
  // No content tells the browser not to ask again, as when Prometheus has too many listeners.
  { pattern: /^\/notifications\/live$/, methods: READ, answer: async () => undefined },
  { pattern: /^\/status\/buildinfo$/, methods: READ, answer: buildInfo },
  { pattern: /^\/status\/config$/, methods: READ, answer: own((facts) => ({ yaml: facts.config() })) },
  { pattern: /^\/status\/flags$/, methods: READ, answer: own(flags) },
  { pattern: /^\/status\/runtimeinfo$/, methods: READ, answer: own(runtimeInfo) },
  { pattern: /^\/status\/tsdb$/, methods: READ, answer: tsdb },
  { pattern: /^\/status\/walreplay$/, methods: READ, answer: constant({ min: 0, max: 0, current: 0 }) },
  { pattern: /^\/admin\/tsdb\/(snapshot|delete_series|clean_tombstones)$/, methods: ['POST', 'PUT'], answer: admin },
];

function constant(data: unknown): Endpoint['answer'] {
  return (call) => passOn(call, () => JSON.stringify(data));
}

function own(tell: (facts: ServerFacts, call: Call) => unknown): Endpoint['answer'] {
  return (call) => passOn(call, () => JSON.stringify(tell(factsOf(call), call)));
}

function factsOf({ deps }: Call): ServerFacts {
  if (deps.facts !== undefined) return deps.facts;
  throw new ApiError(500, 'unavailable', 'this server knows nothing of itself');
}

function flags(facts: ServerFacts, { deps }: Call): Readonly<Record<string, string>> {
  const all = {
    ...facts.flags,
    'enable-feature': flagsOf(deps.features ?? {}).join(','),
    'storage.tsdb.retention.time': retention(facts),
  };
  return Object.fromEntries(Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function retention({ retentionMs }: ServerFacts): string {
  return formatDuration(retentionMs ?? 0);
}

/** One thread computes, without goroutines and without the settings of Go's collector. */
function runtimeInfo(facts: ServerFacts, { deps }: Call) {
  const started = new Date(facts.startedMs).toISOString();
  return {
    startTime: started,
    CWD: facts.cwd,
    hostname: facts.hostname,
    serverTime: new Date(deps.now()).toISOString(),
    reloadConfigSuccess: true,
    lastConfigTime: started,
    corruptionCount: 0,
    goroutineCount: 0,
    GOMAXPROCS: 1,
    GOMEMLIMIT: 0,
    GOGC: '',
    GODEBUG: '',
    storageRetention: retention(facts),
  };
}

/** Rows of each list where the request does not say how many. */
const DEFAULT_ROWS = 10;

async function tsdb(call: Call): Promise<string> {
  const text = call.params.get('limit') ?? '';
  const limit = text === '' ? DEFAULT_ROWS : /^\+?\d+$/.test(text) ? Number(text) : 0;
  if (limit < 1) throw ApiError.badData('limit must be a positive number');
  return passOn(call, () => {
    const found = factsOf(call).cardinality(limit);
    const headStats = {
      numSeries: found.series,
      numLabelPairs: found.labelPairs,
      // The samples of a series are one piece in memory.
      chunkCount: found.series,
      minTime: found.firstMs ?? NO_TIME,
      maxTime: found.lastMs ?? -NO_TIME,
    };
    const data = {
      headStats,
      seriesCountByMetricName: found.seriesByMetric,
      labelValueCountByLabelName: found.valuesByLabel,
      memoryInBytesByLabelName: found.bytesByLabel,
      seriesCountByLabelValuePair: found.seriesByPair,
    };
    return JSON.stringify(data);
  });
}

/** What Prometheus gives for the times of an empty storage, as exactly as JSON numbers can be read. */
const NO_TIME = 2 ** 63;

async function buildInfo(call: Call): Promise<string> {
  return passOn(call, async () => {
    const { version, revision } = await call.deps.source.buildInfo({ signal: call.signal });
    return JSON.stringify({ version, revision, branch: 'prom-tutor', buildUser: '', buildDate: '', goVersion: '' });
  });
}

async function admin(): Promise<never> {
  throw new ApiError(500, 'unavailable', 'admin APIs disabled');
}
