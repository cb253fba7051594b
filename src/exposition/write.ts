import type { Labels } from '../model/labels.ts';
import { openMetricsFloat } from './float.ts';
import type { MetricType } from './parse.ts';

/** The samples of one series, oldest first; both columns have the same length. */
export type SampleColumns = {
  /** The name in the lines, with `_total`, `_bucket`, `_sum`, `_count` where the type asks for it. */
  readonly name: string;
  readonly labels: Labels;
  /** Milliseconds since 1970. Series that share their times may share the array: it is then formatted once. */
  readonly timesMs: Float64Array;
  readonly values: Float64Array;
};

export type MetricFamily = {
  /** Without `_total`, as OpenMetrics names the family of a counter. */
  readonly name: string;
  readonly type: MetricType;
  readonly help: string;
  readonly series: readonly SampleColumns[];
};

/**
 * OpenMetrics text with timestamps, in pieces of about a megabyte, `# EOF` at the end. Labels are written in the order
 * of the label set. https://prometheus.io/docs/specs/om/open_metrics_spec/
 */
export function* writeOpenMetrics(families: Iterable<MetricFamily>): Generator<string> {
  const clock = new Map<Float64Array, readonly string[]>();
  let text = '';
  for (const family of families) {
    text += `# HELP ${nameText(family.name)} ${escapeText(family.help)}\n# TYPE ${nameText(family.name)} ${family.type}\n`;
    for (const { name, labels, timesMs, values } of family.series) {
      const series = seriesText(name, labels);
      const stamps = clock.get(timesMs) ?? Array.from(timesMs, (ms) => ` ${secondsText(ms)}\n`);
      clock.set(timesMs, stamps);
      for (let i = 0; i < values.length; i++) text += `${series} ${valueText(values[i] as number)}${stamps[i]}`;
      if (text.length < PIECE_LENGTH) continue;
      yield text;
      text = '';
    }
  }
  yield `${text}# EOF\n`;
}

const PIECE_LENGTH = 1 << 20;

/** A series as it stands in a line: `up{job="sse-streaming"}`, or `{"my.metric",job="…"}` when the name needs quotes. */
export function seriesText(name: string, labels: Labels): string {
  const pairs = Object.entries(labels).map(
    ([label, value]) => `${LABEL_NAME.test(label) ? label : quoted(label)}="${escapeText(value)}"`,
  );
  if (!METRIC_NAME.test(name)) return `{${[quoted(name), ...pairs].join(',')}}`;
  return pairs.length === 0 ? name : `${name}{${pairs.join(',')}}`;
}

const METRIC_NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const LABEL_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

function nameText(name: string): string {
  return METRIC_NAME.test(name) ? name : quoted(name);
}

function quoted(text: string): string {
  return `"${escapeText(text)}"`;
}

/** Backslash, quote and newline are escaped alike in label values and in help texts of OpenMetrics. */
function escapeText(text: string): string {
  return text.replace(/[\\"\n]/g, (char) => (char === '\n' ? '\\n' : `\\${char}`));
}

function valueText(value: number): string {
  return Number.isFinite(value) ? String(value) : openMetricsFloat(value);
}

/**
 * Seconds with three decimals. Prometheus multiplies by 1000 and cuts off, so where the nearest double lies a hair below
 * the millisecond, a fourth decimal lifts it over. https://github.com/prometheus/prometheus/blob/v3.5.0/model/textparse/openmetricsparse.go
 */
function secondsText(ms: number): string {
  const whole = Math.round(ms);
  const seconds = Math.floor(whole / 1000);
  const text = `${seconds}.${String(whole - seconds * 1000).padStart(3, '0')}`;
  return Math.trunc(Number(text) * 1000) === whole ? text : `${text}1`;
}
