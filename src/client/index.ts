/**
 * The library: `import { PrometheusClient } from 'prom-tutor'`.
 * @packageDocumentation
 */
export type { UnavailableKind } from '../model/errors.ts';
export { QueryError, type QueryPosition, UnavailableError, UserError } from '../model/errors.ts';
export type { Labels } from '../model/labels.ts';
export type {
  InstantSample,
  NativeBucket,
  NativeHistogram,
  QueryData,
  QueryResult,
  Sample,
  SampleValue,
  Series,
} from '../model/query-result.ts';
export type { MetricMetadata, Target, TargetHealth } from '../source/source.ts';
export { extractScalarValue, extractVectorValues } from './extract.ts';
export { labelText } from './label-text.ts';
export type { ClientAuth, ClientTls, PrometheusClientOptions } from './options.ts';
export {
  type AskOptions,
  PrometheusClient,
  type QueryAskOptions,
  type QueryRangeOptions,
  type SelectorOptions,
} from './prometheus-client.ts';
export type { DurationInput, TimeInput } from './time.ts';
