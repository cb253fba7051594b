import { type Expr, isComparison } from '../../promql/ast.ts';
import { bare, binaries, callsOf, metricOf, nodesOf, RATE_FAMILY, same, unshifted, windowOf } from '../ast-tools.ts';
import type { LintCheck, LintContext, LintNote } from './finding.ts';
import { knownNumber } from './known-number.ts';

/** What a name or metadata say. By its name alone nothing is certain. */
function counter(name: string, { typeOf }: LintContext): 'known' | 'named' | undefined {
  const type = typeOf(name);
  if (type !== undefined) return type === 'counter' ? 'known' : undefined;
  return /_total$/.test(name) ? 'named' : undefined;
}

/** M01: the height of a counter compared with a number. */
export const counterRaw: LintCheck = (expr, context) =>
  binaries(expr).flatMap(({ node }): readonly LintNote[] => {
    if (!isComparison(node.operator)) return [];
    const right = knownNumber(node.right, context);
    const [limit, side] = right === undefined ? [knownNumber(node.left, context), node.right] : [right, node.left];
    const height = heightOf(side);
    if (limit === undefined || limit === 0 || height === undefined) return [];
    const name = metricOf(height) ?? '';
    if (counter(name, context) === undefined) return [];
    return [
      {
        span: height.span,
        message: `\`${name}\` ${context.typeOf(name) === undefined ? 'looks like a counter' : 'is a counter'}: its height tells how long its process has been running. Compare \`increase()\` or \`rate()\` of it.`,
      },
    ];
  });

/** The selector whose height a plain value or a sum of values is. */
function heightOf(expr: Expr): ReturnType<typeof unshifted> | undefined {
  const node = bare(expr);
  if (node.kind === 'aggregation')
    return ['sum', 'max', 'min', 'avg'].includes(node.operator) ? heightOf(node.expr) : undefined;
  return node.kind === 'vector' ? node : undefined;
}

/** M02, by metadata only. */
export const rateOnGauge: LintCheck = (expr, context) =>
  callsOf(expr, RATE_FAMILY).flatMap(({ node }): readonly LintNote[] => {
    const selector = windowOf(node)?.selector;
    const name = selector === undefined ? undefined : metricOf(selector);
    if (name === undefined || context.typeOf(name) !== 'gauge') return [];
    const better = node.name === 'increase' ? 'delta' : 'deriv';
    return [
      {
        span: node.nameSpan,
        message: `\`${name}\` is a gauge, and \`${node.name}()\` takes each of its falls for a restart. For gauges there is \`${better}()\`.`,
        fix: [{ span: node.nameSpan, text: better }],
      },
    ];
  });

const FOR_COUNTERS: Readonly<Record<string, string>> = { delta: 'increase', deriv: 'rate', idelta: 'irate' };

/** M02 the other way round. */
export const deltaOnCounter: LintCheck = (expr, context) =>
  callsOf(expr, Object.keys(FOR_COUNTERS)).flatMap(({ node }): readonly LintNote[] => {
    const selector = windowOf(node)?.selector;
    const name = selector === undefined ? undefined : metricOf(selector);
    const sure = name === undefined ? undefined : counter(name, context);
    const better = FOR_COUNTERS[node.name];
    if (sure === undefined || better === undefined) return [];
    return [
      {
        span: node.nameSpan,
        ...(sure === 'known' ? { certainty: 'certain' as const } : {}),
        message: `\`${name}\` ${sure === 'known' ? 'is' : 'looks like'} a counter, and \`${node.name}()\` takes a restart for a fall. \`${better}()\` repairs restarts.`,
        fix: [{ span: node.nameSpan, text: better }],
      },
    ];
  });

/** M03: a sum hides the restart of one of its parts. */
export const rateOfSum: LintCheck = (expr, context) =>
  callsOf(expr, RATE_FAMILY).flatMap(({ node }): readonly LintNote[] => {
    const [arg] = node.args;
    const inner = arg?.kind === 'subquery' ? bare(arg.expr) : undefined;
    if (inner?.kind !== 'aggregation' || inner.operator !== 'sum') return [];
    const summed = bare(inner.expr);
    const sure = summed.kind === 'vector' ? counter(metricOf(summed) ?? '', context) : undefined;
    if (sure === undefined) return [];
    return [
      {
        span: { start: node.nameSpan.start, end: inner.operatorSpan.end },
        ...(sure === 'known' ? { certainty: 'certain' as const } : {}),
        message: `Summed first and rated afterwards: the restart of one instance looks like a fall of the whole. Rate first: \`sum(${node.name}(…))\`.`,
      },
    ];
  });

/** M09: `x - x offset 5m` is negative after a restart. */
export const subtractedByHand: LintCheck = (expr, context) =>
  binaries(expr, '-').flatMap(({ node }): readonly LintNote[] => {
    const [left, right] = [bare(node.left), bare(node.right)];
    if (left.kind !== 'vector' || right.kind !== 'vector' || !same(unshifted(left), unshifted(right))) return [];
    const name = metricOf(left) ?? '';
    if (right.offset === undefined || counter(name, context) === undefined) return [];
    return [
      {
        span: node.operatorSpan,
        message: `The growth of the counter \`${name}\` by subtraction is wrong by the whole count after every restart. \`increase()\` repairs restarts.`,
      },
    ];
  });

const MINUTE_MS = 60_000;

/** M10: irate() looks at the last two samples only. */
export const irateLongWindow: LintCheck = (expr, { use, variable }) =>
  callsOf(expr, ['irate']).flatMap(({ node, path }): readonly LintNote[] => {
    const over = path.find((above) => above.kind === 'call' && /_over_time$/.test(above.name));
    const range = windowOf(node)?.range;
    const ms = range === undefined || variable(range.span) ? undefined : range.ms;
    const long = ms !== undefined && ms > 10 * MINUTE_MS;
    const why =
      use === 'alert'
        ? 'In an alert it starts and ends with every spike.'
        : over !== undefined
          ? 'What lies between the points of the subquery is not seen.'
          : long
            ? 'A window this long only means that the two may be old.'
            : undefined;
    if (why === undefined) return [];
    return [
      {
        span: node.nameSpan,
        message: `\`irate()\` looks at the last two samples of the window only. ${why} \`rate()\` uses all of them.`,
        fix: [{ span: node.nameSpan, text: 'rate' }],
      },
    ];
  });

/** `increase(x[5m]) / 300` is `rate(x[5m])`, and the other way round: the unit is what differs. */
export const rateVsIncrease: LintCheck = (expr, context) =>
  binaries(expr, '*', '/').flatMap(({ node }): readonly LintNote[] => {
    const call = bare(node.left);
    const number = knownNumber(node.right, context);
    const range = call.kind === 'call' ? windowOf(call)?.range : undefined;
    if (call.kind !== 'call' || range?.ms === undefined || context.variable(range.span)) return [];
    const other = node.operator === '/' ? 'increase' : 'rate';
    if (call.name !== other || number === undefined || number * 1000 !== range.ms) return [];
    const better = other === 'rate' ? 'increase' : 'rate';
    return [
      {
        span: node.span,
        message: `This is \`${better}()\` over the same window: \`rate()\` counts per second, \`increase()\` over the whole window.`,
        fix: [
          { span: call.nameSpan, text: better },
          { span: { start: node.left.span.end, end: node.right.span.end }, text: '' },
        ],
      },
    ];
  });

/** M39: without a step of its own a subquery looks as often as rules are evaluated. */
export const subqueryDefaultStep: LintCheck = (expr) =>
  nodesOf(expr, 'subquery').flatMap(({ node }): readonly LintNote[] =>
    node.step !== undefined
      ? []
      : [
          {
            span: node.range.span,
            message:
              'A subquery without a step looks as often as the server evaluates its rules, a minute unless configured: another server gives another answer.',
          },
        ],
  );

/** M24: Prometheus 3 reads a window without a unit as seconds. */
export const unitMissing: LintCheck = (expr, { query }) =>
  [
    ...nodesOf(expr, 'matrix').map(({ node }) => node.range),
    ...nodesOf(expr, 'subquery').map(({ node }) => node.range),
  ].flatMap(({ span }): readonly LintNote[] => {
    const written = query.slice(span.start, span.end);
    if (!/^\d+$/.test(written)) return [];
    return [
      {
        span,
        message: `A window without a unit is in seconds: \`${written}\` is \`${written}s\`, and before Prometheus 3 an error.`,
        fix: [{ span: { start: span.end, end: span.end }, text: 's' }],
      },
    ];
  });
