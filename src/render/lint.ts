import type { ReportedFinding } from '../advise/lint/report.ts';
import { renderCaret } from './caret.ts';
import { highlightQuery } from './highlight.ts';
import { prose } from './prose.ts';
import { safe } from './safe.ts';
import { PROSE_WIDTH, paint, type Style } from './style.ts';
import { counted, wrapText } from './text.ts';

/** Findings for people: where, what, a caret under the query, and what to write instead. Then how many there are. */
export function renderLint(findings: readonly ReportedFinding[], queries: number, style: Style): string {
  const certain = findings.filter(({ certainty }) => certainty === 'certain').length;
  const likely = findings.length - certain;
  const kinds = [
    ...(certain > 0 ? [`${certain} certain`] : []),
    ...(likely > 0 ? [`${likely} likely: look before you change it`] : []),
  ];
  const summary =
    findings.length === 0
      ? paint(style, 'ok', `Nothing found in ${counted(queries, 'query', 'queries')}.`)
      : wrapText(
          `${counted(findings.length, 'finding')} in ${counted(queries, 'query', 'queries')} (${kinds.join(', ')}).`,
          Math.min(style.width, PROSE_WIDTH),
        ).join('\n');
  return [...findings.map((finding) => renderFinding(finding, style)), summary].join('\n\n');
}

function renderFinding(finding: ReportedFinding, style: Style): string {
  const { certainty, rule, file, name, region, message, query, span, fixed } = finding;
  const place = file === undefined ? '' : `${safe(file)}:${region.line}:${region.column} `;
  const sure = paint(style, certainty === 'certain' ? 'wrong' : 'warn', certainty);
  const label = name === '' ? '' : ` ${paint(style, 'dim', `(${safe(name)})`)}`;
  const head = `${place}${certainty} ${rule}${name === '' ? '' : ` (${safe(name)})`}`;
  const width = style.width - 1;
  return [
    // Colours take no columns: what fits plain fits painted.
    ...(head.length <= width
      ? [`${place}${sure} ${paint(style, 'title', rule)}${label}`]
      : wrapText(head, width, style.accessible ? '' : '  ')),
    ...(query === '' ? [] : [renderCaret(query, span, style)]),
    prose(message, style),
    ...(fixed === undefined ? [] : [prose('Instead:', style), indented(highlightQuery(fixed.trimEnd(), style), style)]),
  ].join('\n');
}

function indented(text: string, style: Style): string {
  return style.accessible ? text : text.replace(/^/gm, '  ');
}
