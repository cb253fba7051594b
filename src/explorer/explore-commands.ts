/** One word behind a backslash. Dispatch, `\?`, completion and docs/explore.md read these rows. */
export type ExploreCommandRow = {
  readonly name: string;
  /** What may stand behind it; '' where nothing may. */
  readonly args: string;
  /** What it does, in a few words. */
  readonly help: string;
  /** What kind of thing stands first behind it, for completion. */
  readonly takes?: 'query' | 'metric' | 'label' | 'file' | 'time' | 'duration' | 'named' | 'server';
  /** `\name!` does it even where something would be lost. */
  readonly forced?: true;
};

/** The `\` commands, in the order in which they are listed: as in psql where psql has the same. */
export const EXPLORE_COMMANDS = [
  { name: 'd', args: '[metric|text]', help: 'the metrics, those a text may mean, or one in full', takes: 'metric' },
  { name: 'l', args: '[label]', help: 'the labels, or the values of one', takes: 'label' },
  { name: 'graph', args: '[range] [query]', help: 'draw the last query, or this one, over time', takes: 'duration' },
  { name: 'watch', args: '[interval]', help: 'ask the last query again and again until Ctrl-C', takes: 'duration' },
  { name: 'explain', args: '[query]', help: 'what the query means and gives, part by part', takes: 'query' },
  { name: 'why', args: '[query]', help: 'why it gives what it gives, or nothing', takes: 'query' },
  { name: 'lint', args: '[query]', help: 'look for mistakes in it', takes: 'query' },
  { name: 'format', args: '[query]', help: 'write it in the usual form', takes: 'query' },
  { name: 'e', args: '[query]', help: 'edit it in $VISUAL or $EDITOR, then run it', takes: 'query' },
  { name: 'more', args: '[all]', help: 'the rows that did not fit, or all of them' },
  { name: 'x', args: '[on|off]', help: 'each row as a block of lines, or as a line again' },
  { name: 'T', args: '[time]', help: 'ask about this moment; alone: about now again', takes: 'time' },
  { name: 'timing', args: '[on|off]', help: 'say how long each query takes' },
  {
    name: 'o',
    args: '[file]',
    help: 'write results to a new file, too; alone or -: no longer',
    takes: 'file',
    forced: true,
  },
  { name: 'i', args: '<file>', help: 'run the queries and commands of a file', takes: 'file' },
  { name: 'n', args: '[name [query]]', help: 'list named queries, run one, or keep one', takes: 'named', forced: true },
  { name: 'nd', args: '<name>', help: 'forget a named query', takes: 'named' },
  {
    name: 'server',
    args: '[name|url]',
    help: 'the server that is asked, or another one from here on',
    takes: 'server',
  },
  { name: 'history', args: '[text]', help: 'what was typed before, all or what holds a text' },
  { name: '?', args: '', help: 'this list' },
  { name: 'q', args: '', help: 'leave' },
] as const satisfies readonly ExploreCommandRow[];

export type ExploreCommandName = (typeof EXPLORE_COMMANDS)[number]['name'];

/** `\d [metric|text]`, as help and documentation write a command. */
export function usageOf({ name, args, forced }: ExploreCommandRow): string {
  return `\\${name}${forced === true ? '[!]' : ''}${args === '' ? '' : ` ${args}`}`;
}
