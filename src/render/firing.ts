import type { Labels } from '../model/labels.ts';
import { safe } from './safe.ts';

/** One sentence that names the alerts that fire, each with how often; undefined when none does. */
export function firingText(alerts: readonly { readonly labels: Labels; readonly state: string }[]): string | undefined {
  const counts = new Map<string, number>();
  for (const { labels, state } of alerts) {
    if (state !== 'firing') continue;
    const name = labels.alertname ?? 'an alert without a name';
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  if (counts.size === 0) return undefined;
  const names = [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
  const list = names.map(([name, count]) => `${safe(name)}${count === 1 ? '' : ` (${count} times)`}`);
  return `Firing: ${list.join(', ')}. To look closer: prom-tutor query ALERTS`;
}
