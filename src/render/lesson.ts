import type { Moment } from '../tutor/ground.ts';
import type { Lesson, Neighbour, Read, Text } from '../tutor/lesson.ts';
import type { Header } from '../tutor/session-screens.ts';
import { formatTime } from './format.ts';
import { highlightQuery } from './highlight.ts';
import { prose } from './prose.ts';
import { safe, safeLines } from './safe.ts';
import { PROSE_WIDTH, paint, type Style } from './style.ts';
import { symbolsOf } from './symbols.ts';
import { counted, wrapText } from './text.ts';

/** The clocks of a lesson, in milliseconds since 1970. */
export type LessonClock = {
  /** The end of the written history, which lessons look at; undefined on a server of one's own. */
  readonly t0Ms: number | undefined;
  /** The real clock, when the line is drawn. */
  readonly nowMs: number;
};

/** The first lines of a screen: where one is, how long it still takes, and which moment is looked at. */
export function renderHeader(
  header: Header,
  moment: Moment | 'live' | undefined,
  clock: LessonClock,
  style: Style,
): string {
  const { lesson, exercise, minutesLeft } = header;
  const [cap, dot, minutes] = style.accessible
    ? [capital, '. ', counted(minutesLeft, 'minute')]
    : [(text: string) => text, style.ascii ? ' - ' : ' · ', `${minutesLeft} min`];
  const parts = [
    `lesson ${lesson.number} ${safe(lesson.slug)}`,
    ...(exercise === undefined
      ? []
      : [`exercise ${exercise.number} of ${exercise.of}${header.solved ? ', solved' : ''}`]),
    `about ${minutes} left`,
  ];
  const lines = wrapText(parts.map(cap).join(dot), proseWidth(style));
  return [
    ...lines.map((line) => paint(style, 'title', line)),
    ...(moment === undefined ? [] : [renderMoment(moment, clock, style)]),
    ...rule(style),
  ].join('\n');
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The moment that is looked at; `live` is the real clock. */
export function renderMoment(at: Moment | 'live', clock: LessonClock, style: Style): string {
  const label = style.accessible ? 'Moment:' : 'moment:';
  const text = `${label} ${at === 'live' ? 'live, on the real clock' : momentText(at, clock, style)}`;
  const lines = wrapText(text, proseWidth(style), style.accessible ? '' : '  ');
  return lines.map((line) => paint(style, 'dim', line)).join('\n');
}

/**
 * "incident, 12:46:06 UTC, 14 minutes before the end of the history: anthropic is failing …". A lesson looks at the
 * written history, which stays where it is while the clock goes on: "now" and "ago" are said only while they are true.
 */
function momentText(moment: Moment, { t0Ms, nowMs }: LessonClock, style: Style): string {
  const day = formatTime(moment.ms, style, 'day');
  const [, clock = '', zone = ''] = formatTime(moment.ms, style).split(' ');
  const at = `${day === formatTime(nowMs, style, 'day') ? '' : `${day} `}${clock} ${zone}`;
  const name = moment.name === 'now' ? [] : [moment.name];
  const endMs = t0Ms ?? moment.ms;
  const fresh = nowMs >= moment.ms && nowMs - endMs < FRESH_MS;
  const when = fresh
    ? [...name, `${endMs - moment.ms < MINUTE_MS ? 'now' : `${minutesText(nowMs - moment.ms)} ago`} (${at})`]
    : [...name, at, ...(t0Ms === undefined ? [] : [beforeEnd(t0Ms - moment.ms)])];
  return safe(`${when.join(', ')}: ${moment.story}`);
}

function beforeEnd(ms: number): string {
  return ms < MINUTE_MS ? 'the end of the history' : `${minutesText(ms)} before the end of the history`;
}

function minutesText(ms: number): string {
  return counted(Math.round(ms / MINUTE_MS), 'minute');
}

const MINUTE_MS = 60_000;

/** While the history has ended less than this ago, its end is "now". */
const FRESH_MS = 2 * MINUTE_MS;

/** What somebody should know who starts here without the lessons before. */
export function renderRecap(recap: readonly string[], style: Style): string {
  return prose(['**What came before, in short**', '', ...recap.map((line) => `- ${line}`)].join('\n'), style);
}

/** The name of the lesson and what it is for; once, before the first screen. */
export function renderTitle(lesson: Lesson, style: Style): string {
  return [prose(`# Lesson ${lesson.number}. ${lesson.title}`, style), prose(lesson.goal, style)].join('\n');
}

export function renderRead(unit: Read, style: Style): string {
  const title = unit.title === undefined ? [] : [prose(`## ${unit.title}`, style)];
  return [...title, ...(unit.text === '' ? [] : [prose(unit.text, style)])].join('\n');
}

/** What the last screen needs to know. */
export type LessonEnd = {
  readonly lesson: Lesson;
  readonly exercises: number;
  /** Ids such as 4.2. */
  readonly open: readonly string[];
  /** The command that goes on from here. */
  readonly next: string | undefined;
};

export function renderEnd(end: LessonEnd, style: Style): string {
  const { lesson, exercises, open } = end;
  const solved = exercises - open.length;
  const state =
    open.length === 0
      ? `${paint(style, 'ok', 'done')}: all ${counted(exercises, 'exercise')} solved`
      : `${solved} of ${counted(exercises, 'exercise')} solved, open: ${open.join(', ')}`;
  return [
    paint(style, 'title', `End of lesson ${lesson.number} ${safe(lesson.slug)}`),
    ...rule(style),
    renderSummary(lesson.summary, lesson.neighbours, style),
    '',
    ...wrapState(state, style),
    ...(end.next === undefined ? [] : [renderNextCommand(end.next, style)]),
  ].join('\n');
}

/** The command that goes on from here. */
export function renderNextCommand(command: string, style: Style): string {
  return `${style.accessible ? 'Next' : 'next'}: ${paint(style, 'query', safe(command))}`;
}

/** Between two lessons whose exercises are asked in a row. `open`: ids of those that were left for later. */
export function renderBriefEnd(
  { number, slug }: Pick<Lesson, 'number' | 'slug'>,
  open: readonly string[],
  style: Style,
): string {
  const state = open.length === 0 ? `${paint(style, 'ok', 'done')}` : `left for later: ${open.join(', ')}`;
  return `lesson ${number} ${safe(slug)}: ${state}`;
}

/** The three lines to take along, and queries to play with. */
export function renderSummary(summary: readonly Text[], neighbours: readonly Neighbour[], style: Style): string {
  const lines = prose(summary.map((line) => `- ${line}`).join('\n'), style);
  if (neighbours.length === 0) return lines;
  const narrow = { ...style, width: proseWidth(style) - 4 };
  const each = neighbours.flatMap(({ query, text }) => [
    style.accessible ? `Query: ${safeLines(query)}` : indent(highlightQuery(query, style), style),
    ...(text === '' ? [] : [indent(prose(text, narrow), style, 4)]),
  ]);
  return [lines, '', ...wrapText('Queries next door:', proseWidth(style)), ...each].join('\n');
}

/** How an exercise is answered without a prompt. */
export function renderAnswerCommand(command: string, style: Style): string {
  const lead = style.accessible ? 'Answer with:' : 'answer with:';
  const fits = lead.length + 1 + command.length <= style.width;
  return `${paint(style, 'dim', lead)}${fits ? ' ' : '\n  '}${paint(style, 'query', command)}`;
}

/** The state's word may be coloured, so only plain states are wrapped. */
function wrapState(state: string, style: Style): readonly string[] {
  return state.includes('\x1b') ? [state] : wrapText(state, proseWidth(style));
}

/** A rule under the header; a screen reader would read it out. */
function rule(style: Style): readonly string[] {
  return style.accessible ? [] : [paint(style, 'dim', symbolsOf(style).rule.repeat(proseWidth(style)))];
}

export function proseWidth(style: Style): number {
  return Math.min(style.width, PROSE_WIDTH);
}

/** Lines moved in; plain text mode needs no indent. */
export function indent(text: string, style: Style, columns = 2): string {
  if (style.accessible) return text;
  return text
    .split('\n')
    .map((line) => (line === '' ? '' : ' '.repeat(columns) + line))
    .join('\n');
}

/** A query on a line of its own as the learner would have typed it. */
export function typedQuery(query: string, style: Style): string {
  if (style.accessible) return `Query: ${safeLines(query)}`;
  return `${paint(style, 'label', 'promql>')} ${highlightQuery(query, style)}`;
}
