/**
 * A label name as it stands in a path of the API. Names of letters, digits and underscores stay; all others are written
 * as `U__` and their characters, `_` doubled and the rest as `_hex_`. https://prometheus.io/docs/guides/utf8/
 */
export function escapeLabelName(name: string): string {
  if (/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name) && !name.startsWith('U__')) return name;
  return `U__${[...name].map(escapeCharacter).join('')}`;
}

function escapeCharacter(character: string, index: number): string {
  if (character === '_') return '__';
  if (/[a-zA-Z:]/.test(character) || (index > 0 && /[0-9]/.test(character))) return character;
  const code = character.codePointAt(0) ?? 0xfffd;
  return code >= 0xd800 && code <= 0xdfff ? '_FFFD_' : `_${code.toString(16)}_`;
}
