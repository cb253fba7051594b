import type { Greeting } from '../explorer/greeting.ts';
import type { Offer } from '../explorer/query-advice.ts';
import type { Remark } from '../explorer/session.ts';
import { formatDuration, formatNumber } from './format.ts';
import { highlightQuery } from './highlight.ts';
import { prose } from './prose.ts';
import { safe, safeLines } from './safe.ts';
import { PROSE_WIDTH, paint, type Style } from './style.ts';
import { columnsOf, counted, padEnd, wrapText } from './text.ts';

/** What stands before a query that is typed; with the moment that is asked about where it is not now. */
export function exploreLabel(time: string | undefined, style: Style): string {
  const at = time === undefined ? '' : safe(time);
  if (style.accessible) return at === '' ? 'Your query: ' : `Your query, at ${at}: `;
  return `${paint(style, 'label', at === '' ? 'promql>' : `promql @${at}>`)} `;
}

/** The first screen: which server, what is there, one query that has an answer, and how to go on. `where` is a phrase. */
export function renderGreeting(greeting: Greeting, where: string, style: Style): string {
  const { server, targets, metrics, example } = greeting;
  const there = [
    ...(targets === undefined
      ? []
      : [`${counted(targets.all, 'target')}, ${targets.up === targets.all ? 'all' : targets.up} up`]),
    ...(metrics === undefined ? [] : [counted(metrics, 'metric')]),
  ].join('; ');
  const head = server === undefined ? safe(where) : `${safe(server)}, ${safe(where)}`;
  const asked = example === undefined ? '' : `${paint(style, 'hint', 'try:')} ${highlightQuery(example, style)}`;
  return [
    ...wrapText(head.replace(/^the /, 'The '), proseWidth(style)),
    ...(there === '' ? [] : wrapText(`${there}.`, proseWidth(style))),
    ...(asked === '' ? [] : [asked]),
    prose('Enter runs a query; `\\d` metrics, `\\?` help, `\\q` leaves.', style),
  ].join('\n');
}

/** A query that nobody typed, as if it had been. */
export function renderEcho(query: string, style: Style): string {
  return style.accessible
    ? `Query: ${safeLines(query)}`
    : `${paint(style, 'label', 'promql>')} ${highlightQuery(query, style)}`;
}

/** The queries that a number stands for; '' when there are none. `sample` is what the first of them gives. */
export function renderOffers(offers: readonly Offer[], style: Style): string {
  if (offers.length === 0) return '';
  const lines = offers.flatMap(({ query, text }, index) => {
    const lead = style.accessible ? `Fix ${index + 1}:` : `fix ${index + 1}:`;
    const room = proseWidth(style) - (style.accessible ? 0 : lead.length + 1);
    const says = text === '' ? [] : prose(text, { ...style, width: Math.max(20, room) }).split('\n');
    return [
      `${paint(style, 'hint', lead)} ${highlightQuery(query, style).replaceAll('\n', `\n${' '.repeat(lead.length + 1)}`)}`,
      ...says.map((line) => `${style.accessible ? '' : ' '.repeat(lead.length + 1)}${line}`),
    ];
  });
  const last = offers.length === 1 ? 'Type 1 to run it.' : `Type a number from 1 to ${offers.length} to run one.`;
  return [...lines, paint(style, 'dim', last)].join('\n');
}

/** All `\` commands, and what can be done without one. */
export function renderExploreHelp(
  rows: readonly { readonly usage: string; readonly help: string }[],
  style: Style,
): string {
  const names = rows.map(({ usage }) => usage);
  const widest = Math.max(...names.map(columnsOf));
  const commands = rows.flatMap(({ help }, index) => {
    const name = names[index] ?? '';
    if (style.accessible) return wrapText(`Command ${name}: ${help}.`, proseWidth(style));
    const shown = paint(style, 'query', name);
    if (style.width < 60) return [shown, ...wrapText(help, style.width - 2).map((line) => `  ${line}`)];
    return wrapText(help, Math.max(20, style.width - widest - 2)).map((line, at) =>
      at === 0 ? `${shown}${' '.repeat(widest - columnsOf(name) + 2)}${line}` : `${' '.repeat(widest + 2)}${line}`,
    );
  });
  return [...commands, '', ...EXPLORE_KEYS.map((text) => prose(text, style))].join('\n');
}

/** What no row of the table says. */
export const EXPLORE_KEYS = [
  'Enter runs the query; while a bracket is open it starts another line. A beginning such as `\\gr` stands for its command, a number for a fix that was offered.',
  'Ctrl-C stops a query, or empties the line; on an empty line twice it leaves, and so does Ctrl-D.',
] as const;

const REMARKS: { readonly [K in Remark['kind']]: (remark: Extract<Remark, { kind: K }>) => string } = {
  'unknown-command': ({ typed, meant }) =>
    meant.length === 0
      ? `There is no command \`\\${typed}\`. All of them: \`\\?\``
      : `There is no command \`\\${typed}\`. Did you mean ${meant.map((name) => `\`\\${name}\``).join(' or ')}?`,
  'ambiguous-command': ({ typed, names }) =>
    `\`\\${typed}\` is the beginning of ${names.map((name) => `\`\\${name}\``).join(' and ')}.`,
  'no-query': ({ command }) => `There was no query yet. Type one first, or behind it: \`\\${command} up\``,
  wants: ({ usage }) => `It is typed like this: \`${usage}\``,
  'no-more': () => 'There is nothing more to show.',
  'too-often': ({ typed }) => `\`\\watch ${typed}\` is too often. Use a second or more: \`\\watch 5s\``,
  switched: ({ what, on }) =>
    what === 'expanded'
      ? `Rows are shown as ${on ? 'blocks of lines' : 'a table'}.`
      : `The time of each query is ${on ? 'shown' : 'no longer shown'}.`,
};

/** A short answer to a line. */
export function renderRemark(remark: Remark, style: Style): string {
  return prose(safe((REMARKS[remark.kind] as (remark: Remark) => string)(remark)), style);
}

/** Whether a remark says that the line could not be followed. */
export function isComplaint({ kind }: Remark): boolean {
  return kind !== 'switched';
}

/** Names side by side, as many as fit, read down the columns; one a line for screen readers. */
export function renderNames(names: readonly string[], style: Style): string {
  const shown = names.map((name) => (name === '' ? '""' : safe(name)));
  const widest = Math.max(1, ...shown.map(columnsOf));
  const across = style.accessible ? 1 : Math.max(1, Math.floor((style.width + 2) / (widest + 2)));
  const down = Math.ceil(shown.length / across);
  return Array.from({ length: down }, (_row, row) =>
    Array.from({ length: across }, (_column, column) => shown[column * down + row])
      .filter((name) => name !== undefined)
      .map((name, at, all) => (at === all.length - 1 ? name : padEnd(name, widest + 2)))
      .join(''),
  )
    .flatMap((line) => wrapText(line, style.width))
    .join('\n');
}

/** Queries with a name: the name, what it is for, the query. Texts come from a file: unsafe. */
export function renderNamed(
  named: readonly { readonly name: string; readonly query: string; readonly note?: string }[],
  style: Style,
): string {
  return named
    .map(({ name, query, note }) =>
      [
        `${paint(style, 'title', safe(name))}${note === undefined ? '' : `: ${safe(note)}`}`,
        `${style.accessible ? '' : '  '}${highlightQuery(query, style).replaceAll('\n', '\n  ')}`,
      ].join('\n'),
    )
    .join('\n');
}

/** How long a query took on the way and in the server. */
export function renderTook(ms: number, style: Style): string {
  const text = ms < 1_000 ? `${formatNumber(Math.round(ms))} ms` : formatDuration(Math.round(ms / 10) * 10);
  return paint(style, 'dim', `took ${text}`);
}

/** What is left of something that did not fit, and how to see it. */
export function renderLeft(left: number, what: string, style: Style): string {
  return wrapText(`+${formatNumber(left)} more ${what}; ${PAGING} shows all`, style.width)
    .map((line) => paint(style, 'warn', line))
    .join('\n');
}

/** What shows more, as the tables say it before "shows all". */
export const PAGING = 'Enter shows the next, \\more all';

function proseWidth(style: Style): number {
  return Math.min(style.width, PROSE_WIDTH);
}
