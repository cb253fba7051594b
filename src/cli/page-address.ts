/**
 * The address of the page of a Prometheus, as its own links are: with a query its table, or the graph of the last hour.
 * `base` is the server without a slash at the end. Everything a person typed is percent-encoded.
 */
export function pageAddress(base: string, query: string, graph: boolean): string {
  if (query.trim() === '') return `${base}/`;
  const params = new URLSearchParams({ 'g0.expr': query, 'g0.tab': graph ? '0' : '1' });
  if (graph) params.set('g0.range_input', '1h');
  return `${base}/graph?${params}`;
}
