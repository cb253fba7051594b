import { renderCaret } from '../../render/caret.ts';
import { safe } from '../../render/safe.ts';
import { paint, type Style } from '../../render/style.ts';
import { wrapText } from '../../render/text.ts';
import type { ConfigError } from './config-error.ts';

/** Every mistake with its place: `PATH:LINE:COLUMN: what`, then the line with a caret; what may be a secret is not shown. */
export function renderConfigPlaces({ path, text, problems }: ConfigError, style: Style): readonly string[] {
  const lines = text.split('\n');
  return problems.flatMap(({ line, column, message }) => {
    const head = `${path}:${line}:${column}:`;
    const [first = '', ...rest] = wrapText(`${safe(head)} ${safe(message)}`, style.width, '  ');
    const said = [first.replace(safe(head), (place) => paint(style, 'dim', place)), ...rest];
    const shown = withoutSecrets(lines[line - 1] ?? '');
    if (shown.trim() === '') return said;
    const at = Math.min(column - 1, shown.length);
    return style.accessible
      ? [...said, ...wrapText(`Line ${line}: ${safe(shown.trim())}`, style.width, '  ')]
      : [...said, renderCaret(shown, { start: at, end: wordEnd(shown, at) }, style)];
  });
}

/** A value after a key that sounds like a secret, and credentials in an address, are left out of what is printed. */
export function withoutSecrets(line: string): string {
  return line
    .replace(/\r$/, '')
    .replace(/\/\/[^/@\s]*@/g, '//…@')
    .replace(SECRET_VALUE, (whole, key: string) => (/_files?["']?\s*:$/i.test(key) ? whole : `${key} …`));
}

const SECRET_VALUE =
  /([\w-]*(?:passw|token|secret|credential|authorization|cookie|api-?key|^\s*key)[\w-]*["']?\s*:)\s*\S.*/i;

function wordEnd(line: string, start: number): number {
  const word = /^[^\s:,}\]#]+/.exec(line.slice(start))?.[0] ?? '';
  return start + Math.max(1, word.length);
}
