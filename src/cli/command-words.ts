/**
 * The words of a command as people write it into $EDITOR or $BROWSER: blanks part them, quotes hold them together. Nothing
 * else of a shell counts, because no shell reads it: `$`, `;` and backslashes stand for themselves.
 */
export function commandWords(command: string): readonly string[] {
  return [...command.matchAll(/(?:"[^"]*"|'[^']*'|[^\s])+?(?=\s|$)/g)].map(([word]) =>
    word.replace(/"([^"]*)"|'([^']*)'/g, (_, double?: string, single?: string) => double ?? single ?? ''),
  );
}
