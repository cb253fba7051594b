import type { Expr, VectorSelector } from '../../promql/ast.ts';
import { isComparison } from '../../promql/ast.ts';
import { parse } from '../../promql/parse.ts';
import { print, printDuration } from '../../promql/print.ts';
import { bare, callsOf, metricOf, nodesOf, overWindow, RATE_FAMILY, spliced } from '../ast-tools.ts';
import { adviseError } from '../error-advice.ts';
import type { AdviceContext, DetectorId, Found } from '../finding.ts';
import { adviseText } from '../text-advice.ts';

/** The detector of one kind of refusal: speaks when Prometheus refused the query for this reason. */
export function refused(id: DetectorId): (context: AdviceContext) => Promise<Found | undefined> {
  return async (context) => {
    const explained = await explainRefusal(context);
    return explained?.id === id ? explained.found : undefined;
  };
}

type Explained = { readonly id: DetectorId; readonly found: Found };

/** Everything that is refused comes through here once for every detector; it asks nothing that is not remembered. */
async function explainRefusal(context: AdviceContext): Promise<Explained | undefined> {
  if (context.error === undefined) return undefined;
  for (const rule of BY_TREE) {
    const found = await rule(context, context.error);
    if (found !== undefined) return found;
  }
  const byMessage = adviseError(context.query, context.error);
  // A name that does not exist is what Prometheus points at; a bracket that is open as well is the next thing to mend.
  const named = context.error.startsWith('unknown function') ? byMessage : undefined;
  const byText = named === undefined ? adviseText(context.query) : undefined;
  if (byText !== undefined) return explained('M24', byText.message, byText.fix);
  const id = /^(?:found duplicate series|multiple matches for labels)/.test(context.error) ? 'M17' : 'M24';
  return byMessage === undefined ? undefined : explained(id, byMessage.message, byMessage.fix);
}

function explained(id: DetectorId, sentence: string, query?: string): Explained {
  return {
    id,
    found: { sentence, evidence: [], ...(query === undefined ? {} : { fix: { text: 'Corrected:', query } }) },
  };
}

type Rule = (context: AdviceContext, error: string) => Promise<Explained | undefined> | Explained | undefined;

/** What the tree of a refused query shows: the parts are there, they do not fit together. */
const BY_TREE: readonly Rule[] = [
  async ({ query, tree, typeOf }, error) => {
    if (!error.startsWith('ranges only allowed for vector selectors') || tree === undefined) return undefined;
    const span = spanOf(query);
    if (span === undefined) return undefined;
    const window = query.slice(span.start, span.end);
    const call = nodesOf(tree, 'call').findLast(({ node }) => node.span.start < span.start && span.end < node.span.end);
    const argument = call?.node.args.at(-1);
    if (call === undefined || argument === undefined) return undefined;
    const inside = bare(argument);
    const selectors = nodesOf(inside, 'vector').map(({ node }) => node);
    const [selector] = selectors;
    const compared = inside.kind === 'binary' && isComparison(inside.operator);
    if (compared && selectors.length === 1 && selector !== undefined) {
      const { start, end } = argument.span;
      const rest = query.slice(selector.span.end, span.start) + query.slice(span.end, end);
      return explained(
        'M24',
        `A window belongs to a selector, directly behind it. A comparison comes after \`${call.node.name}()\`, on its result.`,
        start === selector.span.start && call.node.args.length === 1
          ? `${query.slice(0, call.node.span.start)}${call.node.name}(${query.slice(start, selector.span.end)}${window})${rest.trimEnd()}${query.slice(call.node.span.end)}`
          : undefined,
      );
    }
    const added = inside.kind === 'aggregation' || inside.kind === 'binary';
    if (added && RATE_FAMILY.includes(call.node.name) && selector !== undefined) {
      const types = await Promise.all(selectors.map((one) => typeOf(metricOf(one) ?? '')));
      if (!types.every((type) => type === 'counter' || type === undefined)) return undefined;
      const rated = selectors.reduceRight(
        (text, one) =>
          spliced(text, one.span, `${call.node.name}(${query.slice(one.span.start, one.span.end)}${window})`),
        query.slice(0, span.start),
      );
      const body = rated.slice(argument.span.start).trim();
      return explained(
        'M03',
        `A window belongs to a selector, and \`${call.node.name}()\` to a counter: rate each counter first, then add up. Summed first, the restart of one instance would look like a fall of the whole.`,
        query.slice(0, call.node.span.start) + body + query.slice(call.node.span.end),
      );
    }
    if (/_over_time$/.test(call.node.name)) {
      return explained(
        'M39',
        `A window \`${window}\` belongs to a selector. To look at the results of an expression along time, say how often it is looked at, too: a subquery \`[range:step]\`.`,
        spliced(query, span, window.replace(']', ':15s]')),
      );
    }
    return undefined;
  },
  ({ query, tree, task }, error) => {
    const match = /^expected type range vector in call to function "(\w+)", got instant vector/.exec(error);
    const name = match?.[1];
    if (name === undefined || tree === undefined) return undefined;
    const call = callsOf(tree, [name]).find(({ node }) => node.args.some((arg) => bare(arg).kind === 'vector'));
    const selector = call?.node.args.map(bare).find((arg): arg is VectorSelector => arg.kind === 'vector');
    const misplaced = callsOf(tree, [name]).some(({ node }) => nodesOf(node, 'subquery').length > 0);
    if (misplaced && selector === undefined) return moveSubquery(query, tree, name);
    const window = taskWindow(task?.expr) ?? '5m';
    return explained(
      'M04',
      `\`${name}()\` looks along time: it needs the samples of a window, not one value. Put a window such as \`[${window}]\` after the selector.`,
      selector === undefined ? undefined : spliced(query, selector.span, overWindow(selector, window)),
    );
  },
  async ({ query, tree, typeOf }, error) => {
    if (!error.startsWith('expected type instant vector in aggregation expression, got range vector')) return undefined;
    for (const { node, path } of nodesOf(tree, 'matrix')) {
      const above = path.findLast((parent) => parent.kind !== 'paren');
      if (above?.kind !== 'aggregation') continue;
      const { operator } = above;
      const counter = (await typeOf(metricOf(node.selector) ?? '')) === 'counter';
      if (!counter && ['max', 'min', 'avg', 'count', 'stddev', 'quantile'].includes(operator)) {
        return explained(
          'M32',
          `\`${operator}()\` works across rows at one moment, and \`[…]\` makes every row a list of samples. Along time it is \`${operator}_over_time()\`.`,
          spliced(query, above.operatorSpan, `${operator}_over_time`),
        );
      }
      const window = query.slice(node.span.start, node.span.end);
      return explained(
        'M05',
        `\`${operator}()\` adds up rows at one moment, and \`[…]\` makes every row a list of samples. ${counter ? 'Turn the list into one value first: `rate()`.' : 'Leave the window out: the newest sample of each row is meant.'}`,
        spliced(query, node.span, counter ? `rate(${window})` : print(node.selector)),
      );
    }
    return moveSubquery(query, tree, undefined);
  },
  async ({ query, tree, typeOf }, error) => {
    if (!error.startsWith('binary expression must contain only scalar and instant vector types')) return undefined;
    const matrix = nodesOf(tree, 'matrix').find(
      ({ path }) => path.findLast(({ kind }) => kind !== 'paren')?.kind === 'binary',
    );
    if (matrix === undefined) return undefined;
    const counter = (await typeOf(metricOf(matrix.node.selector) ?? '')) === 'counter';
    const text = query.slice(matrix.node.span.start, matrix.node.span.end);
    return explained(
      'M05',
      `\`${text}\` is a list of samples for every row, and arithmetic wants one value. ${counter ? '`rate()` makes one of it.' : '`avg_over_time()` makes one of it; without the window it is the value of now.'}`,
      spliced(query, matrix.node.span, `${counter ? 'rate' : 'avg_over_time'}(${text})`),
    );
  },
  async ({ query, tree, typeOf }, error) => {
    if (!error.startsWith('invalid expression type "range vector" for range query')) return undefined;
    const node = tree === undefined ? undefined : bare(tree);
    const counter = node?.kind === 'matrix' && (await typeOf(metricOf(node.selector) ?? '')) === 'counter';
    return explained(
      'M05',
      'A graph draws one value for each step, and a window is a list of them. `rate()` or `avg_over_time()` make one value of it.',
      node?.kind === 'matrix' ? `${counter ? 'rate' : 'avg_over_time'}(${query.trim()})` : undefined,
    );
  },
  ({ query, tree }, error) => {
    if (!/^expected type scalar in call to function "histogram_quantile"/.test(error)) return undefined;
    const [call] = callsOf(tree, ['histogram_quantile']);
    return explained(
      'M12',
      'The quantile comes first, then the buckets: `histogram_quantile(0.99, …)`.',
      swapped(query, call?.node.args),
    );
  },
  ({ query, tree }, error) => {
    if (!error.startsWith('expected type instant vector in aggregation expression, got scalar')) return undefined;
    const found = nodesOf(tree, 'aggregation').find(({ node }) => node.parameter !== undefined);
    const { operator = 'topk', parameter, expr } = found?.node ?? {};
    return explained(
      'M24',
      `The number comes first, then what is ranked: \`${operator}(1, …)\`.`,
      parameter === undefined || expr === undefined ? undefined : swapped(query, [parameter, expr]),
    );
  },
  ({ query, tree }, error) => {
    const before = error.startsWith('offset modifier must be preceded by');
    if (!before && !error.startsWith('no offset modifiers allowed before range')) return undefined;
    if (!before) {
      const sentence = 'First the window, then `offset`: `x[5m] offset 1h`.';
      return explained('M27', sentence, tree === undefined ? undefined : print(tree));
    }
    return explained(
      'M27',
      '`offset` stands directly after the selector and its window, inside the function: `rate(x[5m] offset 1h)`.',
      moveOffset(query),
    );
  },
  async (context, error) => {
    if (!/exceeded maximum resolution of [\d,]+ points/.test(error)) return undefined;
    const { range } = context;
    const points = range === undefined ? undefined : Math.floor((range.endMs - range.startMs) / range.stepMs) + 1;
    return explained(
      'M29',
      `Prometheus gives at most 11,000 points for a series${points === undefined ? '' : `, and this range with this step has ${points}`}. Take a larger step.`,
    );
  },
];

/** The window that the task asks for: a corrected line with another one would be the next mistake. */
function taskWindow(asked: Expr | undefined): string | undefined {
  const [matrix] = nodesOf(asked, 'matrix');
  return matrix === undefined ? undefined : printDuration(matrix.node.range);
}

/** Where the first problem of the text is. */
function spanOf(query: string) {
  const parsed = parse(query);
  return parsed.kind === 'error' ? parsed.diagnostics[0].span : undefined;
}

/** `f(agg(x[30m:15s]))`: the brackets go around the whole inner expression. */
function moveSubquery(query: string, tree: Expr | undefined, name: string | undefined): Explained | undefined {
  for (const { node, path } of nodesOf(tree, 'subquery')) {
    const aggregation = path.findLast(({ kind }) => kind !== 'paren');
    const call = path.findLast(({ kind }) => kind === 'call');
    if (aggregation?.kind !== 'aggregation' || call?.kind !== 'call' || (name ?? call.name) !== call.name) continue;
    const body = query.slice(node.expr.span.start, node.expr.span.end);
    const brackets = query.slice(node.expr.span.end, node.span.end);
    const inner =
      query.slice(aggregation.span.start, node.span.start) + body + query.slice(node.span.end, aggregation.span.end);
    return explained(
      'M39',
      `The brackets of a subquery go around the whole inner expression: \`${call.name}(${aggregation.operator}(…)${brackets})\`.`,
      query.slice(0, aggregation.span.start) + inner + brackets + query.slice(aggregation.span.end),
    );
  }
  return undefined;
}

function swapped(query: string, args: readonly Expr[] | undefined): string | undefined {
  const [first, second, ...more] = args ?? [];
  if (first === undefined || second === undefined || more.length > 0) return undefined;
  const text = (expr: Expr) => query.slice(expr.span.start, expr.span.end).trim();
  return (
    query.slice(0, first.span.start) +
    text(second) +
    query.slice(first.span.end, second.span.start) +
    text(first) +
    query.slice(second.span.end)
  );
}

/** Puts an offset that follows an expression behind every selector of it. */
function moveOffset(query: string): string | undefined {
  const span = spanOf(query);
  const found = span === undefined ? undefined : /^\s*offset\s+(-?\d[\w.]*)/.exec(query.slice(span.end));
  if (span === undefined || found === null || found === undefined) return undefined;
  const before = query.slice(span.start, span.end);
  const parsed = parse(before);
  if (parsed.kind === 'error') return undefined;
  const duration = found[1] ?? '';
  const moved = nodesOf(parsed.expr, 'vector').reduceRight((text, { node, path }) => {
    const parent = path.at(-1);
    const end = parent?.kind === 'matrix' ? parent.span.end : node.span.end;
    return node.offset === undefined ? `${text.slice(0, end)} offset ${duration}${text.slice(end)}` : text;
  }, before);
  return query.slice(0, span.start) + moved + query.slice(span.end + found[0].length);
}
