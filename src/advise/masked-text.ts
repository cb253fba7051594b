/** Whether the pattern is found inside braces. */
export function inBraces(masked: string, pattern: RegExp): boolean {
  return [...masked.matchAll(/\{[^}]*\}?/g)].some(([part]) =>
    new RegExp(pattern.source, pattern.flags.replace('g', '')).test(part),
  );
}

/** As `replaceMasked`, inside braces only. */
export function replaceInBraces(
  text: string,
  masked: string,
  pattern: RegExp,
  replace: (match: RegExpMatchArray) => string,
): string {
  let result = '';
  let end = 0;
  for (const braces of masked.matchAll(/\{[^}]*\}?/g)) {
    const stop = braces.index + braces[0].length;
    result += text.slice(end, braces.index);
    result += replaceMasked(text.slice(braces.index, stop), braces[0], pattern, replace);
    end = stop;
  }
  return result + text.slice(end);
}

/** Finds in the masked text and replaces in the real one; what a pattern captures must not lie inside quotes. */
export function replaceMasked(
  text: string,
  masked: string,
  pattern: RegExp,
  replace: (match: RegExpMatchArray) => string,
): string {
  let result = '';
  let end = 0;
  for (const match of masked.matchAll(
    new RegExp(pattern.source, pattern.flags.includes('g') ? pattern.flags : `${pattern.flags}g`),
  )) {
    result += text.slice(end, match.index) + replace(match);
    end = match.index + match[0].length;
  }
  return (result + text.slice(end)).trim();
}

/** The text with what stands inside quotes replaced, character by character, so that offsets agree. */
export function maskStrings(text: string): string {
  return text.replace(/"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`[^`]*`/gs, (quoted) =>
    quoted.length < 2 ? quoted : `"${'_'.repeat(quoted.length - 2)}"`,
  );
}
