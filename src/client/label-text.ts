import { compareUtf8, type Labels, METRIC_NAME } from '../model/labels.ts';

/**
 * A label set as PromQL writes it: `up{instance="sse-app:8000", job="sse-streaming"}`, labels ordered by name, `{}` when
 * there are none. Names that are no plain identifiers are quoted. For logs and keys; values may hold any character.
 */
export function labelText(labels: Labels): string {
  const { [METRIC_NAME]: name, ...others } = labels;
  const plainName = name === undefined || /^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(name);
  const pairs = Object.entries(others)
    .sort(([a], [b]) => compareUtf8(a, b))
    .map(([label, value]) => `${/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(label) ? label : quoted(label)}=${quoted(value)}`);
  if (!plainName) pairs.unshift(quoted(name));
  if (plainName && name !== undefined && pairs.length === 0) return name;
  return `${plainName ? (name ?? '') : ''}{${pairs.join(', ')}}`;
}

function quoted(text: string): string {
  return `"${text.replace(/[\\"]/g, '\\$&').replace(/\n/g, '\\n')}"`;
}
