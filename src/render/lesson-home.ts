import { proseWidth } from './lesson.ts';
import { safe } from './safe.ts';
import { paint, type Style } from './style.ts';
import { columnsOf, counted, padEnd, wrapText } from './text.ts';

/** Where somebody stands who types `prom-tutor` alone; also its JSON. */
export type HomeView = {
  /** Absent when nothing runs. */
  readonly stack?: { readonly backend: string; readonly url: string };
  /** Absent when every lesson is done. */
  readonly next?: {
    readonly command: string;
    readonly number: number;
    readonly slug: string;
    readonly title: string;
    readonly begun: boolean;
    readonly exercises: number;
    readonly solved: number;
    readonly minutesLeft: number;
    /** The exercise that comes; absent between exercises. */
    readonly exercise?: number;
  };
  /** How many exercises are due for review; absent when none is. */
  readonly due?: number;
  /** Names of the commands there are. */
  readonly commands: readonly string[];
};

/** What is there and what comes next. Where nobody can press Enter, the commands that do the same. */
export function renderHome(view: HomeView, asked: boolean, style: Style): string {
  const title = wrapText('prom-tutor: learn Prometheus and PromQL on a live system', proseWidth(style));
  return [
    ...title.map((line) => paint(style, 'title', line)),
    '',
    ...facts(view, style),
    '',
    ...commands(view, asked, style),
  ].join('\n');
}

function facts({ stack, next, due }: HomeView, style: Style): readonly string[] {
  return [
    fact(
      'stack',
      stack === undefined ? 'not running' : `running (${stack.backend}), Prometheus at ${stack.url}`,
      style,
    ),
    fact('lesson', next === undefined ? 'all lessons are done' : nextText(next), style),
    ...(due === undefined
      ? []
      : [fact('review', `${counted(due, 'exercise')} to answer again: prom-tutor review`, style)]),
  ].flat();
}

function nextText(next: NonNullable<HomeView['next']>): string {
  const name = `${next.number} ${next.slug}: ${next.title}`;
  if (!next.begun) return `${name}, about ${next.minutesLeft} min`;
  const where =
    next.exercise === undefined
      ? `${next.solved} of ${next.exercises} exercises solved`
      : `exercise ${next.exercise} of ${next.exercises}`;
  return `${name}, ${where}, about ${next.minutesLeft} min left`;
}

function fact(name: string, text: string, style: Style): readonly string[] {
  if (style.accessible) return wrapText(`${name}: ${safe(text)}`, proseWidth(style));
  const lines = wrapText(safe(text), Math.max(16, style.width - 8));
  return lines.map((line, index) => `${index === 0 ? paint(style, 'label', padEnd(name, 8)) : ' '.repeat(8)}${line}`);
}

/** What can be typed from here; only commands that exist are recommended. */
const OTHERS = [
  ['query', "query 'up'", 'ask Prometheus something'],
  ['cookbook', 'cookbook', 'ten queries to look around'],
  ['lessons', 'lessons', 'all lessons'],
  ['progress', 'progress', 'what is solved'],
  ['cheatsheet', 'cheatsheet', 'your own solved queries'],
  ['doctor', 'doctor', 'find out what is wrong with the set-up'],
  ['stop', 'stop', 'stop the stack'],
] as const;

function commands(view: HomeView, asked: boolean, style: Style): readonly string[] {
  const first: (readonly [string, string])[] = [];
  if (!asked && view.stack === undefined) first.push(['prom-tutor start', 'start the demo service and Prometheus']);
  if (!asked && view.next !== undefined)
    first.push([view.next.command, view.next.begun ? 'go on with the lesson' : 'take the lesson']);
  const others = OTHERS.filter(([name]) => view.commands.includes(name))
    .filter(([name]) => name !== 'stop' || view.stack !== undefined)
    .map(([, line, text]) => [`prom-tutor ${line}`, text] as const);
  const all = [...first, ...others, ['prom-tutor --help', 'every command'] as const];
  const width = Math.max(...all.map(([line]) => columnsOf(line))) + 2;
  const beside = all.every(([, text]) => 2 + width + columnsOf(text) <= style.width);
  return all.flatMap(([line, text]) => {
    if (style.accessible) return wrapText(`${line}: ${text}`, proseWidth(style));
    const command = paint(style, 'query', line);
    if (beside) return [`  ${command}${' '.repeat(width - columnsOf(line))}${text}`];
    return [`  ${command}`, ...wrapText(text, Math.max(8, style.width - 4)).map((each) => `    ${each}`)];
  });
}
