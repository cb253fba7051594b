import { type Binary, type Expr, isComparison } from '../../promql/ast.ts';
import { bare, binaries, nodesOf, RATE_FAMILY, uses } from '../ast-tools.ts';
import { counted, listedCode } from '../words.ts';
import type { LintCheck, LintNote } from './finding.ts';
import { knownLabels, mayHave } from './known-labels.ts';
import { knownNumber } from './known-number.ts';

/** A label to group or match by that is gone already. */
export const aggThenLabel: LintCheck = (expr, context) => [
  ...nodesOf(expr, 'aggregation').flatMap(({ node }): readonly LintNote[] => {
    if (node.without || node.modifierSpan === undefined) return [];
    const inner = knownLabels(node.expr, context.variable);
    const gone = node.grouping.filter((name) => !mayHave(inner, name));
    if (gone.length === 0) return [];
    return [
      {
        span: node.modifierSpan,
        message: `${listedCode(gone)} ${gone.length === 1 ? 'is' : 'are'} no longer there: what is aggregated here has lost ${gone.length === 1 ? 'it' : 'them'} already.`,
      },
    ];
  }),
  ...binaries(expr).flatMap(({ node }): readonly LintNote[] => {
    const { matching, matchingSpan } = node;
    if (matching === undefined || !matching.on || matchingSpan === undefined) return [];
    const [left, right] = [knownLabels(node.left, context.variable), knownLabels(node.right, context.variable)];
    const gone = matching.labels.filter((name) => mayHave(left, name) !== mayHave(right, name));
    if (gone.length === 0) return [];
    const side = mayHave(left, gone[0] ?? '') ? 'right' : 'left';
    return [
      {
        span: matchingSpan,
        message: `No row on the ${side} has ${listedCode([gone[0] ?? ''])}, so rows on the other side that have it find no partner.`,
      },
    ];
  }),
];

/** M16: two sides grouped by different labels. */
export const noMatchSides: LintCheck = (expr, context) =>
  binaries(expr).flatMap(({ node }): readonly LintNote[] => {
    const { matching } = node;
    if (matching === undefined || matching.on || node.operator === 'or' || node.operator === 'unless') return [];
    if (node.matchingSpan !== undefined && context.variable(node.matchingSpan)) return [];
    const [left, right] = [knownLabels(node.left, context.variable), knownLabels(node.right, context.variable)];
    if (left.kind !== 'only' || right.kind !== 'only') return [];
    const names = new Set([...left.names, ...right.names].filter((name) => !matching.labels.includes(name)));
    const apart = [...names].filter((name) => mayHave(left, name) !== mayHave(right, name));
    if (apart.length === 0) return [];
    return [
      {
        span: node.operatorSpan,
        message: `Rows meet when all their labels are equal, and only one side keeps ${listedCode(apart)}: rows that have ${apart.length === 1 ? 'it' : 'them'} find no partner. Group both sides alike, or match with \`on (…) group_left\`.`,
      },
    ];
  });

/** M25: floating point rarely hits a number exactly. */
export const floatEquality: LintCheck = (expr, context) =>
  binaries(expr, '==', '!=').flatMap(({ node }): readonly LintNote[] => {
    const number = knownNumber(node.right, context) ?? knownNumber(node.left, context);
    if (number === undefined || number === 0 || !Number.isFinite(number)) return [];
    if (!rated(node.left) && !rated(node.right)) return [];
    return [
      {
        span: node.operatorSpan,
        message: `A rate hardly ever is exactly ${number}: compare it with \`<\` or \`>\`.`,
      },
    ];
  });

function rated(expr: Expr): boolean {
  const node = bare(expr);
  if (node.kind === 'aggregation') return ['sum', 'avg'].includes(node.operator) && rated(node.expr);
  return node.kind === 'call' && RATE_FAMILY.includes(node.name);
}

/** Nothing equals NaN, NaN neither. */
export const nanCompared: LintCheck = (expr, context) =>
  binaries(expr).flatMap(({ node }): readonly LintNote[] => {
    const number = knownNumber(node.right, context) ?? knownNumber(node.left, context);
    if (number === undefined || !Number.isNaN(number)) return [];
    if (!isComparison(node.operator) || node.operator === '!=') return [];
    return [
      {
        span: node.operatorSpan,
        message:
          '`NaN` compares with nothing, not with itself either: this keeps no row. What is NaN is found by `x != x`.',
      },
    ];
  });

/** M20, M21: what is not there is not counted as 0. */
export const countNeverZero: LintCheck = (expr, context) =>
  binaries(expr, '==', '<', '<=').flatMap(({ node }): readonly LintNote[] => {
    const limit = knownNumber(node.right, context);
    const counts = bare(node.left);
    if (node.bool || counts.kind !== 'aggregation' || counts.operator !== 'count') return [];
    const never = node.operator === '<' ? limit !== undefined && limit <= 1 : limit !== undefined && limit < 1;
    if (!never) return [];
    return [
      {
        span: node.operatorSpan,
        message: `Where there is nothing, \`count()\` gives nothing, and never ${limit === 0 ? '0' : `a number below ${limit}`}: this keeps no row. \`absent()\` asks whether something is missing.`,
      },
    ];
  });

/** M25: in an alert each row fires, whatever its value. */
export const boolInAlert: LintCheck = (expr, { use }) => {
  const node = bare(expr);
  if (use !== 'alert' || node.kind !== 'binary' || !node.bool) return [];
  return [
    {
      span: node.operatorSpan,
      message: `With \`bool\` every row stays, as 0 or 1, and in an alert every row fires. Without \`bool\` the comparison keeps those that are meant.`,
    },
  ];
};

/** M15: an average of ratios weighs each alike, however little stands behind it. */
export const averageOfRatios: LintCheck = (expr) =>
  nodesOf(expr, 'aggregation').flatMap(({ node }): readonly LintNote[] => {
    const ratio = bare(node.expr);
    if (node.operator !== 'avg' || !isRatio(ratio)) return [];
    return [
      {
        span: node.operatorSpan,
        message:
          'An average of ratios weighs every row alike, however little stands behind it. The ratio of the whole is `sum(…) / sum(…)`.',
      },
    ];
  });

/** M19: one 0 / 0 makes the sum of all NaN. */
export const nanDivision: LintCheck = (expr) =>
  nodesOf(expr, 'aggregation').flatMap(({ node }): readonly LintNote[] => {
    const ratio = bare(node.expr);
    if (node.operator !== 'sum' || !isRatio(ratio)) return [];
    if (binaries(ratio.right).some((placed) => isComparison(placed.node.operator))) return [];
    return [
      {
        span: ratio.operatorSpan,
        message:
          'Where nothing happened this is 0 / 0, and one NaN makes the whole sum NaN. `> 0` behind the divisor keeps such rows out.',
      },
    ];
  });

function isRatio(expr: Expr): expr is Binary {
  if (expr.kind !== 'binary' || expr.operator !== '/') return false;
  return uses(expr.left, RATE_FAMILY) && uses(expr.right, RATE_FAMILY);
}

/** M20: the zero that is added has no labels. */
export const zeroWithoutLabels: LintCheck = (expr, context) =>
  binaries(expr, 'or').flatMap(({ node }): readonly LintNote[] => {
    const zero = bare(node.right);
    if (zero.kind !== 'call' || zero.name !== 'vector' || node.matchingSpan !== undefined) return [];
    const left = bare(node.left);
    if (left.kind !== 'aggregation' || left.without || left.grouping.length === 0) return [];
    const labels = [...knownLabels(left, context.variable).names];
    if (labels.length === 0) return [];
    return [
      {
        span: zero.span,
        message: `\`vector()\` has no labels: its row stands beside the rows with ${listedCode(labels)}, also when those are there.`,
      },
    ];
  });

/** M29: topk chooses at every point of a graph anew. Below an aggregation it only makes rows unique. */
export const topkInRange: LintCheck = (expr, context) => {
  const node = bare(expr);
  if (context.use !== 'graph' || node.kind !== 'aggregation') return [];
  if (node.operator !== 'topk' && node.operator !== 'bottomk') return [];
  const k = knownNumber(node.parameter, context);
  return [
    {
      span: node.operatorSpan,
      message: `\`${node.operator}\` chooses at every point anew, so that ${k === undefined ? 'more lines than wanted' : `more than ${counted(k, 'line')}`} can appear, with gaps.`,
    },
  ];
};
