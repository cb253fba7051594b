import { ALL_FEATURES } from '../promql/features.ts';
import { parse } from '../promql/parse.ts';

/** A query or a `\` command of a file, and the line it begins on, counted from 1. */
export type Statement = { readonly text: string; readonly line: number };

/**
 * Takes a text apart: each `\` line is a command, each paragraph a query. A paragraph that is no query as a whole, but one
 * on every line, or over the lines of its brackets, is several. Lines that are only comment belong to what follows them.
 */
export function statementsOf(text: string, isIncomplete: (text: string) => boolean): readonly Statement[] {
  const found: Statement[] = [];
  let paragraph: Line[] = [];
  const flush = () => {
    found.push(...queriesOf(paragraph, isIncomplete));
    paragraph = [];
  };
  for (const [index, raw] of text.replace(/\r\n?/g, '\n').split('\n').entries()) {
    const line = { text: raw, line: index + 1 };
    const open = isIncomplete(paragraph.map((each) => each.text).join('\n'));
    if (raw.trim() === '' && !open) flush();
    else if (/^\s*\\/.test(raw) && !open) {
      flush();
      found.push({ text: raw.trim(), line: line.line });
    } else paragraph.push(line);
  }
  flush();
  return found;
}

type Line = { readonly text: string; readonly line: number };

function queriesOf(lines: readonly Line[], isIncomplete: (text: string) => boolean): readonly Statement[] {
  const whole = statement(lines);
  if (whole === undefined) return [];
  if (runs(whole.text)) return [whole];
  const parts: Statement[] = [];
  let part: Line[] = [];
  for (const line of lines) {
    part.push(line);
    const text = part.map((each) => each.text).join('\n');
    if (isIncomplete(text) || statement(part) === undefined) continue;
    parts.push(...[statement(part)].filter((each) => each !== undefined));
    part = [];
  }
  parts.push(...[statement(part)].filter((each) => each !== undefined));
  return parts.some(({ text }) => runs(text)) ? parts : [whole];
}

/** Undefined where nothing but comments stands. */
function statement(lines: readonly Line[]): Statement | undefined {
  const first = lines.find(({ text }) => text.trim() !== '' && !text.trim().startsWith('#'));
  if (first === undefined) return undefined;
  return {
    text: lines
      .map(({ text }) => text)
      .join('\n')
      .trim(),
    line: first.line,
  };
}

function runs(text: string): boolean {
  return parse(text, ALL_FEATURES).kind === 'ok';
}
