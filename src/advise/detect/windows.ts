import type { VectorSelector } from '../../promql/ast.ts';
import { print, printDuration } from '../../promql/print.ts';
import { bare, callsOf, metricOf, NEED_TWO, nodesOf, same, spliced, windowOf } from '../ast-tools.ts';
import type { AdviceContext, Evidence, Found } from '../finding.ts';
import { numberOf } from '../rows.ts';
import { spacingOf } from '../spacing.ts';
import { counted, numberText } from '../words.ts';
import { one } from './counters.ts';

/** M05: a list of samples where one value is wanted. */
export async function rangeAsResult(context: AdviceContext): Promise<Found | undefined> {
  const root = context.expr === undefined ? undefined : bare(context.expr);
  const wanted = context.task?.compared[0]?.reference.kind;
  if (root?.kind !== 'matrix' && root?.kind !== 'subquery') return undefined;
  if (context.use !== 'graph' && (wanted === undefined || wanted === 'matrix')) return undefined;
  const query = `max(count_over_time(${print(root)}))`;
  const most = await one(context, query);
  if (most === undefined) return undefined;
  const counter = root.kind === 'matrix' && (await context.typeOf(metricOf(root.selector) ?? '')) === 'counter';
  return {
    sentence: `\`[…]\` gives every sample of the window, ${counted(most.value, 'sample')} in each row, and no single value. ${counter ? '`rate()` makes one of them; for the value of now leave the window out.' : 'For the value of now leave the window out; along time there is `avg_over_time()`.'}`,
    evidence: [most.evidence],
    ...(root.kind === 'matrix' ? { fix: { text: 'The value of now.', query: print(root.selector) } } : {}),
  };
}

/** M06: fewer than two samples in the window, at this moment or at another a few seconds later. */
export async function windowTooShort(context: AdviceContext): Promise<Found | undefined> {
  const culprit = (await context.culprits()).find(({ kind }) => kind === 'window');
  if (culprit?.node.kind === 'matrix') {
    const { range, selector } = culprit.node;
    const { span } = range;
    const spacing = await spacingOf(selector, context);
    return {
      sentence: culprit.sentence,
      evidence: culprit.evidence,
      span,
      fix: {
        text: 'Four scrape intervals or more.',
        query: spliced(context.query, span, await roomy(context, spacing?.ms)),
      },
      voice: 'first',
    };
  }
  for (const { node } of callsOf(context.expr, NEED_TWO)) {
    const window = windowOf(node);
    const ms = window?.range.ms;
    if (window === undefined || ms === undefined) continue;
    const interval = (await context.intervalMs()) ?? (await countedMs(context, window.selector, ms));
    if (interval === undefined || ms >= 2 * interval) continue;
    const found = await flickering(context, print(node), interval);
    if (found === undefined) continue;
    const text = context.query.slice(window.range.span.start, window.range.span.end);
    return {
      span: window.range.span,
      sentence: `The window \`[${text}]\` is shorter than two scrape intervals of ${numberText(interval / 1000)} seconds: sometimes it holds one sample only, and rows come and go. Now there are ${found.counts[0]}, a few seconds earlier ${found.counts[1]}.`,
      evidence: found.evidence,
      fix: {
        text: 'Four scrape intervals or more.',
        query: spliced(context.query, window.range.span, await roomy(context, interval)),
      },
    };
  }
  return undefined;
}

/** For windows that could be too short for somebody. */
async function countedMs(
  context: AdviceContext,
  selector: VectorSelector,
  windowMs: number,
): Promise<number | undefined> {
  return windowMs > 120_000 ? undefined : (await spacingOf(selector, context))?.ms;
}

async function roomy(context: AdviceContext, spacingMs = 15_000): Promise<string> {
  const interval = (await context.intervalMs()) ?? spacingMs;
  const [wanted] = nodesOf(context.task?.expr, 'matrix');
  if (wanted !== undefined) return printDuration(wanted.node.range);
  return interval <= 16_000 ? '1m' : interval <= 60_000 ? '5m' : `${Math.ceil((4 * interval) / 60_000)}m`;
}

/** Counts the rows at four phases of the scrape interval; the first two counts that differ. */
async function flickering(
  context: AdviceContext,
  query: string,
  interval: number,
): Promise<{ readonly counts: readonly [number, number]; readonly evidence: readonly Evidence[] } | undefined> {
  const counting = `count(${query}) or vector(0)`;
  const seen: { readonly count: number; readonly evidence: Evidence }[] = [];
  for (const phase of [0, 1, 2, 3]) {
    const timeMs = context.timeMs - Math.round((phase * interval) / 4);
    const rows = await context.ask(counting, timeMs);
    if (rows?.[0] === undefined) return undefined;
    seen.push({ count: numberOf(rows[0]), evidence: { query: counting, timeMs, rows: rows.slice(0, 1) } });
  }
  const [now] = seen;
  const other = seen.find(({ count }) => count !== now?.count);
  if (now === undefined || other === undefined) return undefined;
  return { counts: [now.count, other.count], evidence: [now.evidence, other.evidence] };
}

/** M39: how often a subquery looks. */
export async function subqueryResolution(context: AdviceContext): Promise<Found | undefined> {
  const interval = await context.intervalMs();
  const [asked] = nodesOf(context.task?.expr, 'subquery');
  for (const { node } of nodesOf(context.expr, 'subquery')) {
    const points = await one(context, `max(count_over_time(${print(node)}))`);
    const range = node.range.ms;
    if (points === undefined || range === undefined) continue;
    const other =
      asked !== undefined &&
      same(asked.node.expr, node.expr) &&
      asked.node.range.ms === range &&
      asked.node.step?.ms !== node.step?.ms;
    const coarse = interval !== undefined && range / points.value > 4 * interval;
    if (!other && !coarse) continue;
    const written =
      node.step === undefined
        ? 'without a step of its own, at the default step'
        : `every \`${printDuration(node.step)}\``;
    return {
      voice: other ? 'first' : 'asked',
      sentence: `This subquery looks ${written}: ${counted(points.value, 'time')} in \`${printDuration(node.range)}\`.${interval === undefined ? '' : ` What lies between is not seen, and a scrape comes every ${numberText(interval / 1000)} seconds.`}`,
      evidence: [points.evidence],
      ...(interval === undefined
        ? {}
        : {
            fix: {
              text: 'Look at every scrape.',
              query: spliced(context.query, node.span, print({ ...node, step: stepOf(interval) })),
            },
          }),
    };
  }
  return undefined;
}

function stepOf(ms: number) {
  const span = { start: 0, end: 0 };
  return { ms, expr: { kind: 'duration-literal', span, seconds: ms / 1000, units: true }, span } as const;
}

/** M29: a graph is the same query asked again and again. */
export function graphAndTable(context: AdviceContext): Found | undefined {
  const { range, expr } = context;
  if (range === undefined || expr === undefined) return undefined;
  const ranked = nodesOf(expr, 'aggregation').find(
    ({ node }) => node.operator === 'topk' || node.operator === 'bottomk',
  );
  if (ranked !== undefined) {
    const k = ranked.node.parameter?.kind === 'number' ? ranked.node.parameter.value : undefined;
    if (k !== undefined && context.rows.length > k) {
      return {
        sentence: `\`${ranked.node.operator}(${numberText(k)}, …)\` chooses at every step anew, so the graph shows ${numberText(context.rows.length)} lines and not ${numberText(k)}. In a table, at one moment, there are ${numberText(k)}.`,
        evidence: [],
        facts: [`lines: ${numberText(context.rows.length)}`],
      };
    }
  }
  const sorted = callsOf(expr, ['sort', 'sort_desc', 'sort_by_label', 'sort_by_label_desc'])[0];
  if (sorted !== undefined) {
    return {
      sentence: `\`${sorted.node.name}()\` has no effect in a graph: its lines are in the order of their labels.`,
      evidence: [],
      facts: [`points: one every ${numberText(range.stepMs / 1000)} s`],
    };
  }
  const short = nodesOf(expr, 'matrix').find(({ node }) => node.range.ms !== undefined && node.range.ms < range.stepMs);
  if (short?.node.range.ms === undefined) return undefined;
  const seen = Math.round((100 * short.node.range.ms) / range.stepMs);
  return {
    sentence: `The step is ${numberText(range.stepMs / 1000)} seconds and the window \`[${printDuration(short.node.range)}]\`: each point sees its own window only, ${seen} % of the time, and what happened in between is nowhere. Take a window as long as the step.`,
    evidence: [],
    facts: [`step: ${numberText(range.stepMs / 1000)} s, window: ${numberText(short.node.range.ms / 1000)} s`],
  };
}
