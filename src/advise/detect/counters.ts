import type { Call, Expr, VectorSelector } from '../../promql/ast.ts';
import { isComparison, isSetOperator } from '../../promql/ast.ts';
import { parse } from '../../promql/parse.ts';
import { print, printDuration } from '../../promql/print.ts';
import {
  bare,
  binaries,
  callsOf,
  literal,
  metricOf,
  metricsUnder,
  nodesOf,
  overWindow,
  RATE_FAMILY,
  same,
  spliced,
  unshifted,
  uses,
  windowOf,
} from '../ast-tools.ts';
import type { AdviceContext, Evidence, Found } from '../finding.ts';
import { numberOf } from '../rows.ts';
import { counted, numberText } from '../words.ts';

/** The first row's number of a small question, with the evidence for it; undefined when there is none. */
export async function one(
  context: AdviceContext,
  query: string,
): Promise<{ readonly value: number; readonly evidence: Evidence } | undefined> {
  const rows = await context.ask(query);
  const [row] = rows ?? [];
  if (row === undefined || typeof row.value !== 'number') return undefined;
  return { value: row.value, evidence: { query, timeMs: context.timeMs, rows: [row] } };
}

/** M01: the height of a counter tells when its process started, and little else. */
export async function rawCounter(context: AdviceContext): Promise<Found | undefined> {
  const shown = plainSelector(context.expr);
  return (
    (await heightOf(context, (selector, path) => heightMatters(selector, path, context))) ??
    (await sumOfReadings(context)) ??
    (await heightOf(context, (selector) => selector === shown, 'asked'))
  );
}

/** The selector whose rows are the answer as they stand. Looking at them is no mistake, and no answer to much either. */
function plainSelector(expr: Expr | undefined): VectorSelector | undefined {
  const node = expr === undefined ? undefined : bare(expr);
  return node?.kind === 'vector' ? node : undefined;
}

async function heightOf(
  context: AdviceContext,
  matters: (selector: VectorSelector, path: readonly Expr[]) => boolean,
  voice?: Found['voice'],
): Promise<Found | undefined> {
  for (const { node: selector, path } of nodesOf(context.expr, 'vector')) {
    const name = metricOf(selector);
    if (name === undefined || path.at(-1)?.kind === 'matrix') continue;
    if (!matters(selector, path) || (await context.typeOf(name)) !== 'counter') continue;
    const plain = print(unshifted(selector));
    const total = await one(context, `sum(${plain})`);
    const recent = await one(context, `sum(increase(${plain}[5m]))`);
    if (total === undefined || recent === undefined || total.value <= recent.value * 1.01) continue;
    return {
      sentence: `\`${name}\` is a counter: the ${numberText(Math.round(total.value))} it stands at are everything since the processes started, and only ${numberText(Math.round(recent.value))} of it came in the last 5 minutes. Take \`rate()\` or \`increase()\` of it first.`,
      evidence: [total.evidence, recent.evidence],
      fix: { text: 'Rate the counter first.', query: await allRated(context, matters) },
      ...(voice === undefined ? {} : { voice }),
    };
  }
  return undefined;
}

/** The query with every counter rated whose height is used. */
async function allRated(
  context: AdviceContext,
  matters: (selector: VectorSelector, path: readonly Expr[]) => boolean,
): Promise<string> {
  let query = context.query;
  for (const { node, path } of [...nodesOf(context.expr, 'vector')].reverse()) {
    const raw = path.at(-1)?.kind !== 'matrix' && matters(node, path);
    if (!raw || (await context.typeOf(metricOf(node) ?? '')) !== 'counter') continue;
    query = spliced(query, node.span, `rate(${overWindow(node, '5m')})`);
  }
  return query;
}

/** Calls that ask when, or whether, and not how high. */
const HEIGHTLESS = ['absent', 'timestamp', 'histogram_quantile', 'histogram_fraction', 'label_replace'];

function heightMatters(selector: VectorSelector, path: readonly Expr[], context: AdviceContext): boolean {
  let added = false;
  let below: Expr = selector;
  for (const node of [...path].reverse()) {
    if (node.kind === 'call' && HEIGHTLESS.includes(node.name)) return false;
    if (node.kind === 'subquery') return false;
    if (node.kind === 'aggregation') {
      if (['count', 'group', 'count_values', 'quantile'].includes(node.operator)) return false;
      added = true;
    }
    if (node.kind === 'binary') {
      if (isSetOperator(node.operator) && bare(node.right) === bare(below)) return false;
      if (node.operator === '-' && selfDifference(node.left, node.right)) return false;
      const [left, right] = [literal(node.left), literal(node.right)];
      if (node.operator === '*' && (left === 0 || right === 0)) return false;
      if (isComparison(node.operator) && (left ?? right ?? 0) !== 0) added = true;
      if (node.operator === '/' && left === undefined && right === undefined && bothRaw(node.left, node.right))
        added = true;
    }
    below = node;
  }
  const name = metricOf(selector) ?? '';
  const asked = context.task?.expr;
  const askedRaw = nodesOf(asked, 'vector').some(
    ({ node, path: above }) => metricOf(node) === name && above.at(-1)?.kind !== 'matrix',
  );
  // Where the task itself reads the counter as it stands, its height is no mistake.
  if (askedRaw) return false;
  return added || context.use === 'graph' || metricsUnder(asked, RATE_FAMILY).includes(name);
}

function bothRaw(left: Expr, right: Expr): boolean {
  return [left, right].every((side) => nodesOf(side, 'vector').length > 0 && nodesOf(side, 'matrix').length === 0);
}

function selfDifference(left: Expr, right: Expr): boolean {
  const [a, b] = [bare(left), bare(right)];
  return a.kind === 'vector' && b.kind === 'vector' && same(unshifted(a), unshifted(b));
}

async function sumOfReadings(context: AdviceContext): Promise<Found | undefined> {
  for (const { node } of callsOf(context.expr, ['sum_over_time', 'avg_over_time'])) {
    const window = windowOf(node);
    const name = window === undefined ? undefined : metricOf(window.selector);
    if (window === undefined || name === undefined || (await context.typeOf(name)) !== 'counter') continue;
    const given = await one(context, `sum(${print(node)})`);
    const grown = await one(context, `sum(increase(${print(window)}))`);
    if (given === undefined || grown === undefined || given.value <= grown.value) continue;
    return {
      sentence: `\`${name}\` is a counter, and each of its readings already holds all before it. \`${node.name}()\` over the readings says ${numberText(given.value)}; the counters grew by ${numberText(grown.value)} in this window, says \`increase()\`.`,
      evidence: [given.evidence, grown.evidence],
      fix: { text: 'Ask for the growth.', query: spliced(context.query, node.nameSpan, 'increase') },
    };
  }
  return undefined;
}

/** M02: rate() takes every fall of a gauge for a restart; delta() takes a restart of a counter for a fall. */
export async function wrongTypeForFunction(context: AdviceContext): Promise<Found | undefined> {
  for (const { node } of callsOf(context.expr, [...RATE_FAMILY, 'delta', 'deriv', 'idelta', 'predict_linear'])) {
    const window = windowOf(node);
    const name = window === undefined ? undefined : metricOf(window.selector);
    if (window === undefined || name === undefined) continue;
    const type = await context.typeOf(name);
    const found = RATE_FAMILY.includes(node.name)
      ? await rateOfGauge(context, node, window.selector, name, type === 'gauge')
      : type === 'counter'
        ? await deltaOfCounter(context, node, window.selector, name)
        : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

const FOR_GAUGES: Readonly<Record<string, string>> = { rate: 'deriv', irate: 'deriv', increase: 'delta' };

async function rateOfGauge(
  context: AdviceContext,
  call: Call,
  selector: VectorSelector,
  name: string,
  known: boolean,
): Promise<Found | undefined> {
  if (!known && (await context.typeOf(name)) !== undefined) return undefined;
  const falls = await one(context, `sum(resets(${overWindow(selector, '1h')}))`);
  // Without metadata only a value that falls again and again while its targets are up is surely no counter.
  if (falls === undefined || falls.value < (known ? 1 : 10)) return undefined;
  const better = FOR_GAUGES[call.name] ?? 'delta';
  const answer = await one(context, `sum(${print(call)})`);
  const meant = await one(context, `sum(${better}(${print(call.args[0] ?? selector)}))`);
  const numbers =
    answer === undefined || meant === undefined || Number.isNaN(answer.value) || Number.isNaN(meant.value)
      ? undefined
      : { answer, meant };
  return {
    sentence: `\`${name}\` goes up and down, ${known ? 'it is a gauge' : 'as a gauge does'}: it fell ${numberText(falls.value)} times in the last hour, and \`${call.name}()\` takes every fall for a restart.${numbers === undefined ? '' : ` So the sum is ${numberText(numbers.answer.value)}, where \`${better}()\` says ${numberText(numbers.meant.value)}.`}`,
    evidence: [falls.evidence, ...(numbers === undefined ? [] : [numbers.answer.evidence, numbers.meant.evidence])],
    fix: { text: `\`${better}()\` is made for gauges.`, query: spliced(context.query, call.nameSpan, better) },
  };
}

const FOR_COUNTERS: Readonly<Record<string, string>> = { delta: 'increase', deriv: 'rate', idelta: 'irate' };

async function deltaOfCounter(
  context: AdviceContext,
  call: Call,
  selector: VectorSelector,
  name: string,
): Promise<Found | undefined> {
  const day = await one(context, `sum(resets(${overWindow(selector, '1d')}))`);
  if (day === undefined || day.value === 0) return undefined;
  const lowest = await one(context, `min(${print(call)})`);
  const below = lowest !== undefined && lowest.value < 0 ? lowest : undefined;
  const better = FOR_COUNTERS[call.name];
  return {
    sentence: `\`${name}\` is a counter, and \`${call.name}()\` takes a restart for a fall: ${below === undefined ? `it is wrong by the whole count whenever one lies in the window, and ${numberText(day.value)} did in the last day.` : `here it says ${numberText(below.value)}.`}${better === undefined ? '' : ` \`${better}()\` repairs restarts.`}`,
    evidence: [day.evidence, ...(below === undefined ? [] : [below.evidence])],
    ...(better === undefined
      ? {}
      : {
          fix: { text: `\`${better}()\` is made for counters.`, query: spliced(context.query, call.nameSpan, better) },
        }),
  };
}

/** M03: a sum over instances hides the restart of one of them. */
export async function rateOfSum(context: AdviceContext): Promise<Found | undefined> {
  for (const { node } of callsOf(context.tree, RATE_FAMILY)) {
    const [argument] = node.args;
    if (argument === undefined) continue;
    const inside = argument.kind === 'subquery' ? bare(argument.expr) : undefined;
    if (inside?.kind !== 'aggregation' && !(inside?.kind === 'binary' && inside.operator === '+')) continue;
    const selectors = nodesOf(inside, 'vector').map((placed) => placed.node);
    if (nodesOf(inside, 'matrix').length > 0 || selectors.length === 0) continue;
    const types = await Promise.all(selectors.map((selector) => context.typeOf(metricOf(selector) ?? '')));
    if (!types.every((type) => type === 'counter')) continue;
    return explainRateOfSum(context, node, inside, argument);
  }
  return undefined;
}

async function explainRateOfSum(
  context: AdviceContext,
  call: Call,
  inside: Expr,
  argument: Expr,
): Promise<Found | undefined> {
  if (argument.kind !== 'subquery') return undefined;
  const window = printDuration(argument.range);
  const rated = print(mapSelectors(inside, (selector) => `${call.name}(${overWindow(selector, window)})`) ?? inside);
  const wrong = await one(context, `sum(${print(call)})`);
  const right = await one(context, `sum(${rated})`);
  if (wrong === undefined || right === undefined) return undefined;
  return {
    span: call.span,
    sentence: `The sum is made first and rated afterwards: the restart of one instance then looks like a fall of the whole, and everything the others counted is added again. This way it is ${numberText(wrong.value)}; rated first and summed afterwards, ${numberText(right.value)}.`,
    evidence: [wrong.evidence, right.evidence],
    fix: { text: 'Rate first, then sum.', query: spliced(context.query, call.span, rated) },
  };
}

/** The same by way of a recording rule: what it records is a sum, or a rate already. */
export async function rateOfRecorded(context: AdviceContext): Promise<Found | undefined> {
  for (const { node } of callsOf(context.expr, RATE_FAMILY)) {
    const window = windowOf(node);
    const name = window === undefined ? undefined : metricOf(window.selector);
    if (window === undefined || name === undefined || !name.includes(':')) continue;
    const recorded = (await context.recorded()).get(name);
    const rule = recorded === undefined ? undefined : parseText(recorded);
    if (recorded === undefined || rule === undefined) continue;
    const rated = uses(rule, RATE_FAMILY);
    if (!rated && nodesOf(rule, 'aggregation').length === 0) continue;
    const given = await one(context, `sum(${print(node)})`);
    if (given === undefined) continue;
    return {
      span: node.nameSpan,
      sentence: rated
        ? `\`${name}\` is a rate already, as its rule says: it goes up and down, and \`${node.name}()\` takes every fall for a restart.`
        : `\`${name}\` is recorded as a sum, and a sum hides the restart of one instance: rate the counters first, then add up, and record that.`,
      evidence: [given.evidence],
      facts: [`${name} = ${recorded}`],
    };
  }
  return undefined;
}

/** The expression with every selector replaced by other PromQL; undefined when that does not parse. */
function mapSelectors(expr: Expr, change: (selector: VectorSelector) => string): Expr | undefined {
  const text = print(expr);
  const reparsed = parseText(text);
  if (reparsed === undefined) return undefined;
  const spans = nodesOf(reparsed, 'vector').map(({ node }) => node);
  const changed = [...spans]
    .sort((a, b) => b.span.start - a.span.start)
    .reduce((out, selector) => spliced(out, selector.span, change(selector)), text);
  return parseText(changed);
}

/** M07: increase() is stretched to the edges of the window, so that whole counts become numbers with decimals. */
export async function fractionalIncrease(context: AdviceContext): Promise<Found | undefined> {
  for (const { node } of callsOf(context.expr, ['increase'])) {
    const window = windowOf(node);
    if (window === undefined || (await context.typeOf(metricOf(window.selector) ?? '')) !== 'counter') continue;
    const grown = (await context.ask(print(node))) ?? [];
    const row = grown.find((candidate) => typeof candidate.value === 'number' && candidate.value % 1 !== 0);
    if (row === undefined) continue;
    const last = (await context.ask(print(unshifted(window.selector)))) ?? [];
    if (last.length === 0 || !last.every((candidate) => numberOf(candidate) % 1 === 0)) continue;
    return {
      sentence: `\`increase()\` says ${numberText(numberOf(row))}, though the counter only knows whole numbers: the samples do not lie on the edges of the window, so their growth is stretched to its full length. It is an estimate.`,
      evidence: [
        { query: print(node), timeMs: context.timeMs, rows: [row] },
        { query: print(unshifted(window.selector)), timeMs: context.timeMs, rows: last.slice(0, 1) },
      ],
    };
  }
  return undefined;
}

/** M08: what a series was born with has no sample before it, so it counts for nothing. */
export async function bornInWindow(context: AdviceContext): Promise<Found | undefined> {
  for (const { node } of callsOf(context.expr, RATE_FAMILY)) {
    const window = windowOf(node);
    if (window?.range.ms === undefined) continue;
    const { selector } = window;
    if ((await context.typeOf(metricOf(selector) ?? '')) !== 'counter' || selector.offset !== undefined) continue;
    const length = printDuration(window.range);
    const plain = print(unshifted(selector));
    const query = `(min_over_time(${plain}[${length}]) > 0) unless count_over_time(${plain}[1d] offset ${length})`;
    const [born] = (await context.ask(query)) ?? [];
    if (born === undefined) continue;
    return {
      sentence: `A series was born inside the window \`[${length}]\`, and its first sample already stands at ${numberText(numberOf(born))}. There is none before it to compare with, so that much is not counted. An app should begin such a counter at 0.`,
      evidence: [{ query, timeMs: context.timeMs, rows: [born] }],
    };
  }
  return undefined;
}

/** M09: a difference by hand does not know restarts. */
export async function subtractedByHand(context: AdviceContext): Promise<Found | undefined> {
  for (const { node } of binaries(context.expr, '-')) {
    const [left, right] = [bare(node.left), bare(node.right)];
    if (left.kind !== 'vector' || right.kind !== 'vector' || !selfDifference(left, right)) continue;
    if (right.offset === undefined || left.offset !== undefined) continue;
    const name = metricOf(left) ?? '';
    if ((await context.typeOf(name)) !== 'counter') continue;
    const lowest = await one(context, `min(${print(node)})`);
    const day = await one(context, `sum(resets(${overWindow(left, '1d')}))`);
    if (day === undefined || day.value === 0) continue;
    const below = lowest !== undefined && lowest.value < 0 ? lowest : undefined;
    const window = printDuration(right.offset);
    return {
      sentence: `Subtracted by hand a restart is a fall: ${below === undefined ? `far below zero, as it was ${counted(day.value, 'time')} in the last day.` : `here the difference is ${numberText(below.value)}.`} \`increase(…[${window}])\` adds up the growth and repairs restarts.`,
      evidence: [day.evidence, ...(below === undefined ? [] : [below.evidence])],
      fix: {
        text: 'Let `increase()` subtract.',
        query: spliced(context.query, node.span, `increase(${overWindow(left, window)})`),
      },
    };
  }
  return undefined;
}

/** M10: irate() knows the last two samples and nothing else. */
export async function irateForSlowThings(context: AdviceContext): Promise<Found | undefined> {
  for (const { node, path } of callsOf(context.expr, ['irate'])) {
    const window = windowOf(node);
    if (window === undefined) continue;
    const overTime = path.some((above) => above.kind === 'subquery');
    const interval = await context.intervalMs();
    const skips = context.range !== undefined && interval !== undefined && context.range.stepMs > 2 * interval;
    const wanted = metricsUnder(context.task?.expr, ['rate']).includes(metricOf(window.selector) ?? '');
    if (!overTime && !skips && context.use !== 'alert' && !wanted) continue;
    const spike = await one(context, `sum(${print(node)})`);
    const steady = await one(context, `sum(rate(${print(window)}))`);
    if (spike === undefined || steady === undefined || spike.value === steady.value) continue;
    return {
      sentence: `\`irate()\` looks at the last two samples of the window only, and jumps with each of them: in sum it says ${numberText(spike.value)} now, the average over the window is ${numberText(steady.value)}. \`rate()\` is that average.`,
      evidence: [spike.evidence, steady.evidence],
      fix: { text: '`rate()` for everything slow.', query: spliced(context.query, node.nameSpan, 'rate') },
    };
  }
  return undefined;
}

function parseText(text: string): Expr | undefined {
  const parsed = parse(text);
  return parsed.kind === 'ok' ? parsed.expr : undefined;
}
