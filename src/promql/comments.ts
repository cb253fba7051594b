import type { Expr } from './ast.ts';
import type { Span } from './span.ts';
import { commentSpans, tokenize } from './syntax/lexer.ts';
import type { Token } from './syntax/tokens.ts';
import { children } from './walk.ts';

/** The comments of a query by the part they speak of: those above it and those behind it; `last` ends the query. */
export type Comments = {
  readonly above: ReadonlyMap<Expr, readonly string[]>;
  readonly behind: ReadonlyMap<Expr, readonly string[]>;
  readonly last: readonly string[];
};

export const NO_COMMENTS: Comments = { above: new Map(), behind: new Map(), last: [] };

/**
 * Gives every comment of the text to a part of the expression that can begin a line of its own: the whole, an argument, a
 * side of an operator, what stands in parentheses. The spans of the expression have to be those of the text.
 */
export function attachComments(text: string, expr: Expr): Comments {
  const spans = commentSpans(text);
  if (spans.length === 0) return NO_COMMENTS;
  const tokens = tokenize(text).filter(({ kind }) => kind !== 'eof');
  const parts = linesOf(expr);
  const above = new Map<Expr, string[]>();
  const behind = new Map<Expr, string[]>();
  const last: string[] = [];
  for (const span of spans) {
    const comment = text.slice(span.start, span.end).trimEnd();
    const ended = followed(text, span, tokens, parts);
    if (ended !== undefined) add(behind, ended, comment);
    else if (span.start >= expr.span.end) last.push(comment);
    else add(above, announced(span, tokens, parts) ?? expr, comment);
  }
  return { above, behind, last };
}

function add(comments: Map<Expr, string[]>, node: Expr, comment: string): void {
  comments.set(node, [...(comments.get(node) ?? []), comment]);
}

/** The parts that can stand on lines of their own, outer ones before inner ones. */
function linesOf(expr: Expr): readonly Expr[] {
  const found: Expr[] = [expr];
  const visit = (node: Expr): void => {
    const split =
      node.kind === 'call' || node.kind === 'aggregation' || node.kind === 'binary' || node.kind === 'paren';
    for (const child of children(node)) {
      if (split) found.push(child);
      visit(child);
    }
  };
  visit(expr);
  return found;
}

/** The part that ends on the comment's line right before it; a comma in between belongs to the part. */
function followed(text: string, comment: Span, tokens: readonly Token[], parts: readonly Expr[]): Expr | undefined {
  const lineStart = Math.max(text.lastIndexOf('\n', comment.start - 1), text.lastIndexOf('\r', comment.start - 1)) + 1;
  const before = tokens.filter(({ start, end }) => start >= lineStart && end <= comment.start);
  const token = before.at(-1)?.text === ',' ? before.at(-2) : before.at(-1);
  if (token === undefined) return undefined;
  const ending = parts.filter(({ span }) => span.end === token.end);
  return ending.find(({ span }) => span.start >= lineStart) ?? ending.at(-1);
}

/** The part that begins next after the comment, within the smallest part around the comment; or that one. */
function announced(comment: Span, tokens: readonly Token[], parts: readonly Expr[]): Expr | undefined {
  const next = tokens.find(({ start }) => start >= comment.end);
  const starting = parts.find(({ span }) => span.start === next?.start);
  if (starting !== undefined) return starting;
  const around = parts.filter(({ span }) => span.start < comment.start && comment.end <= span.end).at(-1);
  if (around === undefined) return undefined;
  const inside = ({ span }: Expr) => span.start >= comment.end && span.end <= around.span.end;
  const chosen = parts.filter(inside).reduce<Expr | undefined>(earlier, undefined) ?? around;
  // What begins at the same place shares a line with it, so the comment stands above the outermost of them.
  return parts.find(({ span }) => span.start === chosen.span.start);
}

function earlier(best: Expr | undefined, node: Expr): Expr {
  return best === undefined || node.span.start < best.span.start ? node : best;
}
