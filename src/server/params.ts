import { durationMs } from '../model/duration.ts';
import { ApiError } from './api-error.ts';

/** The parameters of one request, from the query string and a form body together, as Go's `FormValue` sees them. */
export type Params = URLSearchParams;

/** An instant in milliseconds from unix seconds or RFC 3339. Throws Prometheus' own 400. */
export function timeParam(params: Params, name: string): number {
  const text = params.get(name) ?? '';
  const ms = parseTime(text);
  if (ms === undefined) throw ApiError.parameter(name, `cannot parse ${quote(text)} to a valid timestamp`);
  return ms;
}

/** As `timeParam`, but absent or empty is undefined; Prometheus words the error differently there. */
export function optionalTimeParam(params: Params, name: string): number | undefined {
  const text = params.get(name) ?? '';
  if (text === '') return undefined;
  const ms = parseTime(text);
  if (ms !== undefined) return ms;
  throw ApiError.parameter(name, `invalid time value for '${name}': cannot parse ${quote(text)} to a valid timestamp`);
}

/** A duration in milliseconds, from seconds or Prometheus' notation. */
export function durationParam(params: Params, name: string): number {
  const text = params.get(name) ?? '';
  const ms = parseDuration(text);
  if (ms === undefined) throw ApiError.parameter(name, `cannot parse ${quote(text)} to a valid duration`);
  return ms;
}

export function optionalDurationParam(params: Params, name: string): number | undefined {
  return (params.get(name) ?? '') === '' ? undefined : durationParam(params, name);
}

/** The largest number of rows wanted; undefined when there is no limit. */
export function limitParam(params: Params): number | undefined {
  const text = params.get('limit') ?? '';
  if (text === '') return undefined;
  if (!/^[+-]?\d+$/.test(text))
    throw ApiError.parameter('limit', `strconv.Atoi: parsing ${quote(text)}: invalid syntax`);
  if (Number(text) < 0) throw ApiError.parameter('limit', 'limit must be non-negative');
  return Number(text) === 0 ? undefined : Number(text);
}

/** Unix seconds with decimals, or RFC 3339 with any zone; in milliseconds. */
export function parseTime(text: string): number | undefined {
  if (DECIMAL.test(text)) return Math.round(Number(text) * 1000);
  if (!RFC3339.test(text)) return undefined;
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms;
}

function parseDuration(text: string): number | undefined {
  return DECIMAL.test(text) ? Math.trunc(Number(text) * 1000) : durationMs(text);
}

function quote(text: string): string {
  return JSON.stringify(text);
}

const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;
const RFC3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;
