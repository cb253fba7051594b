import { QueryError } from '../model/errors.ts';
import { type Labels, labelsKey } from '../model/labels.ts';
import { isHistogram, type QueryData } from '../model/query-result.ts';
import { type Binary, type Expr, isComparison } from '../promql/ast.ts';
import { print } from '../promql/print.ts';
import { children } from '../promql/walk.ts';
import type { Source } from '../source/source.ts';
import { bare } from './ast-tools.ts';
import { describeNode, nodeHead } from './describe-node.ts';
import { type MatchFix, matchFixes } from './match-fixes.ts';
import { type MatchGroup, type Mismatch, matchGroups, mismatch } from './match-groups.ts';
import type { Row } from './picture-ask.ts';
import { nameless } from './rows.ts';
import { sayQuery } from './say-query.ts';

/** A query taken apart, each part asked on its own for the same instant. */
export type Explained = { readonly query: string; readonly sentence: string; readonly tree: ExplainedNode };

export type ExplainedNode = {
  /** What it is without its parts: `sum by (provider) (…)`. From the query: unsafe for terminals. */
  readonly head: string;
  /** What it does, in a sentence. */
  readonly words: string;
  /** The part as a query of its own. */
  readonly query: string;
  readonly outcome: Outcome;
  readonly matching?: Matching;
  readonly parts: readonly ExplainedNode[];
};

/** What came of a part. Times in milliseconds. `literal`: nothing to ask. */
export type Outcome =
  | {
      readonly kind: 'series';
      readonly series: number;
      /** How many of them hold a native histogram, and the observations in these; both 0 where all are numbers. */
      readonly histograms: number;
      readonly observations: number;
      readonly labels: readonly LabelCount[];
      readonly tookMs: number;
    }
  | {
      readonly kind: 'samples';
      readonly series: number;
      readonly samples: number;
      readonly labels: readonly LabelCount[];
      readonly tookMs: number;
    }
  | { readonly kind: 'scalar'; readonly value: number; readonly tookMs: number }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'literal' }
  /** The query has more parts than are asked. */
  | { readonly kind: 'unasked' };

/** How many different values a label has among the series of a part. */
export type LabelCount = { readonly name: string; readonly values: number };

/** How the rows of an operator's two sides found each other. */
export type Matching = {
  readonly left: number;
  readonly right: number;
  readonly groups: readonly MatchGroup[];
  readonly mismatch: Mismatch;
  /** Rows that a comparison removed from groups that did match. */
  readonly dropped: number;
  /** Pairs whose row the answer does not have, though nothing compares: VictoriaMetrics leaves out what is NaN. */
  readonly missing: number;
  /** Rows of the answer that these groups do not give: the server matches by other rules than Prometheus. */
  readonly foreign: number;
  /** Where Prometheus refuses the matching: ways to write the whole query that it accepts. */
  readonly fixes: readonly MatchFix[];
};

export type ExplainOptions = {
  readonly source: Source;
  /** Milliseconds since 1970. */
  readonly timeMs: number;
  /** A clock in milliseconds, for the time each part takes. */
  readonly clock: () => number;
  readonly signal?: AbortSignal;
};

/** More parts than these are named, not asked: a server is not to be flooded. */
const MOST_QUESTIONS = 60;

/** Explains a query that parses. `text` and `expr` belong together. Rejects as the source does, refusals of parts apart. */
export async function explainQuery(text: string, expr: Expr, options: ExplainOptions): Promise<Explained> {
  const explainer = new Explainer(text, options);
  return { query: text, sentence: sayQuery(expr), tree: await explainer.node(expr) };
}

type Answered = { readonly data: QueryData; readonly tookMs: number };

class Explainer {
  private readonly text: string;
  private readonly options: ExplainOptions;
  private asked = 0;
  private readonly answers = new Map<string, Promise<Answered | QueryError>>();

  constructor(text: string, options: ExplainOptions) {
    this.text = text;
    this.options = options;
  }

  /** Parts first, in the order they are evaluated, and one at a time: the times are to mean something. */
  async node(whole: Expr): Promise<ExplainedNode> {
    const node = bare(whole);
    const parts: ExplainedNode[] = [];
    const shown = node.kind === 'matrix' ? [] : children(node);
    for (const part of shown) if (!isPlain(part)) parts.push(await this.node(part));
    const query = print(node);
    const outcome = await this.outcomeOf(node);
    const matching = node.kind === 'binary' && node.matching !== undefined ? await this.matchingOf(node) : undefined;
    const head = nodeHead(node);
    return { head, words: describeNode(node), query, outcome, parts, ...(matching === undefined ? {} : { matching }) };
  }

  private async outcomeOf(node: Expr): Promise<Outcome> {
    if (node.kind === 'number' || node.kind === 'string') return { kind: 'literal' };
    if (this.asked >= MOST_QUESTIONS) return { kind: 'unasked' };
    const ranged = node.kind === 'matrix' || node.kind === 'subquery';
    const answer = await this.ask(ranged ? `count_over_time(${print(node)})` : print(node));
    if (answer instanceof QueryError) return { kind: 'failed', message: answer.message };
    const { data, tookMs } = answer;
    if (data.kind === 'scalar') return { kind: 'scalar', value: data.value, tookMs };
    const labels = labelCounts(labelsOf(data));
    const series = labelsOf(data).length;
    if (!ranged) return { kind: 'series', series, ...histogramsOf(data), labels, tookMs };
    const samples = rowsOf(data).reduce((sum, { value }) => sum + value, 0);
    return { kind: 'samples', series, samples, labels, tookMs };
  }

  private async matchingOf(node: Binary): Promise<Matching | undefined> {
    if (this.asked + 3 > MOST_QUESTIONS) return undefined;
    const [left, right] = [await this.ask(print(node.left)), await this.ask(print(node.right))];
    if (left instanceof QueryError || right instanceof QueryError) return undefined;
    const answer = await this.ask(print(node));
    const rows = answer instanceof QueryError ? undefined : rowsOf(answer.data);
    const [leftRows, rightRows] = [rowsOf(left.data), rowsOf(right.data)];
    const groups = matchGroups(node, leftRows, rightRows, rows);
    const unvalued = groups.flatMap(({ fate, results }) =>
      fate === 'paired' ? results.filter(({ value }) => value === undefined) : [],
    ).length;
    const compares = isComparison(node.operator) && !node.bool;
    const expected = new Set(groups.flatMap(({ results }) => results.map(({ labels }) => labelsKey(nameless(labels)))));
    const foreign = (rows ?? []).filter(({ labels }) => !expected.has(labelsKey(nameless(labels)))).length;
    const fixes = answer instanceof QueryError ? await this.proven(matchFixes(this.text, node, groups)) : [];
    return {
      left: leftRows.length,
      right: rightRows.length,
      groups,
      mismatch: mismatch(groups),
      dropped: rows === undefined || !compares ? 0 : unvalued,
      missing: rows === undefined || compares ? 0 : unvalued,
      foreign,
      fixes,
    };
  }

  /** Only what the server accepts, with what it gives. */
  private async proven(fixes: readonly Omit<MatchFix, 'series'>[]): Promise<readonly MatchFix[]> {
    const proven: MatchFix[] = [];
    for (const fix of fixes) {
      const answer = await this.ask(fix.query);
      if (!(answer instanceof QueryError)) proven.push({ ...fix, series: labelsOf(answer.data).length });
    }
    return proven;
  }

  /** Each text once: an operator looks at its sides again to match their rows. */
  private ask(query: string): Promise<Answered | QueryError> {
    const known = this.answers.get(query);
    if (known !== undefined) return known;
    const asked = this.askServer(query);
    this.answers.set(query, asked);
    return asked;
  }

  private async askServer(query: string): Promise<Answered | QueryError> {
    const { source, timeMs, clock, signal } = this.options;
    this.asked++;
    const begun = clock();
    try {
      const { data } = await source.instant(query, { timeMs, ...(signal === undefined ? {} : { signal }) });
      return { data, tookMs: clock() - begun };
    } catch (error) {
      if (error instanceof QueryError) return error;
      throw error;
    }
  }
}

/** Numbers and texts stand in the head of what they belong to. */
function isPlain(node: Expr): boolean {
  const inner = bare(node);
  return inner.kind === 'number' || inner.kind === 'string';
}

function labelsOf(data: QueryData): readonly Labels[] {
  if (data.kind === 'vector') return data.samples.map(({ labels }) => labels);
  return data.kind === 'matrix' ? data.series.map(({ labels }) => labels) : [{}];
}

/** The rows of an instant vector; native histograms take part in matching, their value does not matter there. */
function rowsOf(data: QueryData): readonly Row[] {
  if (data.kind === 'scalar') return [{ labels: {}, value: data.value }];
  if (data.kind !== 'vector') return [];
  return data.samples.map(({ labels, value }) => ({ labels, value: isHistogram(value) ? value.count : value }));
}

function histogramsOf(data: QueryData): { readonly histograms: number; readonly observations: number } {
  const found = data.kind === 'vector' ? data.samples.map(({ value }) => value).filter(isHistogram) : [];
  return { histograms: found.length, observations: found.reduce((sum, { count }) => sum + count, 0) };
}

function labelCounts(series: readonly Labels[]): readonly LabelCount[] {
  const values = new Map<string, Set<string>>();
  for (const labels of series) {
    for (const [name, value] of Object.entries(nameless(labels))) {
      values.set(name, (values.get(name) ?? new Set<string>()).add(value));
    }
  }
  return [...values].map(([name, found]) => ({ name, values: found.size }));
}
