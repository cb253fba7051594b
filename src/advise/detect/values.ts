import type { Binary, Expr } from '../../promql/ast.ts';
import { isComparison } from '../../promql/ast.ts';
import { print } from '../../promql/print.ts';
import { typeOf } from '../../promql/types.ts';
import { bare, binaries, callsOf, literal, nodesOf, spliced, uses } from '../ast-tools.ts';
import type { AdviceContext, Found } from '../finding.ts';
import { labelNamesOf, numberOf } from '../rows.ts';
import { labelText, numberText } from '../words.ts';

/** M19: 0/0 is NaN, x/0 is infinite, and one NaN poisons a sum or an average. */
export async function poisoned(context: AdviceContext): Promise<Found | undefined> {
  for (const { node, path } of binaries(context.expr, '/')) {
    if (node.matching === undefined) continue;
    const above = path.findLast(
      (parent) => parent.kind === 'aggregation' && ['sum', 'avg', 'stddev', 'stdvar'].includes(parent.operator),
    );
    const rows = (await context.ask(print(node))) ?? [];
    const nan = rows.find(({ value }) => Number.isNaN(value));
    const infinite = rows.find(({ value }) => value === Number.POSITIVE_INFINITY);
    const row = nan ?? infinite;
    if (row === undefined) continue;
    const fix = filteredDivisor(context, node);
    if (above !== undefined && nan !== undefined) {
      const spoilt = ((await context.ask(print(above))) ?? []).find(({ value }) => Number.isNaN(value));
      if (spoilt === undefined) continue;
      return {
        sentence: `\`${labelText(nan.labels)}\` is 0 divided by 0, which is NaN, and one NaN makes the whole ${above.kind === 'aggregation' ? `\`${above.operator}()\`` : 'sum'} NaN. Leave rows without traffic out before you divide.`,
        evidence: [
          { query: print(node), timeMs: context.timeMs, rows: [nan] },
          { query: print(above), timeMs: context.timeMs, rows: [spoilt] },
        ],
        ...fix,
      };
    }
    const unknown = nan !== undefined;
    return {
      voice: unknown ? 'asked' : 'first',
      sentence: unknown
        ? `\`${labelText(row.labels)}\` is NaN: 0 divided by 0. Nothing happened there, which is neither 0 nor 100 %.`
        : `\`${labelText(row.labels)}\` is +Inf: something is divided by 0. Leave out rows whose divisor is 0.`,
      evidence: [{ query: print(node), timeMs: context.timeMs, rows: [row] }],
      ...fix,
    };
  }
  return undefined;
}

function filteredDivisor({ query }: AdviceContext, { right }: Binary): Pick<Found, 'fix'> {
  const text = query.slice(right.span.start, right.span.end);
  const inner = right.kind === 'paren' ? text : right.kind === 'binary' ? `(${text})` : text;
  return { fix: { text: 'Keep only divisors above 0.', query: spliced(query, right.span, `(${inner} > 0)`) } };
}

/** M20: nothing is not 0, and a zero without labels stands in for nobody. */
export async function emptyIsNotZero(context: AdviceContext): Promise<Found | undefined> {
  return (await strayZero(context)) ?? (await nothingToAdd(context));
}

async function strayZero(context: AdviceContext): Promise<Found | undefined> {
  for (const { node } of binaries(context.expr, 'or')) {
    const right = bare(node.right);
    if (right.kind !== 'call' || right.name !== 'vector' || node.matching?.on === true) continue;
    const left = (await context.ask(print(node.left))) ?? [];
    const rows = (await context.ask(print(node))) ?? [];
    const stray = rows.find(({ labels }) => Object.keys(labels).length === 0);
    if (stray === undefined || left.length === 0 || labelNamesOf(left).length === 0) continue;
    const missing = left.length;
    return {
      sentence: `\`${print(right)}\` has no labels, so it stands in for none of the rows on the left: it comes as a row \`{}\` of its own beside ${missing === 1 ? 'the one' : `the ${missing}`}. A zero for each row has to be made from series that have its labels.`,
      evidence: [
        {
          query: print(node),
          timeMs: context.timeMs,
          rows: [stray, ...rows.filter((row) => row !== stray).slice(0, 1)],
        },
      ],
      fix: {
        text: '`or on ()` adds the zero only when the left side has no row at all.',
        query: spliced(context.query, node.operatorSpan, 'or on ()'),
      },
    };
  }
  return undefined;
}

async function nothingToAdd(context: AdviceContext): Promise<Found | undefined> {
  const culprit = (await context.culprits()).find(({ kind }) => kind === 'filter');
  if (culprit?.node.kind !== 'binary') return undefined;
  const { node } = culprit;
  const above = nodesOf(context.expr, 'aggregation').find(
    ({ node: outer }) => bare(outer.expr) === node || bare(outer.expr).span === node.span,
  );
  const operator = above?.node.operator;
  if (above === undefined || (operator !== 'count' && operator !== 'sum')) {
    return { sentence: culprit.sentence, evidence: culprit.evidence, voice: 'empty' };
  }
  const text = context.query.slice(node.span.start, node.span.end);
  const at = node.operatorSpan.end - node.span.start;
  const counted = `${text.slice(0, at)} bool${text.slice(at)}`;
  const outer = print({ ...above.node, operator: 'sum', expr: node });
  return {
    sentence: `No row passes \`${node.operator} ${print(typeOf(node.left) === 'scalar' ? node.left : node.right)}\`, and the ${operator} of no rows is no row, not 0. With \`bool\` every row stays, as 0 or 1, and their sum counts them.`,
    evidence: culprit.evidence,
    fix: {
      text: 'Count with `bool`.',
      query: spliced(context.query, above.node.span, outer.replace(print(node), counted)),
    },
    voice: 'empty',
  };
}

/** M25: a comparison filters; it does not answer true or false. */
export async function comparisons(context: AdviceContext): Promise<Found | undefined> {
  return (
    (await comparedWithNan(context)) ??
    (await floatEquality(context)) ??
    (await boolOrNot(context)) ??
    (await alertWithoutFilter(context))
  );
}

async function comparedWithNan(context: AdviceContext): Promise<Found | undefined> {
  for (const { node } of binaries(context.expr)) {
    if (!isComparison(node.operator)) continue;
    const side = [node.left, node.right].find((part) => Number.isNaN(literal(part) ?? 0));
    const other = side === node.left ? node.right : node.left;
    if (side === undefined) continue;
    const all = (await context.ask(`count(${print(other)})`)) ?? [];
    const kept = (await context.ask(`count(${print(node)})`)) ?? [];
    if (all[0] === undefined) continue;
    return {
      sentence: `NaN is equal to nothing, not even to NaN: \`${node.operator} NaN\` ${node.operator === '!=' ? `keeps every row, here ${numberText(numberOf(kept[0]))} of ${numberText(numberOf(all[0]))}` : `keeps no row of ${numberText(numberOf(all[0]))}`}. Filter what is divided by instead.`,
      evidence: [
        { query: `count(${print(other)})`, timeMs: context.timeMs, rows: all.slice(0, 1) },
        ...(kept[0] === undefined
          ? []
          : [{ query: `count(${print(node)})`, timeMs: context.timeMs, rows: kept.slice(0, 1) }]),
      ],
    };
  }
  return undefined;
}

async function floatEquality(context: AdviceContext): Promise<Found | undefined> {
  for (const { node } of binaries(context.expr, '==')) {
    const value = literal(node.right) ?? literal(node.left);
    const other = literal(node.right) === undefined ? node.right : node.left;
    if (value === undefined || value === 0 || node.bool) continue;
    if (
      !uses(other, ['rate', 'irate', 'increase', 'avg', 'deriv', 'avg_over_time', 'histogram_quantile']) &&
      Number.isInteger(value)
    )
      continue;
    const kept = await context.ask(print(node));
    const rows = (await context.ask(print(other))) ?? [];
    const [near] = rows.filter((row) => !Number.isNaN(numberOf(row)));
    if (kept === undefined || kept.length > 0 || near === undefined || Number.isInteger(numberOf(near))) continue;
    return {
      sentence: `Measured numbers are hardly ever equal to a round one: here they are such as ${numberText(numberOf(near))}. Compare with \`>\` or \`<\`.`,
      evidence: [{ query: print(other), timeMs: context.timeMs, rows: [near] }],
    };
  }
  return undefined;
}

/** The task filters where the answer says 0 or 1, or the other way round. */
async function boolOrNot(context: AdviceContext): Promise<Found | undefined> {
  const asked = binaries(context.task?.expr).filter(({ node }) => isComparison(node.operator));
  const given = binaries(context.expr).filter(({ node }) => isComparison(node.operator));
  const [one] = given;
  if (one === undefined || asked.length === 0 || one.node.bool === asked[0]?.node.bool) return undefined;
  const rows = context.rows.slice(0, 2);
  if (one.node.bool && asked.every(({ node }) => !node.bool)) {
    if (rows.length === 0 || !context.rows.every(({ value }) => value === 0 || value === 1)) return undefined;
    return {
      sentence:
        '`bool` keeps every row and turns it into 0 or 1. Without it the comparison is a filter: rows that do not pass are gone.',
      evidence: [{ query: context.query, timeMs: context.timeMs, rows }],
    };
  }
  if (one.node.bool || !asked.every(({ node }) => node.bool)) return undefined;
  const before = typeOf(one.node.left) === 'scalar' ? one.node.right : one.node.left;
  const all = (await context.ask(`count(${print(before)})`)) ?? [];
  if (all[0] === undefined) return undefined;
  return {
    sentence: `A comparison is a filter: rows that do not pass are gone, and the others keep their value. To have all ${numberText(numberOf(all[0]))} as 0 or 1 write \`${one.node.operator} bool\`.`,
    evidence: [{ query: `count(${print(before)})`, timeMs: context.timeMs, rows: all.slice(0, 1) }],
  };
}

async function alertWithoutFilter(context: AdviceContext): Promise<Found | undefined> {
  const { expr } = context;
  const filters = (node: Expr): boolean => {
    const root = bare(node);
    if (root.kind === 'call') return root.name.startsWith('absent');
    if (root.kind !== 'binary') return false;
    if (isComparison(root.operator)) return !root.bool;
    return ['and', 'or', 'unless'].includes(root.operator) && (filters(root.left) || filters(root.right));
  };
  const asked = context.task?.expr;
  const alert = context.use === 'alert' || (asked !== undefined && filters(asked));
  if (expr === undefined || !alert || filters(expr) || context.rows.length === 0) return undefined;
  if (
    nodesOf(expr, 'aggregation').length > 0 &&
    nodesOf(expr, 'binary').some(({ node }) => isComparison(node.operator) && !node.bool)
  )
    return undefined;
  return {
    sentence: `Nothing is filtered here: every row comes back, ${numberText(context.rows.length)} at this moment, whatever its value. In an alert each of them fires. A comparison keeps those that matter.`,
    evidence: [
      {
        query: `count(${context.query})`,
        timeMs: context.timeMs,
        rows: (await context.ask(`count(${context.query})`)) ?? [],
      },
    ],
  };
}

/** M33: scalar() of anything but one row is NaN. */
export async function scalarOfMany(context: AdviceContext): Promise<Found | undefined> {
  for (const { node } of callsOf(context.expr, ['scalar'])) {
    const [arg] = node.args;
    if (arg === undefined) continue;
    const rows = await context.ask(print(arg));
    if (rows === undefined || rows.length === 1) continue;
    const query = rows.length === 0 ? print(node) : `count(${print(arg)})`;
    const shown = (await context.ask(query)) ?? [];
    return {
      span: node.nameSpan,
      sentence: `\`scalar()\` makes a number out of exactly one row, and NaN out of everything else. Here ${rows.length === 0 ? 'there is none' : `there are ${rows.length}`}.`,
      evidence: [{ query, timeMs: context.timeMs, rows: shown.slice(0, 1) }],
    };
  }
  return undefined;
}

const SLIPS: readonly { readonly factor: number; readonly words: string }[] = [
  { factor: 60, words: '60 times too large: per minute instead of per second.' },
  { factor: 1 / 60, words: '60 times too small: per second instead of per minute.' },
  { factor: 3600, words: '3600 times too large: per hour instead of per second.' },
  { factor: 1 / 3600, words: '3600 times too small: per second instead of per hour.' },
  { factor: 300, words: '300 times too large: the total of 5 minutes instead of per second.' },
  { factor: 1 / 300, words: '300 times too small: per second instead of the total of 5 minutes.' },
  { factor: 5, words: '5 times too large: the total of 5 minutes instead of per minute.' },
  { factor: 100, words: '100 times too large: percent instead of a share from 0 to 1.' },
  { factor: 0.01, words: '100 times too small: a share from 0 to 1 instead of percent.' },
  { factor: 1000, words: '1000 times too large: milliseconds instead of seconds?' },
  { factor: 0.001, words: '1000 times too small: seconds instead of milliseconds?' },
];

/** M34: right rows and right proportions in another unit, the same at every moment. */
export function wrongUnit(context: AdviceContext): Found | undefined {
  const different = context.task?.compared.filter(({ equal }) => !equal) ?? [];
  let factor: number | undefined;
  for (const { pairs } of different) {
    const here = pairs === undefined ? undefined : commonFactor(pairs);
    if (here === undefined || (factor !== undefined && !near(here, factor))) return undefined;
    factor ??= here;
  }
  const slip = factor === undefined ? undefined : SLIPS.find((known) => near(known.factor, factor));
  const [first] = different;
  if (slip === undefined || first === undefined || context.task === undefined) return undefined;
  const [row] = context.rows.filter((candidate) => numberOf(candidate) !== 0 && !Number.isNaN(numberOf(candidate)));
  return {
    sentence: `Right shape, wrong unit. Every value is ${slip.words}`,
    evidence: row === undefined ? [] : [{ query: context.query, timeMs: context.timeMs, rows: [row] }],
  };
}

type Pairs = NonNullable<NonNullable<AdviceContext['task']>['compared'][number]['pairs']>;

/** The factor that turns every reference value into the answer's, the same in all pairs; undefined when there is none. */
export function commonFactor(pairs: Pairs): number | undefined {
  let factor: number | undefined;
  for (const { reference, answer } of pairs) {
    if (typeof reference !== 'number' || typeof answer !== 'number') return undefined;
    if ((reference === 0 && answer === 0) || (Number.isNaN(reference) && Number.isNaN(answer))) continue;
    if (reference === 0 || answer === 0 || !Number.isFinite(reference) || !Number.isFinite(answer)) return undefined;
    factor ??= answer / reference;
    if (!near(answer / reference, factor)) return undefined;
  }
  return factor;
}

function near(a: number, b: number): boolean {
  return Math.abs(a - b) <= 1e-6 * Math.max(Math.abs(a), Math.abs(b));
}
