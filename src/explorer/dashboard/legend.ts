import { type Labels, METRIC_NAME } from '../../model/labels.ts';

/**
 * The name of a series in a panel: the legend's text with `{{label}}` replaced; without one what tells it apart, as
 * Grafana does it: the labels that not all have, and for a series alone its labels or, without any, the query.
 */
export function seriesNames(sets: readonly Labels[], legend: string, query: string): readonly string[] {
  if (legend !== '') return sets.map((labels) => filled(legend, labels));
  const [first] = sets;
  const differing = (labels: Labels) =>
    Object.entries(labels).filter(
      ([name, value]) => sets.length === 1 || first === undefined || !sets.every((each) => own(each, name) === value),
    );
  return sets.map((labels) => nameOf(differing(labels)) || nameOf(Object.entries(labels)) || query);
}

/** https://grafana.com/docs/grafana/latest/datasources/prometheus/query-editor/#legend */
function filled(legend: string, labels: Labels): string {
  const text = legend.replace(/\{\{\s*(.+?)\s*\}\}/g, (_, name: string) => own(labels, name) ?? '').trim();
  return text === '' ? nameOf(Object.entries(labels)) : text.slice(0, LONGEST_NAME);
}

const LONGEST_NAME = 1_000;

function own(labels: Labels, name: string): string | undefined {
  return Object.hasOwn(labels, name) ? labels[name] : undefined;
}

/** Values alone where there are few labels: in a terminal there is no room for their names as well. */
function nameOf(pairs: readonly (readonly [string, string])[]): string {
  const metric = pairs.find(([name]) => name === METRIC_NAME)?.[1] ?? '';
  const others = pairs.filter(([name]) => name !== METRIC_NAME).sort(([a], [b]) => (a < b ? -1 : 1));
  const text = others.map(([name, value]) => `${name}="${value}"`).join(', ');
  return (text === '' ? metric : `${metric}{${text}}`).slice(0, LONGEST_NAME);
}
