import type { Course, PlannedLesson } from '../tutor/lesson.ts';
import type { ExerciseStatus, LessonStatus } from '../tutor/progress.ts';
import { proseWidth } from './lesson.ts';
import { inLetters } from './prose.ts';
import { safe } from './safe.ts';
import { paint, type Style } from './style.ts';
import { type Cell, type Column, renderTable } from './table.ts';
import { counted, wrapText } from './text.ts';

/** Every lesson of the course in order, with what is solved; those that are still to come are listed as such. */
export function renderCourse(course: Course, statuses: readonly LessonStatus[], suffix: string, style: Style): string {
  const ready = statuses.map((status) => ({ lesson: status.lesson as PlannedLesson, state: stateOf(status) }));
  const planned = course.planned.map((lesson) => ({ lesson, state: { text: 'to come', role: 'dim' } as Cell }));
  const { columns, row } = style.accessible || style.width >= WIDE ? WIDE_TABLE : NARROW_TABLE;
  const rows = [...ready, ...planned]
    .sort((a, b) => a.lesson.number - b.lesson.number)
    .map(({ lesson, state }) => row({ ...lesson, title: inLetters(lesson.title, style) }, state));
  return [renderTable(columns, rows, style, { rowName: 'Lesson' }), '', ...footer(statuses, suffix, style)].join('\n');
}

type CourseTable = {
  readonly columns: readonly Column[];
  readonly row: (lesson: PlannedLesson, state: Cell) => readonly Cell[];
};

/** From this many columns on chapter and minutes have columns of their own; below, names that are typed would wrap. */
const WIDE = 80;

const WIDE_TABLE: CourseTable = {
  columns: [
    { head: '#', spoken: 'number', align: 'right', role: 'number' },
    { head: 'chapter', role: 'dim' },
    { head: 'lesson', role: 'query' },
    { head: 'title' },
    { head: 'min', spoken: 'minutes', align: 'right' },
    { head: 'progress' },
  ],
  row: ({ number, chapter, slug, title, minutes }, state) => [
    String(number),
    chapter,
    slug,
    title,
    String(minutes),
    state,
  ],
};

const NARROW_TABLE: CourseTable = {
  columns: [
    { head: '#', align: 'right', role: 'number' },
    { head: 'lesson', role: 'query' },
    { head: 'title' },
    { head: 'progress' },
  ],
  row: ({ number, chapter, slug, title, minutes }, state) => [
    String(number),
    slug,
    `${title} (${chapter}, ${minutes} min)`,
    state,
  ],
};

/** What is solved, exercise by exercise, of the lessons that were begun. */
export function renderProgress(
  statuses: readonly LessonStatus[],
  { due, suffix }: { readonly due: number; readonly suffix: string },
  style: Style,
): string {
  const begun = statuses.filter(({ state }) => state !== 'new');
  if (begun.length === 0)
    return [...wrap('Nothing is begun yet.', style), ...footer(statuses, suffix, style)].join('\n');
  const rows = begun.flatMap(({ lesson, exercises }) =>
    exercises.map((status): readonly Cell[] => [
      status.exercise.id,
      `${lesson.number}.${status.exercise.number}`,
      exerciseState(status),
      String(status.attempts),
      String(status.hints),
    ]),
  );
  const columns = [
    { head: 'exercise', role: 'query' },
    { head: 'id' },
    { head: 'state' },
    { head: 'tries', align: 'right' },
    { head: 'hints', align: 'right' },
  ] as const;
  return [
    renderTable(columns, rows, style, { rowName: 'Exercise' }),
    '',
    ...footer(statuses, suffix, style),
    ...reviewLine(due, suffix, style),
  ].join('\n');
}

function stateOf({ state, solved, exercises }: LessonStatus): Cell {
  const count = `${solved} of ${exercises.length} solved`;
  if (state === 'done')
    return { text: solved === exercises.length ? 'done' : `done, ${solved} of ${exercises.length}`, role: 'ok' };
  return state === 'new' ? `${counted(exercises.length, 'exercise')}` : { text: count, role: 'hint' };
}

function exerciseState({ solved, updated, skipped, attempts }: ExerciseStatus): Cell {
  if (updated) return { text: 'solved, updated since', role: 'warn' };
  if (solved) return { text: 'solved', role: 'ok' };
  if (skipped) return { text: 'skipped', role: 'dim' };
  return attempts === 0 ? 'open' : { text: 'not yet', role: 'hint' };
}

function footer(statuses: readonly LessonStatus[], suffix: string, style: Style): readonly string[] {
  const all = statuses.reduce((sum, { exercises }) => sum + exercises.length, 0);
  const solved = statuses.reduce((sum, status) => sum + status.solved, 0);
  const next = statuses.find(({ state }) => state !== 'done')?.lesson;
  const command =
    next === undefined
      ? []
      : [`${paint(style, 'hint', 'next:')} ${paint(style, 'query', `prom-tutor lesson ${safe(next.slug + suffix)}`)}`];
  return [...wrap(`${solved} of ${all} exercises solved.`, style), ...command];
}

function reviewLine(due: number, suffix: string, style: Style): readonly string[] {
  if (due === 0) return [];
  const command = paint(style, 'query', `prom-tutor review${safe(suffix)}`);
  return [`${paint(style, 'hint', `${counted(due, 'exercise')} due for review:`)} ${command}`];
}

function wrap(text: string, style: Style): readonly string[] {
  return wrapText(text, proseWidth(style));
}
