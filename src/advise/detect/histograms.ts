import type { Call, Expr } from '../../promql/ast.ts';
import { print } from '../../promql/print.ts';
import {
  bare,
  callsOf,
  keepsLabel,
  literal,
  metricOf,
  nodesOf,
  overWindow,
  RATE_FAMILY,
  spliced,
  uses,
} from '../ast-tools.ts';
import type { AdviceContext, Found } from '../finding.ts';
import { numberOf, type Row, valuesOfLabel } from '../rows.ts';
import { labelText, listedCode, numberText } from '../words.ts';
import { one } from './counters.ts';

const QUANTILES = ['histogram_quantile'];

/** M11: the bounds of the buckets were aggregated away, so no quantile comes out. */
export async function leAggregatedAway(context: AdviceContext): Promise<Found | undefined> {
  for (const { node: call } of callsOf(context.expr, QUANTILES)) {
    const lost = call.args
      .slice(1)
      .flatMap((arg) => nodesOf(arg, 'aggregation'))
      .find(({ node }) => !keepsLabel(node, 'le'));
    const buckets = lost === undefined ? [] : nodesOf(lost.node.expr, 'vector').map(({ node }) => metricOf(node) ?? '');
    if (lost === undefined || !buckets.some((name) => name.endsWith('_bucket'))) continue;
    const { node } = lost;
    const rows = await context.ask(print(call));
    const inside = await context.ask(print(node));
    if (rows === undefined || rows.length > 0 || inside === undefined || inside.length === 0) continue;
    const grouping = node.without ? node.grouping.filter((name) => name !== 'le') : [...node.grouping, 'le'];
    const { modifierSpan: _, ...plain } = node;
    return {
      span: node.modifierSpan ?? node.operatorSpan,
      sentence: `\`histogram_quantile()\` needs the label \`le\`, the bounds of the buckets, and \`${node.operator}${node.without ? ' without' : node.grouping.length > 0 ? ' by' : ''}\` has dropped it: nothing comes out. Keep it: \`${node.without ? 'without' : 'by'} (${grouping.join(', ')})\`.`,
      evidence: [{ query: print(node), timeMs: context.timeMs, rows: inside.slice(0, 2) }],
      fix: { text: 'Keep `le`.', query: spliced(context.query, node.span, print({ ...plain, grouping })) },
    };
  }
  return undefined;
}

/** M12: quantiles of all time, of a metric without buckets, of 99 instead of 0.99, or of series instead of requests. */
export async function badQuantile(context: AdviceContext): Promise<Found | undefined> {
  return (
    (await quantileBeyondOne(context)) ??
    (await quantileOfSeries(context)) ??
    (await quantileWithoutBuckets(context)) ??
    (await quantileOfAllTime(context)) ??
    noBounds(context)
  );
}

async function noBounds(context: AdviceContext): Promise<Found | undefined> {
  const culprit = (await context.culprits()).find(({ kind }) => kind === 'buckets');
  return culprit === undefined ? undefined : { sentence: culprit.sentence, evidence: culprit.evidence };
}

async function quantileBeyondOne(context: AdviceContext): Promise<Found | undefined> {
  const quantiles = [
    ...callsOf(context.expr, [...QUANTILES, 'quantile_over_time']).map(({ node }) => node.args[0]),
    ...nodesOf(context.expr, 'aggregation').map(({ node }) =>
      node.operator === 'quantile' ? node.parameter : undefined,
    ),
  ];
  for (const written of quantiles) {
    const phi = written === undefined ? undefined : literal(written);
    if (written === undefined || phi === undefined || (phi >= 0 && phi <= 1)) continue;
    const infinite = context.rows.filter(
      ({ value }) => value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY,
    );
    if (infinite.length === 0) continue;
    const share = phi > 1 && phi <= 100 ? phi / 100 : undefined;
    return {
      sentence: `A quantile goes from 0 to 1, and beyond it everything is \`${numberText(numberOf(infinite[0]))}\`.${share === undefined ? '' : ` For ${numberText(phi)} % write \`${numberText(share)}\`.`}`,
      evidence: [{ query: context.query, timeMs: context.timeMs, rows: infinite.slice(0, 2) }],
      ...(share === undefined
        ? {}
        : { fix: { text: 'Write it as a share.', query: spliced(context.query, written.span, numberText(share)) } }),
    };
  }
  return undefined;
}

async function quantileOfSeries(context: AdviceContext): Promise<Found | undefined> {
  for (const { node } of nodesOf(context.expr, 'aggregation')) {
    const bucket = nodesOf(node.expr, 'vector').find((placed) => metricOf(placed.node)?.endsWith('_bucket'));
    if (
      node.operator !== 'quantile' ||
      bucket === undefined ||
      nodesOf(node.expr, 'call').some(({ node: call }) => QUANTILES.includes(call.name))
    )
      continue;
    const query = `count(${print(node.expr)})`;
    const series = await one(context, query);
    if (series === undefined) continue;
    return {
      sentence: `\`quantile()\` ranks series by their value: here it picks one of ${numberText(series.value)} bucket counters. How long requests take is what \`histogram_quantile()\` reads out of the buckets.`,
      evidence: [series.evidence],
    };
  }
  return undefined;
}

async function quantileWithoutBuckets(context: AdviceContext): Promise<Found | undefined> {
  for (const { node: call } of callsOf(context.expr, QUANTILES)) {
    const placed = call.args.slice(1).flatMap((arg) => nodesOf(arg, 'vector'))[0];
    const name = placed === undefined ? undefined : metricOf(placed.node);
    if (placed === undefined || name === undefined || name.endsWith('_bucket') || placed.node.name === '') continue;
    const rows = await context.ask(print(call));
    if (rows === undefined || rows.length > 0) continue;
    const family = `${name.replace(/_(?:count|sum)$/, '')}_bucket`;
    const there = await one(context, `count(${family})`);
    if (there === undefined) continue;
    const span = { start: placed.node.span.start, end: placed.node.span.start + placed.node.name.length };
    return {
      sentence: `\`${name}\` has no buckets: the label \`le\` is on \`${family}\` only, in ${numberText(there.value)} series.`,
      evidence: [there.evidence],
      fix: { text: 'Take the buckets.', query: spliced(context.query, span, family) },
    };
  }
  return undefined;
}

async function quantileOfAllTime(context: AdviceContext): Promise<Found | undefined> {
  for (const { node: call } of callsOf(context.expr, QUANTILES)) {
    const [, buckets] = call.args;
    const selector = buckets === undefined ? undefined : nodesOf(buckets, 'vector')[0]?.node;
    if (buckets === undefined || selector === undefined || !metricOf(selector)?.endsWith('_bucket')) continue;
    if (nodesOf(buckets, 'matrix').length > 0) continue;
    const phi = literal(call.args[0] ?? call);
    if (phi === undefined) continue;
    const rated = print(call).replace(print(selector), `rate(${overWindow(selector, '5m')})`);
    const [all, recent] = [await context.ask(print(call)), await context.ask(rated)];
    const pair = differing(all ?? [], recent ?? []);
    if (pair === undefined) continue;
    return {
      sentence: `Buckets are counters, and without \`rate()\` this is the quantile of everything since the processes started: ${numberText(numberOf(pair[0]))}, where the last 5 minutes have ${numberText(numberOf(pair[1]))}.`,
      evidence: [
        { query: print(call), timeMs: context.timeMs, rows: [pair[0]] },
        { query: rated, timeMs: context.timeMs, rows: [pair[1]] },
      ],
      fix: {
        text: 'Rate the buckets.',
        query: spliced(context.query, selector.span, `rate(${overWindow(selector, '5m')})`),
      },
    };
  }
  return undefined;
}

/** The first row of the same labels whose number is another. */
export function differing(rows: readonly Row[], others: readonly Row[]): readonly [Row, Row] | undefined {
  for (const row of rows) {
    const other = others.find(({ labels }) => labelText(labels) === labelText(row.labels));
    if (other === undefined || Number.isNaN(numberOf(row)) || Number.isNaN(numberOf(other))) continue;
    if (Math.abs(numberOf(row) - numberOf(other)) > 1e-9 * Math.abs(numberOf(row))) return [row, other];
  }
  return undefined;
}

/** M13: no observation in the window, so there is no percentile. */
export async function idleQuantile(context: AdviceContext): Promise<Found | undefined> {
  for (const { node: call } of callsOf(context.expr, QUANTILES)) {
    const [, buckets] = call.args;
    const nan = ((await context.ask(print(call))) ?? []).filter(({ value }) => Number.isNaN(value));
    if (buckets === undefined || nan.length === 0) continue;
    const inside = (await context.ask(print(buckets))) ?? [];
    const idle = nan.find((row) => {
      const own = inside.filter(({ labels }) => labels.le !== undefined && isPart(row.labels, labels));
      return own.length > 0 && own.every((bucket) => numberOf(bucket) === 0);
    });
    if (idle === undefined) continue;
    const all = inside.filter(({ labels }) => labels.le === '+Inf' && isPart(idle.labels, labels));
    return {
      sentence: `\`${labelText(idle.labels)}\` is NaN because nothing was observed there in the window: its buckets grew by 0. NaN is no answer, not a duration of 0.`,
      evidence: [
        { query: print(call), timeMs: context.timeMs, rows: [idle] },
        { query: print(buckets), timeMs: context.timeMs, rows: all.slice(0, 1) },
      ],
    };
  }
  return undefined;
}

function isPart(part: Row['labels'], whole: Row['labels']): boolean {
  return Object.entries(part).every(([name, value]) => whole[name] === value);
}

/** M14: the value is the bound of the last finite bucket, not a measurement. */
export async function quantileAtBound(context: AdviceContext): Promise<Found | undefined> {
  for (const { node: call } of callsOf(context.expr, QUANTILES)) {
    const [, buckets] = call.args;
    const rows = (await context.ask(print(call))) ?? [];
    const inside = buckets === undefined ? [] : ((await context.ask(print(buckets))) ?? []);
    const bounds = valuesOfLabel(inside, 'le').map(Number).filter(Number.isFinite);
    const last = Math.max(...bounds);
    const row = rows.find(({ value }) => value === last);
    if (buckets === undefined || row === undefined) continue;
    const beyond = inside.filter(
      ({ labels }) => isPart(row.labels, labels) && [last, Number.POSITIVE_INFINITY].includes(Number(labels.le)),
    );
    return {
      sentence: `${numberText(last)} is the bound of the last finite bucket. More requests than the quantile allows lie beyond it, and how far beyond no bucket tells: read it as "${numberText(last)} or more".`,
      evidence: [
        { query: print(call), timeMs: context.timeMs, rows: [row] },
        { query: print(buckets), timeMs: context.timeMs, rows: beyond.slice(0, 2) },
      ],
    };
  }
  return undefined;
}

/** M15: percentiles and averages cannot be averaged. */
export async function averagedPercentiles(context: AdviceContext): Promise<Found | undefined> {
  const asked = context.task?.expr;
  for (const { node } of nodesOf(context.expr, 'aggregation')) {
    const { operator } = node;
    const worst = operator === 'max' || operator === 'min';
    if (operator !== 'avg' && operator !== 'sum' && !(worst && asked !== undefined && !uses(asked, [operator])))
      continue;
    const inner = bare(node.expr);
    const call = inner.kind === 'call' && QUANTILES.includes(inner.name) ? inner : undefined;
    if (call !== undefined) {
      const merged = mergedQuantile(node, call);
      const [given, true_] = [await context.ask(print(node)), await context.ask(merged)];
      const pair = differing(given ?? [], true_ ?? []) ?? nanPair(given ?? [], true_ ?? []);
      if (pair === undefined) continue;
      return {
        sentence: `Percentiles cannot be ${operator === 'avg' ? 'averaged' : operator === 'sum' ? 'added' : 'merged by the largest or smallest'}: this says ${numberText(numberOf(pair[0]))}, and the percentile of all these requests, from merged buckets, is ${numberText(numberOf(pair[1]))}. Sum the buckets, inside.`,
        evidence: [
          { query: print(node), timeMs: context.timeMs, rows: [pair[0]] },
          { query: merged, timeMs: context.timeMs, rows: [pair[1]] },
        ],
        fix: { text: 'Merge the buckets first.', query: spliced(context.query, node.span, merged) },
      };
    }
    const found = (await averagedSummary(context, node)) ?? (await averagedRatio(context, node));
    if (found !== undefined) return found;
  }
  return undefined;
}

function nanPair(rows: readonly Row[], others: readonly Row[]): readonly [Row, Row] | undefined {
  const [row] = rows.filter(({ value }) => Number.isNaN(value));
  const other =
    row === undefined ? undefined : others.find(({ labels }) => labelText(labels) === labelText(row.labels));
  return row === undefined || other === undefined || Number.isNaN(numberOf(other)) ? undefined : [row, other];
}

type Aggregated = Extract<Expr, { kind: 'aggregation' }>;

/** The quantile of buckets that are summed to the labels which the outer aggregation keeps, and `le`. */
function mergedQuantile(outer: Aggregated, call: Call): string {
  const [phi, buckets] = call.args;
  const inner = buckets === undefined ? undefined : bare(buckets);
  const raw = inner?.kind === 'aggregation' ? inner.expr : inner;
  const grouping = outer.without ? outer.grouping : [...outer.grouping, 'le'];
  const by = `${outer.without ? 'without' : 'by'} (${grouping.join(', ')})`;
  return `histogram_quantile(${phi === undefined ? '' : print(phi)}, sum ${by} (${raw === undefined ? '' : print(raw)}))`;
}

async function averagedSummary(context: AdviceContext, node: Aggregated): Promise<Found | undefined> {
  const inner = bare(node.expr);
  const name = inner.kind === 'vector' ? metricOf(inner) : undefined;
  if (inner.kind !== 'vector' || name === undefined) return undefined;
  const rows = await context.ask(print(inner));
  const quantiles = valuesOfLabel(rows ?? [], 'quantile');
  const type = await context.typeOf(name);
  const known =
    type === 'summary' ||
    (type === undefined && quantiles.length > 0 && quantiles.every((text) => Number(text) >= 0 && Number(text) <= 1));
  if (
    rows === undefined ||
    quantiles.length === 0 ||
    rows.length < 2 ||
    !known ||
    node.operator === 'max' ||
    node.operator === 'min'
  )
    return undefined;
  return {
    sentence: `\`${name}\` holds quantiles that each instance computed for itself (${listedCode(quantiles)}). There is no right way to merge them: their ${node.operator} is no percentile.`,
    evidence: [{ query: print(inner), timeMs: context.timeMs, rows: rows.slice(0, 2) }],
  };
}

/** avg(a / b): every row counts the same, however little traffic it has. */
async function averagedRatio(context: AdviceContext, node: Aggregated): Promise<Found | undefined> {
  const ratio = bare(node.expr);
  if (node.operator !== 'avg' || ratio.kind !== 'binary' || ratio.operator !== '/') return undefined;
  if (literal(ratio.left) !== undefined || literal(ratio.right) !== undefined) return undefined;
  if (!uses(ratio.left, RATE_FAMILY) || !uses(ratio.right, RATE_FAMILY)) return undefined;
  const by =
    node.grouping.length > 0 || node.without ? ` ${node.without ? 'without' : 'by'} (${node.grouping.join(', ')})` : '';
  const wrap = (side: Expr) => `sum${by} (${print(bare(side))})`;
  const total = `${wrap(ratio.left)} / ${wrap(ratio.right)}`;
  const [given, whole] = [await context.ask(print(node)), await context.ask(total)];
  const pair = differing(given ?? [], whole ?? []) ?? nanPair(given ?? [], whole ?? []);
  if (pair === undefined) return undefined;
  return {
    sentence: `An average of ratios counts every row the same, however little traffic it has: ${numberText(numberOf(pair[0]))}. Divided after the sums it is ${numberText(numberOf(pair[1]))}.`,
    evidence: [
      { query: print(node), timeMs: context.timeMs, rows: [pair[0]] },
      { query: total, timeMs: context.timeMs, rows: [pair[1]] },
    ],
    fix: { text: 'Sum both sides, then divide.', query: spliced(context.query, node.span, total) },
  };
}

/** M37: since Prometheus 3 the bounds of buckets are written as floats. */
export async function boundAsInteger(context: AdviceContext): Promise<Found | undefined> {
  for (const { node: selector } of nodesOf(context.expr, 'vector')) {
    for (const matcher of selector.matchers) {
      if (matcher.name !== 'le' && matcher.name !== 'quantile') continue;
      if (matcher.operator !== '=' && matcher.operator !== '=~') continue;
      const wanted = matcher.operator === '=' ? [matcher.value] : matcher.value.split('|');
      if (!wanted.every((text) => text !== '' && Number.isFinite(Number(text)))) continue;
      const query = `group by (${matcher.name}) (${print({ ...selector, matchers: [] })})`;
      const values = valuesOfLabel((await context.ask(query)) ?? [], matcher.name);
      const missing = wanted.find(
        (text) => !values.includes(text) && !wanted.some((other) => other !== text && Number(other) === Number(text)),
      );
      const written = missing === undefined ? undefined : values.find((value) => Number(value) === Number(missing));
      if (missing === undefined || written === undefined) continue;
      const rows = ((await context.ask(query)) ?? []).filter(({ labels }) => labels[matcher.name] === written);
      return {
        span: matcher.valueSpan,
        sentence: `No bound is written \`"${missing}"\`: Prometheus 3 stores bounds as floats, so it is \`"${written}"\`. Label values are text and are compared letter by letter.`,
        evidence: [{ query, timeMs: context.timeMs, rows }],
        fix: {
          text: 'As it is written.',
          query: spliced(
            context.query,
            matcher.valueSpan,
            `"${wanted.map((text) => (text === missing ? written : text)).join('|')}"`,
          ),
        },
      };
    }
  }
  return undefined;
}
