import { isHistogram } from '../../model/query-result.ts';
import { type Expr, isComparison } from '../../promql/ast.ts';
import { print } from '../../promql/print.ts';
import { bare, callsOf, RATE_FAMILY, windowOf } from '../ast-tools.ts';
import { type AdviceQuestion, adviceContext } from '../context.ts';
import { diagnose } from '../diagnose.ts';
import type { AdviceContext, DetectorId } from '../finding.ts';
import { lintRule, ruleOfMistake } from '../lint-rules.ts';
import { numberOf } from '../rows.ts';
import type { LintFinding, LintUse } from './finding.ts';

/** What only data prove, and what they prove beyond what the tree says. */
const ASKED: readonly DetectorId[] = [
  ...(['M03', 'M06', 'M11', 'M16', 'M17', 'M18', 'M22', 'M23', 'M26', 'M28', 'M33', 'M37'] as const),
];

/** What a server says of a query that it accepts, without what `known` findings say already. */
export async function lintLive(
  question: AdviceQuestion,
  known: readonly LintFinding[],
  use: LintUse = 'query',
): Promise<readonly LintFinding[]> {
  const open = ASKED.filter((id) => !known.some(({ rule }) => rule === ruleOfMistake(id)));
  const outcome = question.outcome ?? (await adviceContext(question)).outcome;
  const asked = { ...question, outcome };
  const found = await diagnose(asked, { voices: ['first', 'empty'], only: open, most: 1 });
  const whole = { start: 0, end: question.query.length };
  const mistakes = found.flatMap(({ id, sentence, facts = [], fix, span = whole }): readonly LintFinding[] => {
    const rule = ruleOfMistake(id);
    if (rule === undefined) return [];
    return [
      {
        rule,
        layer: 'live',
        certainty: lintRule(rule).certainty,
        span,
        message: [sentence, ...facts].join(' '),
        ...(fix === undefined ? {} : { fix: [{ span: whole, text: fix.query }] }),
      },
    ];
  });
  if (mistakes.length > 0) return mistakes;
  const { fresh } = await adviceContext(asked);
  const context = fresh();
  // What the text has a mistake for already needs no second reason to be NaN.
  const nan = known.length === 0 ? allNan(context) : undefined;
  const notes: (Said | undefined)[] = [truncated(context), nan, tooMany(context, use)];
  notes.push(await standsStill(context));
  return notes.flatMap((said) =>
    said === undefined
      ? []
      : [{ ...said, layer: 'live', certainty: lintRule(said.rule).certainty, span: said.span ?? whole }],
  );
}

type Said = Pick<LintFinding, 'rule' | 'message'> & { readonly span?: LintFinding['span'] };

/** https://prometheus.io/docs/prometheus/latest/querying/api/: an answer that `limit` has cut carries a warning. */
function truncated({ result }: AdviceContext): Said | undefined {
  const warning = result?.warnings.find((text) => /truncated due to limit/i.test(text));
  return warning === undefined
    ? undefined
    : { rule: 'limit-truncated', message: `The server has cut the answer off and says so: \`${warning}\`.` };
}

/** Rows come, and not one is a number. */
function allNan({ rows, expr }: AdviceContext): Said | undefined {
  const odd = rows.filter(({ value }) => typeof value === 'number' && !Number.isFinite(value));
  if (rows.length === 0 || odd.length < rows.length || (expr !== undefined && bare(expr).kind === 'number'))
    return undefined;
  const nan = odd.every(({ value }) => Number.isNaN(value));
  return {
    rule: 'all-nan',
    message: `${rows.length === 1 ? 'The only row is' : `All ${rows.length} rows are`} ${nan ? 'NaN' : 'NaN or infinite'} at this moment: something is divided by 0, or a quantile has no observations. Right where nothing happens; wrong where something should.`,
  };
}

/** A graph tells this many lines apart, and nobody reads more of them. */
const MOST_LINES = 20;

function tooMany({ rows, expr }: AdviceContext, use: LintUse): Said | undefined {
  const buckets = rows.some(
    ({ labels, value }) => labels.le !== undefined || (typeof value === 'object' && isHistogram(value)),
  );
  if (rows.length <= MOST_LINES || buckets || use === 'record' || use === 'alert' || expr === undefined)
    return undefined;
  return {
    rule: 'cardinality-large',
    message: `${rows.length} rows come, more than can be told apart in a graph. Add them up by the labels that matter: \`sum by (…)\`, or take the largest with \`topk()\`.`,
    span: expr.span,
  };
}

/** Every row is 0, and the counters behind it have not moved for a day. */
async function standsStill(context: AdviceContext): Promise<Said | undefined> {
  const { rows, expr } = context;
  if (rows.length === 0 || expr === undefined || !rows.every(({ value }) => value === 0)) return undefined;
  const [rated, ...others] = callsOf(expr, RATE_FAMILY);
  const window = rated === undefined ? undefined : windowOf(rated.node);
  if (rated === undefined || others.length > 0 || window === undefined || compares(expr)) return undefined;
  const { offset: _offset, at: _at, ...selector } = window.selector;
  const grown = await context.ask(`sum(increase(${print(selector)}[1d]))`);
  if (grown === undefined || grown.length === 0 || numberOf(grown[0]) !== 0) return undefined;
  return {
    rule: 'all-zero',
    message: `Every row is 0, and \`${print(selector)}\` has not grown for a day. Right if it never happens; otherwise nothing counts it any more.`,
    span: rated.node.span,
  };
}

function compares(expr: Expr): boolean {
  const node = bare(expr);
  return node.kind === 'binary' && isComparison(node.operator);
}
