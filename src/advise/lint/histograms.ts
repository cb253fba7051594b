import { type Aggregation, type Call, choosesRows, type Expr } from '../../promql/ast.ts';
import { bare, callsOf, keepsLabel, metricOf, nodesOf, RATE_FAMILY } from '../ast-tools.ts';
import type { Edit, LintCheck, LintNote } from './finding.ts';
import { knownNumber } from './known-number.ts';

/**
 * M11. Only for classic buckets: a native histogram needs no `le`, and those of VictoriaMetrics have `vmrange` instead.
 * https://docs.victoriametrics.com/victoriametrics/metricsql/#histogram_quantile
 */
export const leDropped: LintCheck = (expr, { query }) =>
  bucketsUnderQuantiles(expr).flatMap(({ inside }) =>
    inside.flatMap((node): readonly LintNote[] => {
      if (node.kind !== 'aggregation' || choosesRows(node.operator) || keepsLabel(node, 'le')) return [];
      if (!node.without && node.grouping.includes('vmrange')) return [];
      const fix = leFix(node, query);
      return [
        {
          span: node.modifierSpan ?? node.operatorSpan,
          message: `\`histogram_quantile()\` reads the bounds of the buckets from the label \`le\`, and this \`${node.operator}\` takes it away: the result is empty.`,
          ...(fix === undefined ? {} : { fix: [fix] }),
        },
      ];
    }),
  );

function leFix({ without, grouping, modifierSpan, operatorSpan }: Aggregation, query: string): Edit | undefined {
  if (without) return undefined;
  if (modifierSpan === undefined)
    return { span: { start: operatorSpan.end, end: operatorSpan.end }, text: ' by (le) ' };
  const open = query.indexOf('(', modifierSpan.start) + 1;
  return { span: { start: open, end: open }, text: grouping.length === 0 ? 'le' : 'le, ' };
}

/** Classic buckets that reach a quantile through nothing but aggregations, rates and brackets, with these around them. */
function bucketsUnderQuantiles(expr: Expr): readonly { readonly call: Call; readonly inside: readonly Expr[] }[] {
  return nodesOf(expr, 'vector').flatMap(({ node, path }) => {
    if (!/_bucket$/.test(metricOf(node) ?? '')) return [];
    const at = path.findLastIndex((above) => above.kind === 'call' && above.name === 'histogram_quantile');
    const call = path[at];
    const inside = path.slice(at + 1);
    const plain = inside.every(
      (above) =>
        ['paren', 'aggregation', 'matrix'].includes(above.kind) ||
        (above.kind === 'call' && RATE_FAMILY.includes(above.name)),
    );
    return call?.kind === 'call' && plain ? [{ call, inside }] : [];
  });
}

/** M12: the quantile comes from 0 to 1. */
export const quantileRange: LintCheck = (expr, context) =>
  [
    ...callsOf(expr, ['histogram_quantile', 'quantile_over_time']).map(({ node }) => node.args[0]),
    ...nodesOf(expr, 'aggregation')
      .filter(({ node }) => node.operator === 'quantile')
      .map(({ node }) => node.parameter),
  ].flatMap((phi): readonly LintNote[] => {
    const value = knownNumber(phi, context);
    if (phi === undefined || value === undefined || !(value < 0 || value > 1)) return [];
    return [
      {
        span: phi.span,
        message: `A quantile is a share from 0 to 1; for ${value} the answer is ${value > 1 ? '`+Inf`' : '`-Inf`'}.`,
        ...(value > 1 && value < 100
          ? { fix: [{ span: phi.span, text: String(Number((value / 100).toPrecision(12))) }] }
          : {}),
      },
    ];
  });

/** M12: parts of a histogram that hold no buckets. */
export const quantileOfPart: LintCheck = (expr) =>
  callsOf(expr, ['histogram_quantile']).flatMap(({ node: call }) =>
    nodesOf(call.args[1], 'vector').flatMap(({ node, path }): readonly LintNote[] => {
      const name = metricOf(node) ?? '';
      const part = /^[^:]+_(count|sum|total)$/.exec(name)?.[1];
      const inBinary = path.some(({ kind }) => kind === 'binary');
      if (part === undefined || inBinary || node.matchers.some((matcher) => matcher.name === 'le')) return [];
      return [
        {
          span: node.span,
          message: `\`${name}\` has no buckets; a classic histogram keeps them in \`${name.replace(/_(count|sum|total)$/, '')}_bucket\`.`,
        },
      ];
    }),
  );

/** M12: buckets count since their process started. */
export const quantileOfLifetime: LintCheck = (expr) =>
  bucketsUnderQuantiles(expr).flatMap(({ call, inside }): readonly LintNote[] =>
    inside.some(({ kind }) => kind === 'matrix')
      ? []
      : [
          {
            span: call.nameSpan,
            message:
              'Buckets count from the start of their process on, so this is a quantile of everything since then. For recent time `rate()` the buckets first.',
          },
        ],
  );

/** M15: neither percentiles nor the quantiles of a summary can be added or averaged. */
export const averagedQuantiles: LintCheck = (expr) =>
  nodesOf(expr, 'aggregation').flatMap(({ node }): readonly LintNote[] => {
    if (node.operator !== 'avg' && node.operator !== 'sum') return [];
    const inner = bare(node.expr);
    const computed = inner.kind === 'call' && inner.name === 'histogram_quantile';
    const summary =
      inner.kind === 'vector' && inner.matchers.some(({ name, operator }) => name === 'quantile' && operator === '=');
    if (!computed && !summary) return [];
    return [
      {
        span: node.operatorSpan,
        message: `The ${node.operator === 'avg' ? 'average' : 'sum'} of percentiles is no percentile of anything. ${computed ? 'Add the buckets up, and take the quantile of that; `max` is at least the worst of them.' : 'Quantiles of a summary cannot be put together; `max` is at least the worst of them.'}`,
      },
    ];
  });
