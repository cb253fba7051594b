import { safe } from '../../render/safe.ts';
import { loadConfig } from '../config/config.ts';
import type { Context } from '../context.ts';
import { contextOf } from '../global-options.ts';
import type { Io } from '../io.ts';
import { type CommandLine, flagsOf, readCommandLine } from './command-line.ts';
import type { Candidate } from './local-words.ts';
import { continued, SHELLS, type Shell, type ShellWord, splitLine } from './shell-line.ts';
import type { Takes } from './takes.ts';

/**
 * Answers a shell: `__complete SHELL LINE [TEXT]`. LINE is the command line up to the cursor (for PowerShell, which changes quotes on
 * their way to programs, it is in PROM_TUTOR_COMPLETE), TEXT what bash takes the last word for. The first line of the
 * answer says what the others are: `words`, with `nospace` where they are typed on, or `files` or `folders`, which the
 * shell knows best. Prints nothing else, whatever happens: who presses Tab has asked nothing.
 */
export async function answerShell(argv: readonly string[], io: Io): Promise<number> {
  const [name, typed = '', text] = argv;
  const shell = SHELLS.find((known) => known === name);
  if (shell === undefined) return 2;
  const line = shell === 'powershell' ? (io.env.PROM_TUTOR_COMPLETE ?? '') : typed;
  try {
    io.stdout.write(await answer(shell, line, text, io));
    return 0;
  } catch {
    return 1;
  }
}

async function answer(shell: Shell, typed: string, text: string | undefined, io: Io): Promise<string> {
  const words = splitLine(typed, shell);
  const line = readCommandLine(words.slice(1).map(({ value }) => value));
  const last = words.at(-1) ?? { value: '', raw: '', quote: '' };
  const config = await loadConfig(io, line.given.get('config')?.at(-1));
  const quiet = { ...io, stderr: { ...io.stderr, write: () => undefined } };
  const context = { ...contextOf(quiet, {}, config), interactive: false };
  const found = await candidates(context, line, last.value);
  if (typeof found === 'string') return `${found}\n`;
  const fitting = found.filter(({ value }) => value.startsWith(last.value) && isPrintable(value));
  const written = [...new Map(fitting.map((one) => [one.value, one])).values()].flatMap((one) => {
    const word = FORMS[shell](one.value, last, text);
    return word === undefined ? [] : [{ ...one, word }];
  });
  const open = written.some(({ unfinished }) => unfinished === true);
  // A word alone would get its quote closed, or a space: a second one that is longer keeps it open.
  const [only] = written;
  const closing = shell === 'fish' || (shell === 'bash' && last.quote !== '');
  const twin = closing && open && written.length === 1 ? [`${only?.word} `] : [];
  const rows = written.map(({ word, help }) => (shell === 'bash' ? word : `${word}\t${shortened(help)}`));
  return `${[open ? 'words nospace' : 'words', ...rows, ...twin].join('\n')}\n`;
}

async function candidates(context: Context, line: CommandLine, typed: string): Promise<readonly Candidate[] | string> {
  const { wanted } = line;
  if (wanted.kind === 'option') {
    return [
      ...wanted.options.flatMap((option) =>
        flagsOf(option).map((value) => ({ value, help: option.help, unfinished: false })),
      ),
      { value: '--help', help: 'print this help' },
    ].filter(({ value }) => value.startsWith('--') || typed !== '--');
  }
  if (wanted.kind === 'command') {
    const { localWords } = await import('./local-words.ts');
    return [
      ...(await localWords('command', context, line, typed)),
      { value: 'help', help: 'print the help of a command' },
    ];
  }
  const value = typed.slice(wanted.ahead.length);
  const found = await valuesOf(wanted.takes, context, line, value);
  if (typeof found === 'string') return found;
  return found.map((one) => ({ ...one, value: wanted.ahead + one.value }));
}

async function valuesOf(
  takes: Takes,
  context: Context,
  line: CommandLine,
  typed: string,
): Promise<readonly Candidate[] | string> {
  if (typeof takes === 'object') return takes.map((value) => ({ value, help: '' }));
  if (takes === 'file') return 'files';
  if (takes === 'folder') return 'folders';
  if (takes === 'metric') return (await import('./server-words.ts')).metricWords(context, line, typed);
  const { localWords } = await import('./local-words.ts');
  if (takes !== 'query' && takes !== 'query-or-file') {
    const found = await localWords(takes, context, line, typed);
    return found.length === 0 || (takes === 'exercise-or-file' && line.args[0] !== 'reset') ? fallback(takes) : found;
  }
  if (typed.startsWith('@')) {
    const named = await localWords('named-query', context, line, typed);
    return named.map((one) => ({ ...one, value: `@${one.value}` }));
  }
  const found = await (await import('./server-words.ts')).queryWords(context, line, typed);
  return takes === 'query-or-file' && !found.some(({ value }) => value.startsWith(typed)) ? 'files' : found;
}

function fallback(takes: Takes): readonly Candidate[] | string {
  return takes === 'exercise-or-file' ? 'files' : [];
}

type Form = (value: string, last: ShellWord, text: string | undefined) => string | undefined;

/** How each shell is told a word: bash and PowerShell take what is to be typed, the others quote by themselves. */
const FORMS: { readonly [S in Shell]: Form } = {
  bash: (value, last, text) => {
    const rest = continued(value.slice(last.value.length), last.quote, 'bash');
    return rest === undefined ? undefined : (text ?? last.raw) + rest;
  },
  zsh: (value) => value,
  fish: (value) => value,
  powershell: (value) => (/^[\w@./:=-]+$/.test(value) ? value : `'${value.replaceAll("'", "''")}'`),
};

/** A name that could move the cursor, or break a line of the answer in two, is not offered. */
function isPrintable(value: string): boolean {
  return safe(value) === value;
}

const LONGEST_HELP = 60;

function shortened(help: string): string {
  const text = safe(help.split('\n')[0] ?? '');
  return text.length <= LONGEST_HELP ? text : `${text.slice(0, LONGEST_HELP - 1)}…`;
}
