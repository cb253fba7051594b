import { type Labels, METRIC_NAME } from '../model/labels.ts';
import { formatDuration, formatNumber } from './format.ts';
import { renderLabels } from './labels.ts';
import { safe } from './safe.ts';
import { PROSE_WIDTH, paint, type Role, type Style } from './style.ts';
import { columnsOf, counted, padEnd, wrapText } from './text.ts';

/** A name and what it is: "rate" and "58.67 / 60s = 0.9778 per second". */
export type Fact = readonly [name: string, text: string];

/** Facts one under another, the texts aligned; accessible: a sentence each. */
export function renderFacts(facts: readonly Fact[], style: Style): readonly string[] {
  if (style.accessible) {
    return facts.flatMap(([name, text]) =>
      sentence(`${name.charAt(0).toUpperCase()}${name.slice(1)}: ${text}.`, style),
    );
  }
  const room = Math.min(style.width, FACTS_WIDTH);
  const names = Math.max(...facts.map(([name]) => columnsOf(name))) + 2;
  return facts.flatMap(([name, text]) =>
    wrapText(text, Math.max(16, room - names)).map((line, index) =>
      index === 0 ? paint(style, 'label', padEnd(name, names)) + line : ' '.repeat(names) + line,
    ),
  );
}

/** Wider than prose: they are rows of numbers. */
const FACTS_WIDTH = 84;

/** A sentence, wrapped as prose is. */
export function sentence(text: string, style: Style, role?: Role): readonly string[] {
  const lines = wrapText(text, Math.min(style.width, PROSE_WIDTH));
  return role === undefined ? lines : lines.map((line) => paint(style, role, line));
}

/** Which series is pictured, and how many others the query has. */
export function seriesLines(labels: Labels, others: number, style: Style): readonly string[] {
  const name = style.accessible ? `The series is ${spoken(labels)}.` : renderLabels(labels);
  const more =
    others === 0 ? [] : sentence(`The query has ${counted(others, 'more series', 'more series')}.`, style, 'dim');
  return [
    ...wrapText(name, style.accessible ? Math.min(style.width, PROSE_WIDTH) : style.width, '  ').map((line) =>
      paint(style, 'label', line),
    ),
    ...more,
  ];
}

/** A label set read aloud: "sse_requests_total with instance sse-app:8000, provider openai". */
export function spoken(labels: Labels): string {
  const { [METRIC_NAME]: name, ...others } = labels;
  const pairs = Object.entries(others).map(([label, value]) => `${safe(label)} ${safe(value)}`);
  if (pairs.length === 0) return name === undefined ? 'without labels' : safe(name);
  return name === undefined ? pairs.join(', ') : `${safe(name)} with ${pairs.join(', ')}`;
}

/** Seconds with tenths below a minute, where `formatDuration` would round. */
export function span(ms: number): string {
  return ms < 60_000 ? `${formatNumber(Math.round(ms / 100) / 10)}s` : formatDuration(ms);
}

/** Signs of arithmetic; words where a screen reader would stumble. */
export function signs(style: Style): {
  readonly times: string;
  readonly over: string;
  readonly minus: string;
  readonly plus: string;
  readonly is: string;
} {
  if (style.accessible) return { times: 'times', over: 'divided by', minus: 'minus', plus: 'plus', is: 'is' };
  return { times: style.ascii ? '*' : '×', over: '/', minus: '-', plus: '+', is: '=' };
}

/** Texts at columns of one line; a text that does not fit where it should moves left or right, the later ones first give way. */
export function placed(
  texts: readonly { readonly at: number; readonly text: string; readonly align: 'left' | 'centre' | 'right' }[],
  width: number,
): string {
  let line = '';
  for (const { at, text, align } of texts) {
    const length = columnsOf(text);
    const wanted = align === 'left' ? at : align === 'right' ? at - length + 1 : at - Math.floor(length / 2);
    const from = Math.max(0, Math.min(wanted, width - length));
    if (line !== '' && from < columnsOf(line) + 1) continue;
    line = padEnd(line, from) + text;
  }
  return line;
}
