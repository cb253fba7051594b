import { COMMANDS } from '../commands.ts';
import { GLOBAL_OPTIONS } from '../global-options.ts';
import type { CommandSpec, OptionSpec } from '../spec.ts';
import { ARGUMENTS, OPTION_KEYS, PLACEHOLDERS, type Takes } from './takes.ts';

/** What is known of a command line when its last word is typed. */
export type CommandLine = {
  readonly spec: CommandSpec | undefined;
  /** Its words that are no options, without the one that is being typed. */
  readonly args: readonly string[];
  /** Options that were given, by their keys; switches have the value ''. */
  readonly given: ReadonlyMap<string, readonly string[]>;
  readonly wanted: Wanted;
};

/** What the last word is to be. `ahead` is what of it stands before the value: `--server=`. */
export type Wanted =
  | { readonly kind: 'option'; readonly options: readonly OptionSpec[] }
  | { readonly kind: 'value'; readonly takes: Takes; readonly ahead: string }
  | { readonly kind: 'command' };

/** Reads the words behind `prom-tutor`, from the same rows commander reads. The last word is being typed. */
export function readCommandLine(words: readonly string[]): CommandLine {
  const before = words.slice(0, -1);
  const last = words.at(-1) ?? '';
  const given = new Map<string, string[]>();
  const args: string[] = [];
  let spec: CommandSpec | undefined;
  let waiting: OptionSpec | undefined;
  let onlyWords = false;
  const options = (): readonly OptionSpec[] => [...(spec?.options ?? []), ...GLOBAL_OPTIONS];
  const give = (option: OptionSpec, value: string) => given.set(option.key, [...(given.get(option.key) ?? []), value]);
  let helps = false;
  for (const word of before) {
    if (waiting !== undefined) {
      give(waiting, word);
      waiting = undefined;
    } else if (word === '--' && !onlyWords) onlyWords = true;
    else if (isOption(word) && !onlyWords) {
      const [flag = '', ...value] = word.split('=');
      const option = optionOf(options(), flag);
      if (option === undefined) continue;
      if (!takesValue(option)) give(option, '');
      else if (word.includes('=')) give(option, value.join('='));
      else waiting = option;
    } else if (spec === undefined && !helps) {
      helps = word === 'help';
      spec = specOf(word);
      if (spec === undefined && !helps) args.push(word);
    } else args.push(word);
  }
  const wanted = wantedAt(last, waiting, onlyWords, spec, args, options(), given, helps);
  return { spec, args, given, wanted };
}

/** The words that mean an option: `-s`, `--server`. */
export function flagsOf({ flags }: OptionSpec): readonly string[] {
  return flags.split(/[\s,]+/).filter((word) => word.startsWith('-'));
}

function takesValue({ flags }: OptionSpec): boolean {
  return flags.includes('<');
}

function wantedAt(
  last: string,
  waiting: OptionSpec | undefined,
  onlyWords: boolean,
  spec: CommandSpec | undefined,
  args: readonly string[],
  options: readonly OptionSpec[],
  given: ReadonlyMap<string, readonly string[]>,
  helps: boolean,
): Wanted {
  if (waiting !== undefined) return { kind: 'value', takes: takesOf(waiting), ahead: '' };
  const assigned = /^(--[^=]+)=/.exec(last);
  if (assigned !== null && !onlyWords) {
    const option = optionOf(options, assigned[1] ?? '');
    return { kind: 'value', takes: option === undefined ? 'nothing' : takesOf(option), ahead: assigned[0] };
  }
  if (last.startsWith('-') && !onlyWords && !looksLikeQuery(last)) {
    return { kind: 'option', options: options.filter(({ key, many }) => many === true || !given.has(key)) };
  }
  if (helps) return { kind: 'value', takes: args.length === 0 ? 'command' : 'nothing', ahead: '' };
  if (spec === undefined)
    return args.length === 0 ? { kind: 'command' } : { kind: 'value', takes: 'nothing', ahead: '' };
  return { kind: 'value', takes: argumentAt(spec, args.length), ahead: '' };
}

function argumentAt({ name, args }: CommandSpec, position: number): Takes {
  const row = ARGUMENTS[name] ?? [];
  return row[position] ?? (args.endsWith('...>') || args.endsWith('...]') ? (row.at(-1) ?? 'nothing') : 'nothing');
}

function takesOf(option: OptionSpec): Takes {
  if (option.choices !== undefined) return option.choices;
  const placeholder = /<([^>]*)>/.exec(option.flags)?.[1] ?? '';
  return OPTION_KEYS[option.key] ?? PLACEHOLDERS[placeholder] ?? 'nothing';
}

function optionOf(options: readonly OptionSpec[], flag: string): OptionSpec | undefined {
  return options.find((option) => flagsOf(option).includes(flag));
}

function specOf(name: string): CommandSpec | undefined {
  return COMMANDS.find(({ spec }) => spec.name === name)?.spec;
}

function isOption(word: string): boolean {
  return word.startsWith('-') && word !== '-' && !looksLikeQuery(word);
}

/** `-1` and `-up` with a bracket are queries that begin with a sign. */
function looksLikeQuery(word: string): boolean {
  return /^-[\d.(]/.test(word) || /^-\w+[({[]/.test(word);
}
