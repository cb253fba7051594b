import { ALL_FEATURES } from '../../promql/features.ts';
import { type ParseResult, parse } from '../../promql/parse.ts';
import type { MetricType } from '../finding.ts';
import { LINT_RULES, type LintRule } from '../lint-rules.ts';
import type { Edit, LintContext, LintFinding, LintNote, LintUse } from './finding.ts';
import { explainRefusal } from './refused.ts';
import { type Substituted, substituteVariables } from './variables.ts';

export type LintOptions = {
  readonly use?: LintUse;
  /** Whether `$x`, `${x}` and `[[x]]` are variables of Grafana. */
  readonly variables?: boolean;
  readonly typeOf?: (name: string) => MetricType | undefined;
};

/** What is wrong with a query as far as its text, its tree and metadata tell; in the order of the text. */
export function lintQuery(query: string, options: LintOptions = {}): readonly LintFinding[] {
  const read = options.variables === true ? substituteVariables(query) : AS_WRITTEN(query);
  const parsed = parse(read.text, ALL_FEATURES);
  const found = parsed.kind === 'error' ? refusals(read, parsed) : observations(read, parsed, options);
  return found
    .map((finding) => backToOriginal(finding, read))
    .sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
}

/** The query with these fixes applied, from the end on; a fix that touches an earlier one is left for another run. */
export function applyFixes(query: string, fixes: readonly (readonly Edit[])[]): string {
  const taken: Edit[] = [];
  for (const fix of fixes) {
    const free = fix.every(({ span }) =>
      taken.every((other) => span.end < other.span.start || span.start > other.span.end),
    );
    if (free) taken.push(...fix);
  }
  return taken
    .sort((a, b) => b.span.start - a.span.start)
    .reduce((text, { span, text: put }) => text.slice(0, span.start) + put + text.slice(span.end), query);
}

const AS_WRITTEN = (text: string): Substituted => ({
  text,
  open: false,
  variable: () => false,
  original: (span) => span,
});

function refusals(read: Substituted, parsed: ParseResult & { readonly kind: 'error' }): readonly LintFinding[] {
  return parsed.diagnostics.map((diagnostic, index) => {
    const { rule, words, fix } = explainRefusal(read.text, diagnostic);
    const first = index === 0;
    return {
      rule,
      layer: 'text',
      // Where a variable may stand for anything, the query that runs in the end may be another.
      certainty: read.open ? 'likely' : 'certain',
      span: diagnostic.span,
      message: `Prometheus says: ${quoted(diagnostic.message)}.${first && words !== '' ? ` ${words}` : ''}`,
      ...(first && fix !== undefined ? { fix } : {}),
    };
  });
}

/** As Markdown code, so that nothing in it is taken for Markdown. */
function quoted(text: string): string {
  return text.includes('`') ? `\`\` ${text} \`\`` : `\`${text}\``;
}

function observations(
  read: Substituted,
  parsed: ParseResult & { readonly kind: 'ok' },
  { use = 'query', typeOf = () => undefined }: LintOptions,
): readonly LintFinding[] {
  const context: LintContext = { query: read.text, use, typeOf, variable: read.variable };
  const rules: readonly (readonly [string, LintRule])[] = Object.entries(LINT_RULES);
  return rules.flatMap(([rule, { certainty, check }]) =>
    check === undefined
      ? []
      : check(parsed.expr, context)
          .filter(({ span }) => !read.variable(span))
          .map((note: LintNote): LintFinding => ({ certainty, ...note, rule, layer: 'ast' })),
  );
}

/** A fix that would overwrite a variable is none. */
function backToOriginal({ fix, ...finding }: LintFinding, read: Substituted): LintFinding {
  const kept = fix === undefined || fix.length === 0 || fix.some(({ span }) => read.variable(span)) ? undefined : fix;
  return {
    ...finding,
    span: read.original(finding.span),
    ...(kept === undefined ? {} : { fix: kept.map(({ span, text }) => ({ span: read.original(span), text })) }),
  };
}
