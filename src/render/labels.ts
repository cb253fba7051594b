import { compareUtf8, type Labels, METRIC_NAME } from '../model/labels.ts';
import { safe } from './safe.ts';

/**
 * A label set as PromQL writes it, `up{job="x"}`, ready for the terminal: values escaped, names that are no plain
 * identifiers quoted (`{"http.requests", "a.b"="c"}`), control characters visible. `omit` leaves labels out.
 */
export function renderLabels(labels: Labels, omit: readonly string[] = []): string {
  const name = omit.includes(METRIC_NAME) ? undefined : labelValue(labels, METRIC_NAME);
  const plainName = name !== undefined && /^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(name);
  const pairs = labelPairs(labels, [METRIC_NAME, ...omit]).map(
    ([label, value]) => `${renderLabelName(label)}=${quoted(value)}`,
  );
  if (name !== undefined && !plainName) pairs.unshift(quoted(name));
  const outside = plainName ? name : '';
  return outside !== '' && pairs.length === 0 ? outside : `${outside}{${pairs.join(', ')}}`;
}

/** The value of a label; undefined without it, for names such as `constructor` too. */
export function labelValue(labels: Labels, name: string): string | undefined {
  return Object.hasOwn(labels, name) ? labels[name] : undefined;
}

/** Label names and values without `omit`, ordered by name. The texts are as they came: not yet safe. */
export function labelPairs(labels: Labels, omit: readonly string[] = []): readonly (readonly [string, string])[] {
  return Object.entries(labels)
    .filter(([name]) => !omit.includes(name))
    .sort(([a], [b]) => compareUtf8(a, b));
}

/** The label pairs that every one of several label sets has; empty for fewer than two sets. */
export function commonLabels(sets: readonly Labels[]): readonly (readonly [string, string])[] {
  const [first, ...others] = sets;
  if (first === undefined || others.length === 0) return [];
  return labelPairs(first).filter(([name, value]) => others.every((labels) => labelValue(labels, name) === value));
}

function renderLabelName(name: string): string {
  return /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name) ? name : quoted(name);
}

function quoted(text: string): string {
  return `"${safe(text.replace(/[\\"]/g, '\\$&'))}"`;
}

/** A, B, … Z, AA, AB: the letter by which a series is known in a chart and in the table beside it. */
export function seriesLetter(index: number): string {
  const last = String.fromCharCode(65 + (index % 26));
  return index < 26 ? last : seriesLetter(Math.floor(index / 26) - 1) + last;
}
