import type { VectorSelector } from '../promql/ast.ts';
import { print, printDuration } from '../promql/print.ts';
import { unshifted } from './ast-tools.ts';
import type { Culprit } from './culprit.ts';
import { spanWords } from './duration-words.ts';
import type { AdviceContext, Evidence } from './finding.ts';
import { numberOf } from './rows.ts';

/** The metric has samples, at another time than the selector looks at: how far from it the nearest ones are. */
export async function explainElsewhen(selector: VectorSelector, context: AdviceContext): Promise<Culprit> {
  const plain = print(unshifted({ ...selector, matchers: [] }));
  const { name, offset, at } = selector;
  if (at !== undefined || (offset !== undefined && offset.ms === undefined)) {
    const sentence = `\`${name}\` has no sample at the moment that \`${at === undefined ? 'offset' : '@'}\` names, but it has at other moments.`;
    return { kind: 'elsewhen', node: selector, sentence, evidence: [], seen: {} };
  }
  const shiftMs = offset?.ms ?? 0;
  const momentMs = context.timeMs - shiftMs;
  const where =
    offset === undefined || shiftMs === 0
      ? 'at this moment'
      : `${spanWords(offset)} ${shiftMs > 0 ? 'earlier' : 'later'}, where \`offset ${printDuration(offset)}\` looks`;
  const before = await nearestSample(`max_over_time(max(timestamp(${plain}))`, momentMs, context);
  if (before !== undefined) {
    const age = (momentMs - before.ms) / 1000;
    return {
      kind: 'elsewhen',
      node: selector,
      sentence: `\`${name}\` has no sample ${where}: its last one is ${lengthText(age)} older. A selector looks back five minutes at most.`,
      evidence: [before.evidence],
      seen: { beforeMs: before.ms },
    };
  }
  const after = await firstAfter(plain, momentMs, context);
  // VictoriaMetrics hides the newest 30 seconds (-search.latencyOffset), so what is there cannot be asked yet.
  if (after !== undefined && after.ms <= momentMs) {
    const sentence = `\`${name}\` has no sample ${where}, though one from ${lengthText((momentMs - after.ms) / 1000)} before is there: this server gives the newest ones a while later. Ask again in a minute.`;
    return { kind: 'elsewhen', node: selector, sentence, evidence: [after.evidence], seen: {} };
  }
  return {
    kind: 'elsewhen',
    node: selector,
    sentence:
      after === undefined
        ? `\`${name}\` has no sample ${where}, but it has at other moments.`
        : `\`${name}\` has no sample ${where}: its samples begin ${lengthText((after.ms - momentMs) / 1000)} later.`,
    evidence: after === undefined ? [] : [after.evidence],
    seen: after === undefined ? {} : { afterMs: after.ms },
  };
}

/** The metric is there and these series of it are not, but were within the last hour. */
export async function endedLately(selector: VectorSelector, context: AdviceContext): Promise<Culprit | undefined> {
  if (selector.at !== undefined || selector.offset !== undefined) return undefined;
  const plain = print(selector);
  const seen = await sampleTime(`max_over_time(max(timestamp(${plain}))[1h:15s])`, context.timeMs, context);
  if (seen === undefined) return undefined;
  const age = (context.timeMs - seen.ms) / 1000;
  return {
    kind: 'elsewhen',
    node: selector,
    sentence: `\`${plain}\` has no sample at this moment: its last one is ${lengthText(age)} older, so the series has ended.`,
    evidence: [seen.evidence],
    seen: { beforeMs: seen.ms },
  };
}

const DAY_MS = 24 * 3_600_000;

type Seen = { readonly ms: number; readonly evidence: Evidence };

/** The last sample before a moment: within an hour to the scrape, within a day to a few minutes. */
async function nearestSample(inner: string, momentMs: number, context: AdviceContext): Promise<Seen | undefined> {
  for (const window of ['[1h:15s]', '[1d:5m]']) {
    const seen = await sampleTime(`${inner}${window})`, momentMs, context);
    if (seen !== undefined && seen.ms <= momentMs) return seen;
  }
  return undefined;
}

/** The first sample within a day after it, or, if the query asks a longer time ago, before the query's own moment. */
async function firstAfter(plain: string, momentMs: number, context: AdviceContext): Promise<Seen | undefined> {
  const shift = context.timeMs - momentMs;
  const [untilMs, window] =
    shift > DAY_MS
      ? [context.timeMs, `${Math.ceil(shift / 1000)}s:${Math.ceil(shift / 500_000)}s`]
      : [momentMs + DAY_MS, '1d:5m'];
  return sampleTime(`min_over_time(min(timestamp(${plain}))[${window}])`, untilMs, context);
}

async function sampleTime(query: string, timeMs: number, context: AdviceContext): Promise<Seen | undefined> {
  const rows = await context.ask(query, timeMs);
  const ms = numberOf(rows?.[0]) * 1000;
  return rows === undefined || Number.isNaN(ms) ? undefined : { ms, evidence: { query, timeMs, rows } };
}

function lengthText(seconds: number): string {
  const [count, unit] =
    seconds < 120
      ? [Math.round(seconds), 'second']
      : seconds < 7200
        ? [Math.round(seconds / 60), 'minute']
        : seconds < 172_800
          ? [Math.round(seconds / 3600), 'hour']
          : [Math.round(seconds / 86_400), 'day'];
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}
