import { formatNumber } from './format.ts';
import { paint, type Style } from './style.ts';
import { wrapText } from './text.ts';

/** What `stats=true` brought, in words: samples read, most in memory, time. Says so when the server tells nothing. */
export function renderStats(envelope: unknown, style: Style): string {
  const stats = field(field(envelope, 'data'), 'stats');
  const samples = field(stats, 'samples');
  const facts = [
    told(field(samples, 'totalQueryableSamples'), (count) => `${formatNumber(count)} samples read`),
    told(field(samples, 'peakSamples'), (count) => `at most ${formatNumber(count)} at a time in memory`),
    told(
      field(field(stats, 'timings'), 'execTotalTime'),
      (seconds) => `${formatNumber(seconds * 1000)} ms in the server`,
    ),
    told(field(stats, 'seriesFetched'), (count) => `${formatNumber(count)} series fetched`),
  ].filter((fact) => fact !== undefined);
  const text = facts.length === 0 ? 'the server tells no statistics' : facts.join(', ');
  return wrapText(`stats: ${text}`, style.width, '  ')
    .map((line) => paint(style, 'dim', line))
    .join('\n');
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;
}

function told(value: unknown, words: (number: number) => string): string | undefined {
  const number = typeof value === 'string' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? words(number) : undefined;
}
