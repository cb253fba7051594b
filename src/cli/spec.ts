import type { Context } from './context.ts';

/** One option as data: commander, completion and the documentation read the same row. */
export type OptionSpec = {
  /** The name under which the value reaches the command. */
  readonly key: string;
  /** As commander writes them: `-s, --server <url>`; without `<…>` it is a switch. */
  readonly flags: string;
  readonly help: string;
  /** Turns the typed text into a value; throws `UsageError` when it cannot. */
  readonly parse?: (text: string) => unknown;
  /** May be given several times; the value is a list. */
  readonly many?: true;
  readonly choices?: readonly string[];
};

/** One command as data. */
export type CommandSpec = {
  readonly name: string;
  /** As commander writes them: `<promql>`, `[lesson]`, `[words...]`. */
  readonly args: string;
  readonly summary: string;
  /** Where `--help` lists it. */
  readonly group: 'Learn' | 'Ask' | 'Stack' | 'Help';
  readonly options: readonly OptionSpec[];
  /** It runs although the settings file cannot be used, and a note says so, or not. Others only say what is wrong with it. */
  readonly worksWithoutConfig?: 'noted' | 'silent';
  /** Lines shown under `--help`: commands that can be run as printed. */
  readonly examples: readonly string[];
};

type ValueOf<O extends OptionSpec> = O extends { readonly parse: (text: string) => infer T }
  ? O extends { readonly many: true }
    ? readonly T[]
    : T
  : O extends { readonly many: true }
    ? readonly string[]
    : O extends { readonly choices: readonly (infer C)[] }
      ? C
      : O['flags'] extends `${string}<${string}>`
        ? string
        : O['flags'] extends `${string}[${string}]`
          ? string | true
          : boolean;

/** The values a command gets, typed from its spec. A missing option is a missing key. */
export type OptionsOf<S extends { readonly options: readonly OptionSpec[] }> = {
  readonly [O in S['options'][number] as O['key']]?: ValueOf<O>;
};

/** Runs one command and gives the exit code. `args` are the words after the command's name. */
export type CommandRun<S extends CommandSpec> = (
  context: Context,
  args: readonly string[],
  options: OptionsOf<S>,
) => Promise<number>;

/** A spec and the code behind it, loaded only when the command runs. */
export type Command = {
  readonly spec: CommandSpec;
  readonly load: () => Promise<(context: Context, args: readonly string[], options: never) => Promise<number>>;
};

/** Ties a spec to its code so that the types of both agree. */
export function command<const S extends CommandSpec>(spec: S, load: () => Promise<CommandRun<S>>): Command {
  return { spec, load };
}
