import { existsSync } from 'node:fs';
import { configPath } from './config/config-path.ts';
import { helpText } from './help-text.ts';
import type { Io } from './io.ts';

/**
 * The help that the words ask for, where nothing but the width decides how it looks; undefined for everything else. Where
 * settings or the environment may want it read aloud, the whole program answers.
 */
export function quickHelp(
  words: readonly string[],
  io: Pick<Io, 'env' | 'platform' | 'homeDir' | 'cwd'>,
  columns: number,
): string | undefined {
  const name = helpedCommand(words);
  if (name === undefined || (io.env.ACCESSIBLE ?? '') !== '' || existsSync(configPath(io, undefined))) return undefined;
  return helpText(name.word, columns);
}

/** Which help: of the command `word`, or of the program where that is undefined. */
function helpedCommand([first, second, ...more]: readonly string[]): { readonly word: string | undefined } | undefined {
  if (first === undefined || more.length > 0) return undefined;
  if (second === undefined) return HELP_WORDS.has(first) ? { word: undefined } : undefined;
  if (first === 'help') return second.startsWith('-') ? undefined : { word: second };
  return !first.startsWith('-') && HELP_OPTIONS.has(second) ? { word: first } : undefined;
}

const HELP_OPTIONS: ReadonlySet<string> = new Set(['--help', '-h']);
const HELP_WORDS: ReadonlySet<string> = new Set([...HELP_OPTIONS, 'help']);
