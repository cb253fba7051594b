import { positionInText } from '../../promql/span.ts';
import { lintRule } from '../lint-rules.ts';
import type { LintFinding, LintUse } from './finding.ts';
import { applyFixes } from './lint-query.ts';
import { readQueryFile } from './query-file.ts';
import type { ScalarText } from './scalar-text.ts';

/** A query and where it stands: in a file, or alone. */
export type Linted = {
  readonly query: string;
  /** The alert, the record, the title of the panel; empty where there is none. Unsafe. */
  readonly name: string;
  readonly use: LintUse;
  readonly variables: boolean;
  readonly text: ScalarText;
};

/** A text that was given: a query, or a file. `problems` are what kept it from being read as a whole. */
export type LintInput = {
  readonly file: string | undefined;
  readonly source: string;
  readonly kind: 'query' | 'rules' | 'dashboard';
  readonly queries: readonly Linted[];
  readonly problems: readonly LintFinding[];
};

/** 1-based lines and columns in UTF-16 units; the end excluded. */
export type Region = {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
};

export type ReportedFinding = LintFinding & {
  readonly file: string | undefined;
  readonly query: string;
  readonly name: string;
  readonly title: string;
  /** In the file, or in the query. */
  readonly region: Region;
  /** The whole query with the fix. */
  readonly fixed: string | undefined;
  /** The fix in offsets of the file. */
  readonly replacements: readonly { readonly region: Region; readonly text: string }[];
};

/** Takes a text apart into queries; undefined when a file holds none that could be found. */
export function lintInput(source: string, file: string | undefined, kind: 'query' | 'file'): LintInput | undefined {
  if (kind === 'query') {
    const text: ScalarText = { value: source, inFile: (span) => span, written: (put) => put };
    const query: Linted = { query: source, name: '', use: 'query', variables: false, text };
    return { file, source, kind: 'query', queries: [query], problems: [] };
  }
  const read = readQueryFile(source);
  if (read === undefined) return undefined;
  return {
    file,
    source,
    kind: read.kind,
    queries: read.queries.map(({ name, use, text }) => ({
      query: text.value,
      name,
      use,
      variables: read.kind === 'dashboard',
      text,
    })),
    problems: read.problems.map(({ offset, message }) => ({
      rule: 'syntax',
      layer: 'text',
      certainty: 'certain',
      span: { start: offset, end: offset + 1 },
      message: `The file cannot be read: ${message}`,
    })),
  };
}

/** A finding with all that people and machines want to know of it. */
export function reported(finding: LintFinding, input: LintInput, linted: Linted | undefined): ReportedFinding {
  const text = linted?.text;
  const place = (span: LintFinding['span']) => regionOf(input.source, text === undefined ? span : text.inFile(span));
  const { fix } = finding;
  return {
    ...finding,
    file: input.file,
    query: linted?.query ?? '',
    name: linted?.name ?? '',
    title: lintRule(finding.rule).title,
    region: place(finding.span),
    fixed: fix === undefined || linted === undefined ? undefined : applyFixes(linted.query, [fix]),
    replacements: (fix ?? []).map(({ span, text: put }) => ({ region: place(span), text: text?.written(put) ?? put })),
  };
}

/** Whether `--fix` may apply it: it is certain, or changes nothing of the answer. */
export function mayFix({ rule, certainty, fix }: LintFinding): boolean {
  return fix !== undefined && (certainty === 'certain' || lintRule(rule).keepsMeaning === true);
}

/**
 * The text with fixes applied, everything around them as it was. A query that could not be read back as meant is left
 * alone; `applied` counts the findings that are mended.
 */
export function fixInput(
  input: LintInput,
  findings: (linted: Linted) => readonly LintFinding[],
): { readonly source: string; readonly applied: number } {
  let { source } = input;
  let applied = 0;
  for (const [index, linted] of [...input.queries.entries()].reverse()) {
    const fixes = findings(linted).filter(mayFix);
    if (fixes.length === 0) continue;
    const wanted = applyFixes(
      linted.query,
      fixes.map(({ fix = [] }) => fix),
    );
    const inFile = fixes.map(({ fix = [] }) =>
      fix.map(({ span, text }) => ({ span: linted.text.inFile(span), text: linted.text.written(text) })),
    );
    const tried = applyFixes(source, inFile);
    if (input.kind !== 'query' && readQueryFile(tried)?.queries[index]?.text.value !== wanted) continue;
    source = tried;
    applied += fixes.length;
  }
  return { source, applied };
}

function regionOf(source: string, { start, end }: LintFinding['span']): Region {
  const from = positionInText(source, start);
  const to = positionInText(source, end);
  return { line: from.line, column: from.column, endLine: to.line, endColumn: to.column };
}
