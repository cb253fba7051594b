import { type Argument, Command as Commander, CommanderError, type HelpConfiguration, Option } from 'commander';
import { nearest } from '../lib/nearest.ts';
import { shellWord } from '../lib/shell-word.ts';
import { EXIT, Interrupted, UsageError, UserError } from '../model/errors.ts';
import { safe } from '../render/safe.ts';
import { PROSE_WIDTH } from '../render/style.ts';
import { COMMANDS, homeCommand } from './commands.ts';
import { COMPLETE_WORD } from './completion/shell-line.ts';
import { loadConfig, NO_FILE } from './config/config.ts';
import type { Context } from './context.ts';
import { contextOf, GLOBAL_OPTIONS, type GlobalOptions } from './global-options.ts';
import type { Io } from './io.ts';
import type { Command, CommandSpec, OptionSpec } from './spec.ts';
import { toolVersion } from './version.ts';

/**
 * The whole program: words of the command line in, exit code out. Everything it touches comes in through `io`, so tests
 * run it in process. Never throws: a `UserError` becomes its message, anything else is a bug and is shown with its stack.
 */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  // A shell that completes a line; no command, because nobody types it.
  if (argv[0] === COMPLETE_WORD) return (await import('./completion/answer.ts')).answerShell(argv.slice(1), io);
  let exitCode: number = EXIT.ok;
  let file = NO_FILE;
  // Where the first word is a command, the options of the others need not be described.
  const named = COMMANDS.filter(({ spec }) => spec.name === argv[0]);
  const commands = named.length > 0 ? named : COMMANDS;
  const program = programFor(io, commands, await readAloud(argv, io), async (command, args, options, globals) => {
    const [loaded, run] = await Promise.all([loadConfig(io, globals.config), command.load()]);
    file = loaded;
    const context = contextOf(io, globals, file);
    if (file.problem !== undefined) tellDefaults(context, command.spec, file.problem);
    exitCode = await run(context, args, options as never);
  });
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return exitCode;
  } catch (error) {
    return await report(error, io, (globals) => contextOf(io, globals, file), program.opts<GlobalOptions>(), argv);
  }
}

/** A settings file that cannot be used ends what could do something else than it says. */
function tellDefaults(context: Context, { worksWithoutConfig }: CommandSpec, problem: UserError): void {
  if (worksWithoutConfig === undefined) throw problem;
  if (worksWithoutConfig === 'silent') return;
  context.note(`note: ${safe(problem.message)}, so the defaults are in force. To see it: prom-tutor config check`);
}

type Run = (command: Command, args: readonly string[], options: object, globals: GlobalOptions) => Promise<void>;

/** Whether help is to be read aloud. Only where it is asked for: commander prints it before any command knows its settings. */
async function readAloud(argv: readonly string[], io: Io): Promise<boolean> {
  if (!argv.some((word) => HELP_WORDS.has(word))) return false;
  const options = { accessible: argv.includes('--accessible') };
  return contextOf(io, options, await loadConfig(io, undefined)).style.accessible;
}

const HELP_WORDS: ReadonlySet<string> = new Set(['help', '--help', '-h']);

function programFor(io: Io, commands: readonly Command[], aloud: boolean, run: Run): Commander {
  const program = new Commander('prom-tutor')
    .description('Learn Prometheus and PromQL in the terminal, on a live system.')
    .version(toolVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .commandsGroup('Help:')
    .helpCommand('help [command]', 'print the help of a command')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: () => undefined,
      getOutHelpWidth: () => Math.min(io.stdout.columns() ?? 80, aloud ? PROSE_WIDTH : 100),
      getErrHelpWidth: () => Math.min(io.stderr.columns() ?? 80, 100),
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .configureHelp(helpForm(aloud))
    .showSuggestionAfterError(true)
    .enablePositionalOptions(false);
  for (const option of GLOBAL_OPTIONS) program.addOption(commanderOption(option));
  for (const command of commands) program.addCommand(subcommand(program, command, run));
  program
    .usage('[command] [options]')
    .argument('[words...]')
    .action(([word]: string[]) => {
      if (word !== undefined) throw unknownCommand(word);
      return run(homeCommand, [], {}, program.opts());
    });
  return program;
}

/** In two columns, also where the terminal is narrow; read aloud, each name with a colon and its text right behind it. */
function helpForm(aloud: boolean): HelpConfiguration {
  return {
    minWidthToWrap: 20,
    subcommandTerm: (sub) => [sub.name(), ...sub.registeredArguments.map(argumentTerm)].join(' '),
    ...(aloud
      ? {
          formatItem: (term, _width, text, helper) =>
            helper.boxWrap(text === '' ? term : `${term}: ${text}`, helper.helpWidth ?? PROSE_WIDTH),
        }
      : {}),
  };
}

/** `<promql...>`, `[lesson]` */
function argumentTerm(argument: Argument): string {
  const name = argument.name() + (argument.variadic ? '...' : '');
  return argument.required ? `<${name}>` : `[${name}]`;
}

function unknownCommand(word: string): UsageError {
  const [meant] = nearest(
    word,
    COMMANDS.map(({ spec }) => spec.name),
  );
  const hint = meant === undefined ? 'See: prom-tutor --help' : `Did you mean: prom-tutor ${meant}`;
  return new UsageError(`unknown command "${word}"`, { hint });
}

function subcommand(program: Commander, command: Command, run: Run): Commander {
  const { spec } = command;
  const sub = new Commander(spec.name).copyInheritedSettings(program);
  sub.description(spec.summary).helpGroup(`${spec.group}:`);
  if (spec.args !== '') for (const word of spec.args.split(' ')) sub.argument(word);
  for (const option of spec.options) sub.addOption(commanderOption(option));
  for (const option of GLOBAL_OPTIONS) sub.addOption(commanderOption(option).helpGroup('Everywhere:'));
  sub.addHelpOption(new Option('-h, --help', 'print this help').helpGroup('Everywhere:'));
  sub.addHelpText('after', examplesOf(spec));
  sub.action(async () => {
    const merged = { ...program.opts(), ...typedOnly(sub) };
    await run(command, sub.args, keyed(spec, sub.opts()), merged as GlobalOptions);
  });
  return sub;
}

function commanderOption(spec: OptionSpec): Option {
  const option = new Option(spec.flags, spec.help);
  if (spec.choices !== undefined) option.choices([...spec.choices]);
  const { many } = spec;
  const parse = naming(option.long ?? spec.flags, spec.parse);
  if (many) {
    option.argParser((text: string, previous: unknown) => [
      ...((previous as unknown[]) ?? []),
      parse ? parse(text) : text,
    ]);
  } else if (parse !== undefined) {
    option.argParser((text: string) => parse(text));
  }
  return option;
}

/** A value that cannot be read is told with the flag it was given to: several options may take the same kind of value. */
function naming(flag: string, parse: OptionSpec['parse']): OptionSpec['parse'] {
  if (parse === undefined) return undefined;
  return (text) => {
    try {
      return parse(text);
    } catch (error) {
      if (!(error instanceof UsageError) || error.message.includes(flag)) throw error;
      const hint = error.hint === undefined ? {} : { hint: error.hint };
      throw new UsageError(`${flag}: ${error.message}`, hint);
    }
  };
}

/** From commander's names (`--no-input` is `input: false`) to the keys of the spec. */
function keyed(spec: CommandSpec, values: Record<string, unknown>): object {
  const entries = spec.options.map((option) => {
    const parsed = new Option(option.flags);
    return [option.key, values[parsed.attributeName()]] as const;
  });
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

/** What was typed behind the command's name: a default there must not undo what was typed before it. */
function typedOnly(sub: Commander): Record<string, unknown> {
  const values = sub.opts<Record<string, unknown>>();
  return Object.fromEntries(Object.entries(values).filter(([name]) => sub.getOptionValueSource(name) === 'cli'));
}

function examplesOf(spec: CommandSpec): string {
  if (spec.examples.length === 0) return '';
  return `\nExamples:\n${spec.examples.map((line) => `  $ ${line}`).join('\n')}\n`;
}

/** Turns what was thrown into words on stderr and the documented exit code; commander's own 1 becomes 2. */
async function report(
  error: unknown,
  io: Io,
  contextFor: (globals: GlobalOptions) => Context,
  globals: GlobalOptions,
  argv: readonly string[],
): Promise<number> {
  if (error instanceof Interrupted) return error.exitCode;
  if (io.signal.aborted && io.signal.reason instanceof Interrupted) return io.signal.reason.exitCode;
  if (error instanceof CommanderError && error.exitCode === 0) return EXIT.ok;
  const { bugReport, errorReport } = await import('./report-error.ts');
  const context = contextFor({ ...globals, ...(argv.includes('--json') ? { json: true } : {}) });
  const known = error instanceof CommanderError ? fromCommander(error, argv) : error;
  if (!(known instanceof UserError)) {
    context.note(bugReport(known, context));
    return EXIT.failed;
  }
  const text = errorReport(known, context);
  if (text.stdout !== undefined) context.out(text.stdout);
  context.note(text.stderr);
  return known.exitCode;
}

function fromCommander(error: CommanderError, argv: readonly string[]): UsageError {
  const message = error.message.replace(/^error: /, '');
  const named = COMMANDS.find(({ spec }) => argv.includes(spec.name));
  const [, negated] = /^unknown option '(-[^-'][^']+)'/.exec(message) ?? [];
  if (negated !== undefined && named?.spec.args?.includes('promql') === true) {
    const query = shellWord(argv.find((word) => word.startsWith(negated)) ?? negated);
    return new UsageError(message, {
      hint: `A query that begins with - stands behind two dashes: prom-tutor ${named.spec.name} -- ${query}`,
    });
  }
  return new UsageError(message, {
    hint: `See: prom-tutor ${named === undefined ? '' : `${named.spec.name} `}--help`,
  });
}
