/** One line of what a target exposes, as it stands there, and what is worth knowing of it. */
export type AnnotatedLine = { readonly line: string; readonly note?: string };

/**
 * Says what the lines of the text format mean, each kind of line once and each metric's type at its TYPE line. `wanted`
 * keeps only the families whose name or help text holds it.
 */
export function annotateExposition(text: string, wanted = ''): readonly AnnotatedLine[] {
  const told = new Set<string>();
  const once = (key: string, note: string): { readonly note?: string } => {
    if (told.has(key)) return {};
    told.add(key);
    return { note };
  };
  return families(text)
    .filter((lines) => lines.join('\n').toLowerCase().includes(wanted.toLowerCase()))
    .flat()
    .map((line) => ({ line, ...noteFor(line, once) }));
}

/** Lines up to the next HELP of another metric belong together. */
function families(text: string): readonly (readonly string[])[] {
  const blocks: { family: string; lines: string[] }[] = [];
  for (const line of text.split('\n').filter((each) => each.trim() !== '')) {
    const family = /^# (?:HELP|TYPE|UNIT) (\S+)/.exec(line)?.[1];
    const last = blocks.at(-1);
    if (last === undefined || (family !== undefined && family !== last.family)) {
      blocks.push({ family: family ?? '', lines: [line] });
    } else last.lines.push(line);
  }
  return blocks.map(({ lines }) => lines);
}

type Once = (key: string, note: string) => { readonly note?: string };

function noteFor(line: string, once: Once): { readonly note?: string } {
  const [, word, family = '', type = ''] = /^# (HELP|TYPE|UNIT|EOF)(?: (\S+) ?(.*))?$/.exec(line) ?? [];
  if (word === 'HELP') return once('help', 'HELP: what it is, in the words of the application.');
  if (word === 'UNIT') return once('unit', 'UNIT: OpenMetrics repeats the unit of the name here.');
  if (word === 'EOF') return once('eof', 'OpenMetrics ends like this; without it the text is cut off.');
  if (word === 'TYPE') return once(type, TYPES[type]?.(family) ?? `TYPE ${type}.`);
  if (line.startsWith('#')) return {};
  if (/_bucket\{/.test(line) && /le="/.test(line)) {
    return once('bucket', 'A bucket counts everything up to its bound le, so it holds the smaller ones, too.');
  }
  if (/\bquantile="/.test(line))
    return once('quantile', 'A quantile the application worked out; they cannot be averaged.');
  return once('sample', 'A sample: name, labels, value. Prometheus adds job, instance and the time of the scrape.');
}

const TYPES: Readonly<Record<string, (family: string) => string>> = {
  counter: (family) =>
    `A counter only grows, and begins at 0 when its process starts. How fast: rate(${total(family)}[5m])`,
  gauge: (family) => `A gauge goes up and down. Its value now: ${family}`,
  histogram: (family) =>
    `A histogram counts by size. 95 % are below: histogram_quantile(0.95, sum by (le) (rate(${family}_bucket[5m])))`,
  summary: (family) =>
    `A summary has ready quantiles. The average: rate(${family}_sum[5m]) / rate(${family}_count[5m])`,
  untyped: (family) => `The application does not say what it is. Its value now: ${family}`,
  unknown: (family) => `The application does not say what it is. Its value now: ${family}`,
  info: (family) => `Always 1: what it tells is in the labels of ${family}_info.`,
  stateset: () => 'One series for each state; 1 marks those that are on.',
  gaugehistogram: (family) => `Buckets that may shrink. Its quantiles now: histogram_quantile(0.95, ${family}_bucket)`,
};

/** OpenMetrics names the family without `_total`, the older text format with it. */
function total(family: string): string {
  return family.endsWith('_total') ? family : `${family}_total`;
}
