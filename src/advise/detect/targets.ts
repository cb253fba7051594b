import { compileMatcher } from '../../promql/matcher.ts';
import type { Target } from '../../source/source.ts';
import { callsOf, NEED_TWO, nodesOf, windowOf } from '../ast-tools.ts';
import type { AdviceContext, Found } from '../finding.ts';
import { numberOf, valuesOfLabel } from '../rows.ts';
import { explainLastError } from '../scrape-errors.ts';
import { labelText, numberText } from '../words.ts';

/** M30: a target is down, and Prometheus says why. */
export async function targetDown(context: AdviceContext): Promise<Found | undefined> {
  for (const target of await downTargets(context)) {
    const { kind, sentence, advice } = explainLastError(target.lastError, target.scrapeUrl, 'unknown');
    if (kind === 'other' || isPage(kind, target)) continue;
    const found = await downEvidence(context, target);
    if (found === undefined) continue;
    return {
      sentence: `The target \`${target.labels.instance ?? target.scrapeUrl}\` is down: ${lowerFirst(sentence)} ${advice}`,
      evidence: found,
      facts: [target.lastError],
      voice: context.rows.length === 0 ? 'empty' : 'asked',
    };
  }
  return undefined;
}

/** M40: what is scraped is a web page. */
export async function scrapedHtml(context: AdviceContext): Promise<Found | undefined> {
  const target = (await downTargets(context)).find((each) =>
    isPage(explainLastError(each.lastError, each.scrapeUrl, 'unknown').kind, each),
  );
  const evidence = target === undefined ? undefined : await downEvidence(context, target);
  if (target === undefined || evidence === undefined) return undefined;
  return {
    sentence: `\`${target.scrapeUrl}\` gives a web page, not metrics: look at \`metrics_path\` and the port of that job.`,
    evidence,
    facts: [target.lastError],
    voice: context.rows.length === 0 ? 'empty' : 'asked',
  };
}

function isPage(kind: string, { lastError }: Target): boolean {
  return kind === 'html' || (kind === 'content-type' && lastError.includes('"text/html'));
}

function lowerFirst(sentence: string): string {
  return sentence.replace(/^(Nothing|The|No)\b/, (word) => word.toLowerCase());
}

/** Targets that are down and could have a part in the answer. A query that is refused is refused for its text. */
async function downTargets(context: AdviceContext): Promise<readonly Target[]> {
  if (context.error !== undefined) return [];
  const down = (await context.targets()).filter(({ health, lastError }) => health === 'down' && lastError !== '');
  return down.filter(({ labels }) => concerns(context, labels));
}

/** Whether a selector could mean series of a target, and the rows, where they tell jobs, are of its job. */
function concerns({ expr, rows }: AdviceContext, labels: Target['labels']): boolean {
  const jobs = valuesOfLabel(rows, 'job');
  if (labels.job !== undefined && jobs.length > 0 && !jobs.includes(labels.job)) return false;
  return nodesOf(expr, 'vector').some(({ node }) =>
    node.matchers.every((matcher) => {
      const value = labels[matcher.name];
      return value === undefined || compileMatcher(matcher).matches(value);
    }),
  );
}

async function downEvidence(context: AdviceContext, target: Target): Promise<Found['evidence'] | undefined> {
  const { job, instance } = target.labels;
  if (job === undefined || instance === undefined) return undefined;
  const query = `up${labelText({ job, instance })}`;
  const rows = (await context.ask(query)) ?? [];
  return numberOf(rows[0]) === 0 ? [{ query, timeMs: context.timeMs, rows: rows.slice(0, 1) }] : undefined;
}

const SKEW_SECONDS = 30;

/** M31: the server's clock and this machine's tell different times. */
export async function clockSkew(context: AdviceContext): Promise<Found | undefined> {
  if (context.clockMs === undefined || context.error !== undefined) return undefined;
  const newest = await context.ask('max(timestamp(up))');
  const [row] = newest ?? [];
  if (row === undefined) return undefined;
  const ahead = numberOf(row) - context.clockMs / 1000;
  const behind = -ahead - ((await context.intervalMs()) ?? 60_000) / 1000;
  if (ahead <= SKEW_SECONDS && behind <= SKEW_SECONDS) return undefined;
  const by = Math.round(ahead > 0 ? ahead : -ahead);
  return {
    sentence: `The newest sample of the server is ${numberText(by)} seconds ${ahead > 0 ? 'ahead of' : 'behind'} this machine's clock: one of the two clocks is wrong, or nothing is scraped. A query for "now" then looks at the wrong time.`,
    evidence: [{ query: 'max(timestamp(up))', timeMs: context.timeMs, rows: [row] }],
  };
}

/** M35: without a setting Prometheus scrapes once a minute; 15 seconds is only what the sample configuration says. */
export async function defaultInterval(context: AdviceContext): Promise<Found | undefined> {
  const slow = (await context.targets()).filter(({ scrapeIntervalMs }) => scrapeIntervalMs === 60_000);
  if (slow.length === 0) return undefined;
  for (const { node } of callsOf(context.expr, NEED_TWO)) {
    const window = windowOf(node);
    if (window?.range.ms === undefined || window.range.ms >= 120_000) continue;
    const query = 'max(count_over_time(up[5m]))';
    const rows = (await context.ask(query)) ?? [];
    if (rows.length === 0 || numberOf(rows[0]) > 6) continue;
    return {
      sentence: `These targets are scraped once a minute, which is Prometheus' default: there are ${numberText(numberOf(rows[0]))} samples in 5 minutes. A window needs two of them, better four; the 15 seconds of many examples have to be set with \`scrape_interval\`.`,
      evidence: [{ query, timeMs: context.timeMs, rows: rows.slice(0, 1) }],
      voice: 'first',
    };
  }
  return undefined;
}

const MANY_ROWS = 100;

/** M36: a label with as many values as there are rows. */
export async function unboundedLabel(context: AdviceContext): Promise<Found | undefined> {
  const { rows } = context;
  if (rows.length < MANY_ROWS || context.expr === undefined) return undefined;
  const names = new Set(rows.flatMap(({ labels }) => Object.keys(labels)));
  for (const name of names) {
    const values = valuesOfLabel(rows, name).length;
    if (name === 'instance' || values < MANY_ROWS || values < rows.length / 2) continue;
    const query = `count(group by (${name}) (${context.query}))`;
    const counted = (await context.ask(query)) ?? [];
    if (counted[0] === undefined) continue;
    return {
      sentence: `\`${name}\` has ${numberText(numberOf(counted[0]))} values in ${numberText(rows.length)} rows. Every value is a series of its own; a label without a bound, such as a user or a request, fills the memory of Prometheus.`,
      evidence: [{ query, timeMs: context.timeMs, rows: counted.slice(0, 1) }],
    };
  }
  return undefined;
}
