import { highlightQuery } from './highlight.ts';
import { indent, typedQuery } from './lesson.ts';
import { prose } from './prose.ts';
import { safe, safeLines } from './safe.ts';
import type { Style } from './style.ts';

/** What was solved in one lesson. Queries may hold line breaks and nothing else that is unsafe. */
export type CheatLesson = {
  readonly number: number;
  readonly slug: string;
  readonly title: string;
  readonly entries: readonly { readonly id: string; readonly task: string; readonly query: string }[];
};

const EMPTY = 'No query is solved yet. The first ones are: prom-tutor lesson';

export function renderCheatsheet(sheet: readonly CheatLesson[], style: Style): string {
  if (sheet.length === 0) return prose(EMPTY, style);
  return sheet
    .map(({ number, title, entries }) =>
      [
        prose(`## ${number}. ${title}`, style),
        ...entries.map(({ task, query }) =>
          [
            prose(task, style),
            style.accessible ? typedQuery(query, style) : indent(highlightQuery(query, style), style),
          ].join('\n'),
        ),
      ].join('\n\n'),
    )
    .join('\n\n');
}

/** For a file: headings and fences, whatever the terminal can draw. */
export function renderMarkdownSheet(sheet: readonly CheatLesson[]): string {
  if (sheet.length === 0) return EMPTY;
  const lessons = sheet.map(({ number, title, entries }) =>
    [
      `## ${number}. ${safe(title)}`,
      ...entries.map(({ task, query }) => `${safeLines(task)}\n\n\`\`\`promql\n${safeLines(query)}\n\`\`\``),
    ].join('\n\n'),
  );
  return ['# PromQL cheat sheet', ...lessons].join('\n\n');
}
