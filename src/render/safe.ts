/**
 * Text that came from a server, a file or a label value, made fit for a terminal: every control character (C0, DEL, C1),
 * line and paragraph separator, invisible direction mark and lone surrogate becomes a visible escape such as \x1b or
 * \u202e, so that nothing can move the cursor, change colours, ring, or reorder what is read.
 */
export function safe(text: string): string {
  return text.replace(UNSAFE, escapeCharacter);
}

/** As `safe`, but newlines and tabs stay: for texts of several lines that we lay out ourselves. */
export function safeLines(text: string): string {
  return text
    .replace(/\r\n/g, '\n')
    .replace(UNSAFE, (character) =>
      character === '\n' || character === '\t' ? character : escapeCharacter(character),
    );
}

/**
 * As `JSON.stringify`, with every character that could do something to a terminal written as an escape: it means the same
 * in JSON, so nothing is lost.
 */
export function safeJson(value: unknown, replacer?: (key: string, value: unknown) => unknown, indent?: number): string {
  return harmlessJson(JSON.stringify(value, replacer, indent));
}

/** The same for JSON that is text already. */
export function harmlessJson(json: string): string {
  return json.replace(UNSAFE, (character) =>
    // Such white space stands between values only: within a text JSON has it as an escape.
    character === '\n' || character === '\r' || character === '\t'
      ? character
      : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

const UNSAFE =
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

function escapeCharacter(character: string): string {
  if (character === '\n') return '\\n';
  if (character === '\r') return '\\r';
  if (character === '\t') return '\\t';
  const code = character.charCodeAt(0);
  return code <= 0xff ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
}
