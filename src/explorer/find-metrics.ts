import { nearest } from '../lib/nearest.ts';
import type { Metric } from './metrics.ts';

/**
 * The metrics a text may mean, best first. All its words have to be found: in the name, as letters of the name in their
 * order, or in the help text. Where none is found, names that are a typing error away.
 */
export function findMetrics(metrics: readonly Metric[], text: string): readonly Metric[] {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const found = metrics
    .map((metric) => ({ metric, cost: Math.max(...words.map((word) => costOf(metric, word))) }))
    .filter(({ cost }) => cost < MISSING)
    .sort((a, b) => a.cost - b.cost);
  if (found.length > 0) return found.map(({ metric }) => metric);
  const near = nearest(
    text,
    metrics.flatMap(({ name, names }) => [name, ...names]),
  );
  const meant = near.flatMap((each) => metrics.filter((metric) => isNamed(metric, each)));
  return [...new Set(meant)];
}

/** Whether the text is the name of the metric or of its series. */
export function isNamed(metric: Metric, text: string): boolean {
  return metric.name === text || metric.names.includes(text);
}

const MISSING = 9;

function costOf(metric: Metric, word: string): number {
  const name = metric.name.toLowerCase();
  if (isNamed(metric, word) || name === word) return 0;
  if (name.split(/[_:]/).includes(word)) return 1;
  if (name.includes(word)) return 2;
  if (metric.names.some((each) => each.toLowerCase().includes(word))) return 3;
  if (metric.help.toLowerCase().includes(word)) return 4;
  return word.length >= 3 && inOrder(word, name) ? 5 : MISSING;
}

/** `reqtot` stands in `requests_total`; each piece begins a word of the name, so that chance hits stay out. */
function inOrder(word: string, name: string): boolean {
  const reach = (at: number, parts: readonly string[]): boolean => {
    if (at === word.length) return true;
    return parts.some((part, index) => {
      let taken = 0;
      while (at + taken < word.length && word[at + taken] === part[taken]) taken++;
      for (let size = taken; size > 0; size--) if (reach(at + size, parts.slice(index + 1))) return true;
      return false;
    });
  };
  return reach(0, name.split(/[_:]/));
}
