import { type Explained, type ExplainedNode, explainQuery } from '../../advise/explain.ts';
import { unitOf } from '../../advise/unit.ts';
import { EXIT } from '../../model/errors.ts';
import { renderExplained, renderStepTitle } from '../../render/explain.ts';
import { renderResult } from '../../render/result.ts';
import { safeJson } from '../../render/safe.ts';
import { type Answering, queryGround } from '../answering.ts';
import type { Context } from '../context.ts';
import { withNamed } from '../named-words.ts';
import { parseQuery } from '../parse-query.ts';
import { queryText } from '../query-text.ts';
import type { CommandRun } from '../spec.ts';
import type { explainSpec } from '../specs/explain.ts';

/** Says what a query means, and asks each of its parts on its own. */
export const runExplain: CommandRun<typeof explainSpec> = async (context, typed, given) => {
  const { words, options } = await withNamed(context, typed, given);
  const query = await queryText(context, words, 'explain');
  const expr = parseQuery(query);
  return queryGround(context, options, async (answering) => {
    const { io } = context;
    const { source, timeMs } = answering;
    const explained = await explainQuery(query, expr, { source, timeMs, clock: io.now, signal: io.signal });
    if (context.json) context.out(safeJson(explained));
    else if (options.step === true) await walkSteps(context, answering, explained);
    else context.out(renderExplained(explained, context.style));
    return explained.tree.outcome.kind === 'failed' ? EXIT.failed : EXIT.ok;
  });
};

/** Every part with its result, those that others are made of first. */
async function walkSteps(
  { io, out, style }: Context,
  { source, timeMs }: Answering,
  { tree }: Explained,
): Promise<void> {
  const steps = inOrder(tree);
  for (const [index, node] of steps.entries()) {
    out(`${index === 0 ? '' : '\n'}${renderStepTitle(node, index + 1, steps.length, style)}`);
    if (node.outcome.kind === 'failed' || node.outcome.kind === 'literal') continue;
    const result = await source.instant(node.query, { timeMs, signal: io.signal });
    const unit = unitOf(node.query);
    const limit = result.data.kind === 'matrix' ? STEP_SAMPLES : STEP_ROWS;
    out(renderResult(result, style, { limit, showAll: SHOW_ALL, ...(unit === undefined ? {} : { unit }) }));
  }
}

const STEP_ROWS = 10;
/** A range vector only feeds the next step: as many series, and samples of each, as tell what it looks like. */
const STEP_SAMPLES = 3;
const SHOW_ALL = 'prom-tutor query PART --limit 0';

function inOrder(node: ExplainedNode): readonly ExplainedNode[] {
  return [...node.parts.flatMap(inOrder), node];
}
