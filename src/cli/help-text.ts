import { COMMANDS } from './commands.ts';
import type { CommandSpec, OptionSpec } from './spec.ts';
import { GLOBAL_OPTIONS } from './specs/everywhere.ts';

/**
 * The help of the program, or of one command, from the specs alone: commander, which would write the same, takes longer to
 * load than Node to start. test/cli/help-text.test.ts compares the two. Undefined where there is no such command.
 */
export function helpText(name: string | undefined, columns: number): string | undefined {
  const width = Math.min(columns, MOST_COLUMNS);
  if (name === undefined) return programHelp(width);
  const spec = COMMANDS.find((command) => command.spec.name === name)?.spec;
  return spec === undefined ? undefined : commandHelp(spec, width);
}

const MOST_COLUMNS = 100;

/** A name, what it means, and under which title it stands. */
type Item = { readonly title: string; readonly term: string; readonly text: string };

function programHelp(width: number): string {
  const options = [
    { title: 'Options:', term: '-V, --version', text: 'print the version' },
    ...GLOBAL_OPTIONS.map((option) => optionItem('Options:', option)),
    { title: 'Options:', ...HELP_OPTION },
  ];
  const commands = COMMANDS.map(({ spec }) => ({
    title: `${spec.group}:`,
    term: `${spec.name} ${spec.args}`.trim(),
    text: spec.summary,
  }));
  const help = { title: 'Help:', term: 'help [command]', text: 'print the help of a command' };
  const about = 'Learn Prometheus and PromQL in the terminal, on a live system.';
  return page('prom-tutor [command] [options]', about, [...options, ...commands, help], width);
}

function commandHelp(spec: CommandSpec, width: number): string {
  const items = [
    ...spec.options.map((option) => optionItem('Options:', option)),
    ...GLOBAL_OPTIONS.map((option) => optionItem('Everywhere:', option)),
    { title: 'Everywhere:', ...HELP_OPTION },
  ];
  const examples = spec.examples.map((line) => `  $ ${line}\n`).join('');
  const usage = `prom-tutor ${spec.name} [options] ${spec.args}`.trimEnd();
  return page(usage, spec.summary, items, width) + (examples === '' ? '' : `\nExamples:\n${examples}\n`);
}

const HELP_OPTION = { term: '-h, --help', text: 'print this help' };

function optionItem(title: string, { flags, help, choices }: OptionSpec): Item {
  const listed = choices?.map((choice) => JSON.stringify(choice)).join(', ');
  return { title, term: flags, text: listed === undefined ? help : `${help} (choices: ${listed})` };
}

function page(usage: string, about: string, items: readonly Item[], width: number): string {
  const longest = Math.max(...items.map(({ term }) => term.length));
  const titles = [...new Set(items.map(({ title }) => title))];
  const sections = titles.flatMap((title) => [
    title,
    ...items.filter((item) => item.title === title).map((item) => itemLines(item, longest, width)),
    '',
  ]);
  return [`Usage: ${usage}`, '', wrapped(about, width), '', ...sections].join('\n');
}

const INDENT = '  ';

function itemLines({ term, text }: Item, longest: number, width: number): string {
  const lead = INDENT.length + longest + INDENT.length;
  return `${INDENT}${term.padEnd(longest)}${INDENT}${wrapped(text, width - lead).replace(/\n/g, `\n${' '.repeat(lead)}`)}`;
}

/** In columns narrower than this nothing is wrapped. */
const LEAST_COLUMNS = 20;

/** Breaks at spaces only. */
function wrapped(text: string, width: number): string {
  if (width < LEAST_COLUMNS) return text;
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines.join('\n');
}
