import type { Evidence, Finding } from '../advise/finding.ts';
import { highlightQuery } from './highlight.ts';
import { renderLabels } from './labels.ts';
import { spoken } from './picture-words.ts';
import { prose } from './prose.ts';
import { safe, safeLines } from './safe.ts';
import { PROSE_WIDTH, paint, type Style } from './style.ts';
import { wrapText } from './text.ts';
import { formatValue } from './value.ts';

/** What was found, the surest first: a sentence, the queries that prove it with their rows, and what to write instead. */
export function renderFindings(findings: readonly Finding[], style: Style): string {
  return findings.map((finding) => renderFinding(finding, style)).join('\n\n');
}

function renderFinding({ sentence, evidence, facts = [], fix }: Finding, style: Style): string {
  const lead = style.accessible ? '' : '  ';
  const proofs = [
    ...evidence.flatMap((each) => evidenceLines(each, style)),
    ...facts.flatMap((fact) => wrapped(safe(fact), style)),
  ];
  return [
    prose(sentence, style),
    ...(proofs.length === 0 ? [] : [paint(style, 'dim', 'Seen here:')]),
    ...proofs.map((line) => lead + line),
    ...(fix === undefined
      ? []
      : [prose(fix.text, style), `${style.accessible ? 'Query: ' : lead}${highlightQuery(fix.query, style)}`]),
  ].join('\n');
}

const MOST_ROWS = 5;

function evidenceLines({ query, rows }: Evidence, style: Style): readonly string[] {
  const shown = highlightQuery(query, style);
  const [first] = rows;
  if (style.accessible) return spokenEvidence(query, rows);
  if (first === undefined) return [`${shown}  ${paint(style, 'warn', 'nothing')}`];
  if (rows.length === 1 && Object.keys(first.labels).length === 0) {
    return [`${shown} = ${paint(style, 'number', valueText(first.value, style))}`];
  }
  const lines = rows
    .slice(0, MOST_ROWS)
    .map(({ labels, value }) => `${renderLabels(labels)}  ${valueText(value, style)}`);
  const more = rows.length > MOST_ROWS ? [`and ${rows.length - MOST_ROWS} more`] : [];
  return [`${shown}:`, ...[...lines, ...more].flatMap((line) => wrapped(line, style).map((part) => `  ${part}`))];
}

/** The query, then a sentence a row. */
function spokenEvidence(query: string, rows: Evidence['rows']): readonly string[] {
  const style = { accessible: true };
  const said = rows.slice(0, MOST_ROWS).map(({ labels, value }) => {
    const name = Object.keys(labels).length === 0 ? '' : `${spoken(labels)}, `;
    return `Row: ${name}value ${valueText(value, style)}`;
  });
  const more = rows.length > MOST_ROWS ? [`and ${rows.length - MOST_ROWS} more`] : [];
  const lines = rows.length === 0 ? ['Nothing.'] : [...said, ...more];
  return [`Query: ${safeLines(query)}`, ...lines.flatMap((line) => wrapText(line, PROSE_WIDTH))];
}

function wrapped(text: string, style: Style): readonly string[] {
  return wrapText(text, Math.max(20, style.width - 4), '  ');
}

function valueText(value: Evidence['rows'][number]['value'], style: Pick<Style, 'accessible'>): string {
  return typeof value === 'string' ? safe(JSON.stringify(value)) : formatValue(value, { spoken: style.accessible });
}
