/** What our scripts call, instead of a command. */
export const COMPLETE_WORD = '__complete';

export const SHELLS = ['bash', 'zsh', 'fish', 'powershell'] as const;
export type Shell = (typeof SHELLS)[number];

/** A word of a command line: what it means, and how it is written. */
export type ShellWord = {
  readonly value: string;
  readonly raw: string;
  /** The quote that is still open at its end; '' where none is. */
  readonly quote: string;
};

/**
 * The words of the command the line ends in, up to the cursor; the last one is being typed and may be empty. Reads quotes
 * and escapes as the shell does, and expands nothing: what a line would run is never run to complete it.
 */
export function splitLine(line: string, shell: Shell): readonly ShellWord[] {
  const { escapeSign, escapedInDouble, doubled } = WRITING[shell];
  const words: ShellWord[] = [];
  let word: { value: string; raw: string; quote: string } | undefined;
  for (let at = 0; at < line.length; at++) {
    const sign = line.charAt(at);
    const next = line.charAt(at + 1);
    const open = word?.quote ?? '';
    if (open === '' && /\s/.test(sign)) {
      if (word !== undefined) words.push(word);
      word = undefined;
      continue;
    }
    if (open === '' && ENDS_COMMAND.includes(sign)) {
      words.length = 0;
      word = undefined;
      continue;
    }
    word ??= { value: '', raw: '', quote: '' };
    word.raw += sign;
    if (open === '' && (sign === '"' || sign === "'")) word.quote = sign;
    else if (sign === open && doubled && next === sign) {
      word.value += sign;
      word.raw += next;
      at++;
    } else if (sign === open) word.quote = '';
    else if (sign === escapeSign && at + 1 < line.length && isEscape(open, next, escapedInDouble, shell)) {
      word.value += next;
      word.raw += next;
      at++;
    } else word.value += sign;
  }
  return [...words, word ?? { value: '', raw: '', quote: '' }];
}

/**
 * Text that continues a word whose quote is open or not, written so that the shell reads exactly it; undefined where that
 * cannot be written.
 */
export function continued(rest: string, quote: string, shell: Shell): string | undefined {
  const { escapeSign, escapedInDouble, doubled } = WRITING[shell];
  if (quote === '') return rest.replace(/[^\w@%+:,./=-]/g, (sign) => escapeSign + sign);
  if (doubled) return quote === "'" ? rest.replaceAll("'", "''") : rest.replace(/["$`]/g, (sign) => escapeSign + sign);
  if (quote === '"')
    return [...rest].map((sign) => (escapedInDouble.includes(sign) ? escapeSign + sign : sign)).join('');
  if (shell === 'fish') return rest.replace(/['\\]/g, (sign) => escapeSign + sign);
  return rest.includes("'") ? undefined : rest;
}

/** Behind these a new command begins. */
const ENDS_COMMAND = ';|&\n';

type Writing = {
  readonly escapeSign: string;
  readonly escapedInDouble: string;
  /** Whether a quote inside its own kind of quotes is written twice. */
  readonly doubled: boolean;
};

const WRITING: { readonly [S in Shell]: Writing } = {
  bash: { escapeSign: '\\', escapedInDouble: '$`"\\', doubled: false },
  zsh: { escapeSign: '\\', escapedInDouble: '$`"\\', doubled: false },
  fish: { escapeSign: '\\', escapedInDouble: '$"\\', doubled: false },
  powershell: { escapeSign: '`', escapedInDouble: '$`"', doubled: true },
};

function isEscape(open: string, next: string, inDouble: string, shell: Shell): boolean {
  if (open === '') return true;
  if (open === '"') return inDouble.includes(next);
  return shell === 'fish' && (next === "'" || next === '\\');
}
