import { ALL_FEATURES } from '../promql/features.ts';
import { type ParseResult, parse } from '../promql/parse.ts';

/**
 * The query as a server reads it that answers it: with every part of the language that a Prometheus may have switched on.
 * Refused all the same: the server speaks more than PromQL, as VictoriaMetrics does with MetricsQL.
 */
export function readAsServer(query: string): ParseResult {
  const plain = parse(query);
  return plain.kind === 'ok' ? plain : parse(query, ALL_FEATURES);
}

/** What Prometheus says of a query that it refuses for its text, in its own words and without the place. */
export function prometheusRefusal(parsed: ParseResult): string | undefined {
  return parsed.kind === 'error' ? parsed.diagnostics[0].message : undefined;
}

/**
 * Whether a refusal is not in Prometheus' words. VictoriaMetrics begins like this, seen on 1.147; Thanos, Mimir and Cortex
 * evaluate with Prometheus' own engine.
 */
export function isForeignRefusal(message: string): boolean {
  return /^error when executing query=|unparsed data: /.test(message);
}
