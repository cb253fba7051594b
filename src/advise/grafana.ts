/** What tells the queries and variables of a Grafana dashboard from others: read by `lint` and by `dashboard`. */

/**
 * A variable as it may stand in a query: `${name:format}`, `$name`, `[[name:format]]`. Global: for `matchAll` and `replace`.
 * https://grafana.com/docs/grafana/latest/dashboards/variables/variable-syntax/
 */
export const GRAFANA_VARIABLE = /\$\{[^{}]+\}|\$[A-Za-z_]\w*|\[\[\w+(?::\w+)?\]\]/g;

/**
 * Whether a data source of this type answers PromQL. A variable in place of the type is taken for one that does;
 * `datasource` is Grafana's own "-- Mixed --" and its like, where each query says for itself.
 */
export function answersPromql(type: string): boolean {
  return /prom|mimir|cortex|thanos|victoria/i.test(type) || type.includes('$') || type === 'datasource';
}

/** Whether a data source that is only named is something else than Prometheus, going by its name. */
export function namesOtherSource(name: string): boolean {
  return /loki|influx|elastic|sql|cloudwatch|tempo|graphite/i.test(name);
}

/** Whether a query is LogQL, whatever its data source is said to be. */
export function looksLikeLogs(expr: string): boolean {
  return /\|[=~>]|!=\s*[`"].*[`"]\s*$|\}\s*\|(?!\|)|\|\s*(?:json|logfmt|unwrap)\b/.test(expr);
}
