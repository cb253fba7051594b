import { FUNCTIONS } from '../../src/promql/functions/table.ts';
import { AGGREGATORS } from '../../src/promql/syntax/tokens.ts';
import { START } from './samples.ts';

/** Stable in our version of Prometheus, but not there yet in the 3.5 we compare with. */
const NEWER_FUNCTIONS: readonly string[] = ['first_over_time'];
const FEATURED_AGGREGATIONS: readonly string[] = ['limitk', 'limit_ratio'];

/** Every function that 3.5 has without a feature flag. */
export const COMMON_FUNCTIONS = FUNCTIONS.filter((row) => !row.experimental && !NEWER_FUNCTIONS.includes(row.name));
export const COMMON_AGGREGATIONS = AGGREGATORS.filter((name) => !FEATURED_AGGREGATIONS.includes(name));

export type Metric = { readonly name: string; readonly labels: Readonly<Record<string, readonly string[]>> };

const instance = ['a', 'b', 'c'];

/** What is in the samples, as far as questions need it. */
export const METRICS: readonly Metric[] = [
  { name: 'jobs_total', labels: { instance, code: ['200', '404', '500'], method: ['get', 'post'] } },
  { name: 'retries_total', labels: { instance, code: ['500'] } },
  { name: 'queue_size', labels: { instance: ['a', 'b'], shard: ['0', '1', '10'] } },
  {
    name: 'room_celsius',
    labels: { room: ['kitchen', 'Hall', 'Küche', 'bad "room"\\'], 'floor.no': ['0', '1'], extra: ['x', ''] },
  },
  { name: 'target_up', labels: { instance: [...instance, 'd'] } },
  { name: 'build_info', labels: { instance, version: ['1.2.0', '1.3.0-rc.1'] } },
  { name: 'lonely', labels: {} },
  { name: 'sparse', labels: { gap: ['short', 'lookback', 'long', 'once'] } },
  { name: 'extreme', labels: { kind: ['zero', 'negative_zero', 'tiny', 'small', 'huge', 'large', 'minus'] } },
  { name: 'wait_seconds_bucket', labels: { instance, path: ['x', 'y'], le: ['0.1', '1.0', '+Inf'] } },
  { name: 'wait_seconds_count', labels: { instance, path: ['x', 'y'] } },
  { name: 'wait_seconds_sum', labels: { instance, path: ['x', 'y'] } },
  {
    name: 'odd_bucket',
    labels: { kind: ['shrinking', 'jitter', 'endless', 'twice', 'wrong'], le: ['1', '2', '+Inf'] },
  },
  { name: 'größe.total', labels: { instance: ['a', 'b'], 'ort.name': ['Łódź', '東京'] } },
  { name: 'sum', labels: { instance: ['a'], by: ['x'] } },
];

export const LABELS = [
  'instance',
  'code',
  'method',
  'shard',
  'room',
  'floor.no',
  'le',
  'path',
  'kind',
  'nothing',
  '__name__',
];
export const REGEXES = [
  '.*',
  '.+',
  'a|b',
  '[ab]',
  '(?i)HALL',
  '4..|500',
  '',
  '.*0.*',
  'K.che',
  '[^a]',
  'x{1,3}',
  '1\\\\.2\\\\..*',
  'jobs.*|queue_size',
  '(get|post)',
  'k(itchen)?',
  'post.*',
  '.*b',
];
export const NUMBERS = [
  '0',
  '1',
  '2',
  '-1',
  '0.5',
  '1e3',
  '3.14',
  '0x1F',
  'Inf',
  '-Inf',
  'NaN',
  '1e-9',
  '42',
  '.5',
  '1_000',
  '5m',
  '1h30m',
  '1e300',
  '100',
];
export const FRACTIONS = ['0', '0.5', '0.9', '0.99', '1', '-0.1', '1.2', 'NaN', '0.25'];
export const RANGES = ['15s', '20s', '45s', '1m', '2m', '5m', '7m13s', '1h', '100ms', '14999ms', '5m', '150', '1m30s'];
export const STEPS = ['30s', '1m', '7s', '', '2m30s', '15s', '100s', ''];
export const OFFSETS = ['30s', '1m', '-1m', '5m', '-47s', '1h', '0s', '1500ms', '7m'];
export const INSTANTS = [
  'start()',
  'end()',
  String(START + 600),
  String(START + 1234.567),
  String(START + 2399.999),
  String(START - 100),
  '0',
];
// biome-ignore lint/suspicious/noTemplateCurlyInString: the template of label_replace, not ours.
export const TEMPLATES = ['$1', '${1}-x', 'fixed', '', '$0', '$name', '$1$2', 'é$1', '$$'];
export const PATTERNS = ['(.*)', '(.)(.*)', 'a|b', '([0-9])(.*)', '', '(?P<name>.+)', '.*', '(?i)(H.*)'];
