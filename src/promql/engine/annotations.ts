import { formatG } from '../maths/go-float.ts';
import { formatPosition, type Span } from '../span.ts';
import { quote } from '../syntax/quote.ts';

/** Warnings and infos of one query. The same sentence is kept once, with the place it was seen last. */
export class Annotations {
  private readonly entries = new Map<string, Annotation>();

  warn(message: string, span: Span): void {
    this.entries.set(`warning ${message}`, { level: 'warning', message, span });
  }

  info(message: string, span: Span): void {
    this.entries.set(`info ${message}`, { level: 'info', message, span });
  }

  /** Buckets of a classic histogram went down; how far, over the whole query. */
  forcedMonotonicity(metric: string, span: Span, ms: number, forced: ForcedBuckets): void {
    const message = withMetricName(
      'input to histogram_quantile needed to be fixed for monotonicity ' +
        '(see https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile)',
      metric,
    );
    const known = this.entries.get(`info ${message}`)?.forced;
    const merged =
      known === undefined
        ? { ...forced, count: 1, firstMs: ms, lastMs: ms }
        : {
            lowest: Math.min(known.lowest, forced.lowest),
            highest: Math.max(known.highest, forced.highest),
            largestDrop: Math.max(known.largestDrop, forced.largestDrop),
            count: known.count + 1,
            firstMs: Math.min(known.firstMs, ms),
            lastMs: Math.max(known.lastMs, ms),
          };
    this.entries.set(`info ${message}`, { level: 'info', message, span, forced: merged });
  }

  /** The sentences as the API gives them, with `(line:column)` in the text of the query. */
  render(query: string): { readonly warnings: readonly string[]; readonly infos: readonly string[] } {
    const all = [...this.entries.values()];
    const of = (level: Annotation['level']): readonly string[] =>
      all.filter((entry) => entry.level === level).map((entry) => renderAnnotation(entry, query));
    return { warnings: of('warning'), infos: of('info') };
  }
}

/** Upper bounds of the lowest and the highest bucket that had to be lifted, and the largest difference. */
export type ForcedBuckets = { readonly lowest: number; readonly highest: number; readonly largestDrop: number };

type Annotation = {
  readonly level: 'warning' | 'info';
  readonly message: string;
  readonly span: Span;
  readonly forced?: ForcedBuckets & { readonly count: number; readonly firstMs: number; readonly lastMs: number };
};

/** `… for metric name "x"`, unless the name is not known any more. */
export function withMetricName(message: string, metric: string): string {
  return metric === '' ? message : `${message} for metric name ${quote(metric)}`;
}

function renderAnnotation({ level, message, span, forced }: Annotation, query: string): string {
  const details =
    forced === undefined
      ? ''
      : `, from buckets ${formatG(forced.lowest)} to ${formatG(forced.highest)}` +
        `, with a max diff of ${formatG(forced.largestDrop, 2)}, over ${forced.count} samples` +
        ` from ${rfc3339(forced.firstMs)} to ${rfc3339(forced.lastMs)}`;
  return `PromQL ${level}: ${message}${details} (${formatPosition(query, span.start)})`;
}

function rfc3339(ms: number): string {
  return new Date(Math.trunc(ms / 1000) * 1000).toISOString().replace('.000Z', 'Z');
}
