import { safe, safeLines } from './safe.ts';

/** Text that is HTML already; everything else is escaped when it gets into it. */
export type Html = { readonly html: string };

type Part = Html | string | number | undefined | readonly Part[];

/**
 * HTML with values in it. Strings are escaped, so that nothing a server, a label or an address says can become markup;
 * control characters and invisible marks become visible escapes. Lists are joined, undefined is nothing.
 */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return { html: strings.map((text, index) => text + (index < parts.length ? textOf(parts[index]) : '')).join('') };
}

/** Escaped text of several lines, its newlines kept. */
export function lines(text: string): Html {
  return { html: escaped(safeLines(text)) };
}

/** The value of a form field: escaped, but otherwise as it came, because it will be sent again. */
export function field(text: string): Html {
  return { html: escaped(text).replace(/\n/g, '&#10;').replace(/\r/g, '&#13;') };
}

function textOf(part: Part): string {
  if (part === undefined) return '';
  if (typeof part === 'number') return String(part);
  if (typeof part === 'string') return escaped(safe(part));
  if (isList(part)) return part.map(textOf).join('');
  return part.html;
}

function isList(part: Part): part is readonly Part[] {
  return Array.isArray(part);
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
