import { QueryError } from '../model/errors.ts';
import type { QueryOptions } from '../source/source.ts';
import { ApiError, queryErrorText } from './api-error.ts';
import { envelope } from './encode.ts';
import { encodeQuery } from './encode-query.ts';
import { type Call, type Endpoint, FORM, READ } from './endpoint.ts';
import {
  durationParam,
  limitParam,
  optionalDurationParam,
  optionalTimeParam,
  type Params,
  timeParam,
} from './params.ts';
import type { Body } from './reply.ts';
import { RULES_ENDPOINTS } from './rules-endpoints.ts';
import { STATUS_ENDPOINTS } from './status-endpoints.ts';
import { TARGET_ENDPOINTS } from './target-endpoints.ts';
import { TEXT_ENDPOINTS } from './text-endpoints.ts';

/** The endpoints of /api/v1 in the order of the documentation. https://prometheus.io/docs/prometheus/latest/querying/api/ */
export const ENDPOINTS: readonly Endpoint[] = [
  { pattern: /^\/query$/, methods: FORM, answer: query },
  { pattern: /^\/query_range$/, methods: FORM, answer: queryRange },
  ...TEXT_ENDPOINTS,
  { pattern: /^\/series$/, methods: FORM, answer: series },
  { pattern: /^\/labels$/, methods: FORM, answer: labels },
  { pattern: /^\/label\/[^/]*\/values$/, methods: READ, answer: labelValues },
  ...TARGET_ENDPOINTS,
  ...RULES_ENDPOINTS,
  ...STATUS_ENDPOINTS,
];

/** Prometheus refuses a grid of more points than this per series. */
const MAX_POINTS = 11_000;

async function query({ params, deps, signal }: Call): Promise<Body> {
  const limit = limitParam(params);
  const timeMs = optionalTimeParam(params, 'time') ?? deps.now();
  const options = { ...queryOptions(params, signal), timeMs, ...(limit === undefined ? {} : { limit }) };
  return encodeQuery(await deps.source.instant(params.get('query') ?? '', options), signal);
}

async function queryRange({ params, deps, signal }: Call): Promise<Body> {
  const limit = limitParam(params);
  const startMs = timeParam(params, 'start');
  const endMs = timeParam(params, 'end');
  if (endMs < startMs) throw ApiError.parameter('end', 'end timestamp must not be before start time');
  const stepMs = durationParam(params, 'step');
  if (stepMs <= 0) {
    const advice = 'zero or negative query resolution step widths are not accepted. Try a positive integer';
    throw ApiError.parameter('step', advice);
  }
  if (Math.floor((endMs - startMs) / stepMs) > MAX_POINTS) {
    const advice = 'Try decreasing the query resolution (?step=XX)';
    throw ApiError.badData(`exceeded maximum resolution of 11,000 points per timeseries. ${advice}`);
  }
  const options = {
    ...queryOptions(params, signal),
    startMs,
    endMs,
    stepMs,
    ...(limit === undefined ? {} : { limit }),
  };
  return encodeQuery(await deps.source.range(params.get('query') ?? '', options), signal);
}

function queryOptions(params: Params, signal: AbortSignal): QueryOptions {
  const timeoutMs = optionalDurationParam(params, 'timeout');
  const lookbackDeltaMs = lookback(params);
  return {
    signal,
    // Any text asks for them; "all" would bring more only with promql-per-step-stats.
    ...((params.get('stats') ?? '') === '' ? {} : { stats: true }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(lookbackDeltaMs === undefined || lookbackDeltaMs === 0 ? {} : { lookbackDeltaMs }),
  };
}

/** The one parameter whose error Prometheus words without its name. */
function lookback(params: Params): number | undefined {
  try {
    return optionalDurationParam(params, 'lookback_delta');
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const reason = error.message.replace(/^invalid parameter "[^"]*": /, '');
    throw ApiError.badData(`error parsing lookback delta duration: ${reason}`);
  }
}

async function series(call: Call): Promise<string> {
  const match = call.params.getAll('match[]');
  if (match.length === 0) throw ApiError.badData('no match[] parameter provided');
  const { items, warnings } = await matching('match[]', () => call.deps.source.series({ ...selection(call), match }));
  return envelope(JSON.stringify(items), warnings);
}

async function labels(call: Call): Promise<string> {
  const { items, warnings } = await matching(undefined, () => call.deps.source.labelNames(selection(call)));
  return envelope(JSON.stringify(items), warnings);
}

async function labelValues(call: Call): Promise<string> {
  const name = unescapeLabelName(unescapedPath(call.path.split('/')[2] ?? ''));
  if (name === '') throw ApiError.badData(`invalid label name: ${JSON.stringify(name)}`);
  const { items, warnings } = await matching(undefined, () => call.deps.source.labelValues(name, selection(call)));
  return envelope(JSON.stringify(items), warnings);
}

function unescapedPath(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw ApiError.badData(`invalid URL escape in ${JSON.stringify(part)}`);
  }
}

/** Errors in a selector are told with the parameter they came in by, or without one, as Prometheus does. */
async function matching<T>(parameter: 'match[]' | undefined, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof QueryError && error.status === 400) throw ApiError.badData(queryErrorText(error, parameter));
    throw error;
  }
}

function selection({ params, signal }: Call) {
  const match = params.getAll('match[]');
  const startMs = optionalTimeParam(params, 'start');
  const endMs = optionalTimeParam(params, 'end');
  const limit = limitParam(params);
  return {
    signal,
    ...(match.length === 0 ? {} : { match }),
    ...(startMs === undefined ? {} : { startMs }),
    ...(endMs === undefined ? {} : { endMs }),
    ...(limit === undefined ? {} : { limit }),
  };
}

/** `U__http_2e_code` stands for `http.code`. https://prometheus.io/docs/guides/utf8/ */
function unescapeLabelName(text: string): string {
  if (!text.startsWith('U__')) return text;
  return text
    .slice(3)
    .replace(/__|_([0-9a-fA-F]{1,6})_/g, (whole, hex: string | undefined) =>
      hex === undefined
        ? '_'
        : Number.parseInt(hex, 16) <= 0x10ffff
          ? String.fromCodePoint(Number.parseInt(hex, 16))
          : whole,
    );
}
