import type { Expr, LabelMatcher, VectorSelector } from '../ast.ts';
import { executionError } from '../engine/errors.ts';
import { EMPTY_LABELS, type LabelSet, withLabel } from '../engine/label-set.ts';
import { emptySeries, type GridSeries, type VectorValue } from '../engine/values.ts';
import { overWindows } from '../engine/windows.ts';
import { compileMatcher } from '../matcher.ts';
import { checkExtension } from './extensions.ts';
import type { WholeCall } from './row.ts';

/** 1 at every step where a vector has no sample. */
export async function absent(call: WholeCall): Promise<VectorValue> {
  const { series } = await call.vector(0);
  return onesWhereMissing(call, series, false);
}

/** 1 at every step where no window of a range vector has a sample. */
export async function absentOverTime(call: WholeCall): Promise<VectorValue> {
  const { context, args, node } = call;
  const [arg] = args;
  const matrix = arg === undefined ? undefined : await context.evaluate(arg, context.grid);
  if (matrix?.kind !== 'matrix') throw executionError('absent_over_time needs a range vector');
  checkExtension(node.name, matrix);
  // Whether names collide does not matter here: only presence counts.
  const run = { keepName: true, compute: () => 1 };
  const { series } = await overWindows(context, matrix, node.span, [], run);
  return onesWhereMissing(call, series, true);
}

function onesWhereMissing({ context, args }: WholeCall, series: readonly GridSeries[], dropName: boolean): VectorValue {
  const { grid, query } = context;
  const row = emptySeries(labelsOfAbsence(args[0]), grid.steps, dropName);
  row.values.fill(1);
  row.present.fill(1);
  for (const { present } of series) {
    for (let step = 0; step < grid.steps; step++) if (present[step] === 1) row.present[step] = 0;
  }
  query.budget.hold(grid.steps);
  return { kind: 'vector', series: row.present.includes(1) ? [row] : [] };
}

/** What is known of the missing series: the labels a selector asks for with `=`, unless it asks for them more than once. */
function labelsOfAbsence(arg: Expr | undefined): LabelSet {
  const selector = selectorOf(arg);
  if (selector === undefined) return EMPTY_LABELS;
  const seen = new Set<string>();
  let labels = EMPTY_LABELS;
  for (const { name, operator, value } of rulingOutLast(selector.matchers)) {
    if (name === '__name__') continue;
    const first = operator === '=' && !seen.has(name);
    labels = withLabel(labels, name, first ? value : '');
    if (first) seen.add(name);
  }
  return labels;
}

/**
 * Conditions that rule series out come after those that find them: that is the order in which Prometheus' storage leaves
 * them behind, so `{job!="a",job="b"}` names no job.
 */
function rulingOutLast(matchers: readonly LabelMatcher[]): readonly LabelMatcher[] {
  const compiled = matchers.map((written) => ({ written, matcher: compileMatcher(written) }));
  const demanded = new Set(compiled.filter(({ matcher }) => !matcher.matches('')).map(({ matcher }) => matcher.name));
  const rulesOut = ({ matcher }: (typeof compiled)[number]): boolean =>
    !demanded.has(matcher.name) || (matcher.operator.startsWith('!') && matcher.matches(''));
  return compiled.sort((a, b) => Number(rulesOut(a)) - Number(rulesOut(b))).map(({ written }) => written);
}

function selectorOf(arg: Expr | undefined): VectorSelector | undefined {
  if (arg?.kind === 'vector') return arg;
  return arg?.kind === 'matrix' ? arg.selector : undefined;
}
