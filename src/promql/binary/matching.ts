import type { Binary, VectorMatching } from '../ast.ts';
import type { Budget } from '../engine/budget.ts';
import { Collector } from '../engine/collector.ts';
import type { EvalContext } from '../engine/context.ts';
import { executionError } from '../engine/errors.ts';
import { compareSets, formatSet, keyOf } from '../engine/label-set.ts';
import type { GridSeries, VectorValue } from '../engine/values.ts';
import type { Operation } from './operators.ts';
import { type Fills, type PairRows, pairRows } from './pair-rows.ts';
import { type MatchGroup, matchGroups, matchLabels, type Positioned } from './signature.ts';

/**
 * Arithmetic and comparisons between two vectors. "Many" is the side of which several series may meet one of the other;
 * the operator is always applied left to right.
 */
export async function combineVectors(
  context: EvalContext,
  node: Binary,
  operation: Operation,
  left: VectorValue,
  right: VectorValue,
): Promise<VectorValue> {
  const { grid, query } = context;
  const matching = node.matching ?? { cardinality: 'one-to-one', on: false, labels: [], include: [] };
  const swapped = matching.cardinality === 'one-to-many';
  const many = swapped ? right.series : left.series;
  const one = swapped ? left.series : right.series;
  const fills = matching.fillLeft !== undefined || matching.fillRight !== undefined;
  const join: Join = {
    matching,
    // As in Prometheus: the right fill is for the "one" side and the left fill for the other, also with group_right.
    fillOne: matching.fillRight,
    fillMany: matching.fillLeft,
    // Where one whole side is empty nothing is matched, so nothing can be wrong with it either.
    active: fills ? undefined : bothPresent(many, one, grid.steps),
    rows: pairRows(context, node, operation, matching),
    problem: undefined,
  };
  for (const group of matchGroups(many, one, matching)) {
    await joinGroup(join, group, grid.steps, query.budget);
  }
  if (join.problem !== undefined) throw executionError(join.problem.message);
  const apart = query.features.delayedNameRemoval === true && grid.steps === 1;
  const collector = new Collector(grid.steps, { apart });
  for (const row of join.rows.finish()) collector.add(row);
  const { series } = collector;
  query.budget.hold(series.length * grid.steps);
  return { kind: 'vector', series };
}

type Join = Fills & {
  readonly matching: VectorMatching;
  readonly active: Uint8Array | undefined;
  readonly rows: PairRows;
  /** The problem Prometheus runs into first: at the earliest step, on the "one" side before the other, in their order. */
  problem: Problem | undefined;
};

type Problem = { readonly step: number; readonly phase: 0 | 1; readonly position: number; readonly message: string };

async function joinGroup(join: Join, group: MatchGroup, steps: number, budget: Budget): Promise<void> {
  const { left: many, right: one } = group;
  if (many.length === 0 && join.fillMany === undefined && one.length < 2) return;
  if (one.length === 0 && join.fillOne === undefined) return;
  if (budget.dueAfter(steps * (many.length + one.length))) await budget.breathe();
  if (join.rows.addWhole(many, one, join)) return;
  await budget.forSteps(steps, (step) => {
    if (join.active !== undefined && join.active[step] !== 1) return;
    const partner = onlyPresent(join, one, step);
    if (partner === 'several') return;
    const matched = joinMany(join, many, partner, step);
    if (partner !== undefined && !matched && join.fillMany !== undefined) {
      const labels = matchLabels(partner.series.labels, join.matching);
      join.rows.add(step, { fill: join.fillMany, labels }, partner);
    }
  });
}

/** The series of the "one" side that has a sample at a step. Two of them are a problem. */
function onlyPresent(join: Join, one: readonly Positioned[], step: number): Positioned | 'several' | undefined {
  let found: Positioned | undefined;
  for (const candidate of one) {
    if (candidate.series.present[step] !== 1) continue;
    if (found === undefined) {
      found = candidate;
      continue;
    }
    note(join, {
      step,
      phase: 0,
      position: candidate.position,
      message: duplicateMessage(join.matching, found, candidate),
    });
    return 'several';
  }
  return found;
}

/** Pairs every present series of the "many" side with its partner or what stands in for it; true when there was one. */
function joinMany(join: Join, many: readonly Positioned[], partner: Positioned | undefined, step: number): boolean {
  const { matching, rows } = join;
  let count = 0;
  let seen: Set<string> | undefined;
  for (const member of many) {
    if (member.series.present[step] !== 1) continue;
    if (partner === undefined && join.fillOne === undefined) return false;
    const other = partner ?? { fill: join.fillOne ?? 0, labels: matchLabels(member.series.labels, matching) };
    const labels = rows.add(step, member, other);
    if (labels === undefined) continue;
    count++;
    if (matching.cardinality === 'one-to-one') {
      if (count === 1) continue;
      const message = 'multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)';
      note(join, { step, phase: 1, position: member.position, message });
      return true;
    }
    if (many.length < 2) continue;
    seen ??= new Set();
    const key = keyOf(labels);
    if (seen.has(key)) {
      const message = 'multiple matches for labels: grouping labels must ensure unique matches';
      note(join, { step, phase: 1, position: member.position, message });
      return true;
    }
    seen.add(key);
  }
  return count > 0;
}

function note(join: Join, problem: Problem): void {
  const { problem: known } = join;
  const earlier =
    known === undefined ||
    problem.step - known.step < 0 ||
    (problem.step === known.step &&
      (problem.phase < known.phase || (problem.phase === known.phase && problem.position < known.position)));
  if (earlier) join.problem = problem;
}

function duplicateMessage(matching: VectorMatching, first: Positioned, second: Positioned): string {
  const side = matching.cardinality === 'one-to-many' ? 'left' : 'right';
  const pair = [first.series.labels, second.series.labels].sort(compareSets).map(formatSet).join(', ');
  return (
    `found duplicate series for the match group ${formatSet(matchLabels(second.series.labels, matching))} on the ${side} ` +
    `hand-side of the operation: [${pair}];many-to-many matching not allowed: matching labels must be unique on one side`
  );
}

/** 1 at every step where both sides have at least one sample. */
function bothPresent(a: readonly GridSeries[], b: readonly GridSeries[], steps: number): Uint8Array {
  const any = (side: readonly GridSeries[]): Uint8Array => {
    const present = new Uint8Array(steps);
    for (const series of side) {
      for (let step = 0; step < steps; step++) if (series.present[step] === 1) present[step] = 1;
    }
    return present;
  };
  const other = any(b);
  return any(a).map((here, step) => (here === 1 && other[step] === 1 ? 1 : 0));
}
