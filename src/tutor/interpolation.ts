import { nearest } from '../lib/nearest.ts';
import { CHECKPOINT_NAMES, type CheckpointName } from '../model/scenario.ts';

/** A value that prose takes from the data: `{{ sum(up) @ quiet | 0 }}`. */
export type Interpolation = {
  readonly query: string;
  readonly at: CheckpointName;
  readonly format: ValueFormat;
};

/**
 * How a result becomes words. `decimals`: the one value of the result, written `0` … `6`. `percent`: the same times 100
 * (`percent`, `percent 1`). `rows`: how many rows there are. `label`: the values of a label, sorted, joined by commas.
 */
export type ValueFormat =
  | { readonly kind: 'decimals' | 'percent'; readonly digits: number }
  | { readonly kind: 'rows' }
  | { readonly kind: 'label'; readonly name: string };

export type TextPart = string | Interpolation;

/** Cuts a text into words and interpolations. `problems` are sentences; a part with a problem stays as it was written. */
export function parseText(text: string): { readonly parts: readonly TextPart[]; readonly problems: readonly string[] } {
  const parts: TextPart[] = [];
  const problems: string[] = [];
  let end = 0;
  for (const match of text.matchAll(/\{\{(.*?)\}\}(?!\})/gs)) {
    const found = parseInterpolation(match[1] ?? '');
    if (match.index > end) parts.push(text.slice(end, match.index));
    end = match.index + match[0].length;
    if ('problem' in found) problems.push(`${match[0]}: ${found.problem}`);
    parts.push('problem' in found ? match[0] : found);
  }
  if (end < text.length) parts.push(text.slice(end));
  if (/\{\{(?!.*?\}\})/s.test(text.slice(end))) problems.push('"{{" without "}}"');
  return { parts, problems };
}

function parseInterpolation(inside: string): Interpolation | { readonly problem: string } {
  const [beforeFormat, formatText = '2'] = splitLast(inside, '|');
  const format = parseFormat(formatText.trim());
  if (format === undefined) {
    return { problem: `unknown format "${formatText.trim()}"; write 0 … 6, percent, percent 1, rows or label NAME` };
  }
  const [queryText, atText] = splitLast(beforeFormat, '@');
  const named = atText === undefined || /^\s*[a-z][a-z-]*\s*$/.test(atText);
  const query = (named ? queryText : beforeFormat).trim();
  const at = named ? (atText?.trim() ?? 'quiet') : 'quiet';
  if (query === '') return { problem: 'there is no query' };
  const checkpoint = CHECKPOINT_NAMES.find((name) => name === at);
  if (checkpoint === undefined) {
    const [meant] = nearest(at, CHECKPOINT_NAMES, 1);
    const advice = meant === undefined ? `known are ${CHECKPOINT_NAMES.join(', ')}` : `did you mean ${meant}?`;
    return { problem: `unknown checkpoint "${at}"; ${advice}` };
  }
  return { query, at: checkpoint, format };
}

function parseFormat(text: string): ValueFormat | undefined {
  if (/^[0-6]$/.test(text)) return { kind: 'decimals', digits: Number(text) };
  if (text === 'rows') return { kind: 'rows' };
  const percent = /^percent(?:\s+([0-3]))?$/.exec(text);
  if (percent !== null) return { kind: 'percent', digits: Number(percent[1] ?? 0) };
  const label = /^label\s+([A-Za-z_]\w*)$/.exec(text);
  return label?.[1] === undefined ? undefined : { kind: 'label', name: label[1] };
}

/** Splits at the last separator that stands outside of quotes. */
function splitLast(text: string, separator: string): [string, string | undefined] {
  let quote = '';
  let at = -1;
  for (let i = 0; i < text.length; i++) {
    const character = text[i] ?? '';
    if (quote !== '') {
      if (character === '\\' && quote !== '`') i++;
      else if (character === quote) quote = '';
    } else if (character === '"' || character === "'" || character === '`') quote = character;
    else if (character === separator) at = i;
  }
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}
