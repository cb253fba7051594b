import type { CheckpointName } from '../model/scenario.ts';
import { type Demo, type Exercise, exercisesOf, isExercise, type Lesson, type Read, type Unit } from './lesson.ts';

/** What is printed before the learner is asked to do something: prose, and the unit it leads to. */
export type Screen = {
  readonly reads: readonly Read[];
  /** Absent only when a lesson ends in prose. */
  readonly unit: Exclude<Unit, Read> | undefined;
  /** Index of the last unit on this screen in `Lesson.units`. */
  readonly last: number;
  /** The prose that leads to this unit stands on the screen before. */
  readonly continues: boolean;
};

/**
 * The lesson cut where the learner acts. Prose stands with the unit it leads to, unless both together would not fit a
 * usual terminal: then Enter leads from the one to the other.
 */
export function screensOf(lesson: Lesson): readonly Screen[] {
  const screens: Screen[] = [];
  let reads: Read[] = [];
  for (const [index, unit] of lesson.units.entries()) {
    if (unit.kind === 'read') {
      reads.push(unit);
      continue;
    }
    const prose = reads.reduce((sum, read) => sum + linesOf(read), 0);
    if (reads.length > 0 && prose + linesOf(unit) > MOST_LINES) {
      screens.push(
        { reads, unit: undefined, last: index - 1, continues: false },
        { reads: [], unit, last: index, continues: true },
      );
    } else {
      screens.push({ reads, unit, last: index, continues: false });
    }
    reads = [];
  }
  if (reads.length > 0) screens.push({ reads, unit: undefined, last: lesson.units.length - 1, continues: false });
  return screens;
}

/** Lines under the header that 24 rows have room for. */
const MOST_LINES = 20;

/** About how many lines a unit takes at 72 columns. */
function linesOf(unit: Unit): number {
  switch (unit.kind) {
    case 'read':
      return (unit.title === undefined ? 0 : 1) + textLines(unit.text) + 1;
    case 'demo':
      return textLines(unit.before) + VIEW_LINES[unit.show.view] + textLines(unit.after) + 3;
    case 'predict':
      return textLines(unit.question) + unit.options.length + 2;
    case 'picture':
      return textLines(unit.before) + PICTURE_LINES + textLines(unit.after) + 2;
    case 'act':
      return textLines(unit.task) + unit.actions.length + 3;
    case 'choice':
      return textLines(unit.task) + unit.options.length + 2;
    case 'error':
      return REFUSAL_LINES + textLines(unit.task) + unit.options.length + 2;
    case 'query':
    case 'report':
      return textLines(unit.task) + 2;
    case 'fix':
      return REFUSAL_LINES + textLines(unit.task) + 2;
    case 'number':
      return linesOf(unit.show) + textLines(unit.task) + 2;
  }
}

const PICTURE_LINES = 12;
const REFUSAL_LINES = 5;

const VIEW_LINES: { readonly [K in Demo['show']['view']]: number } = { table: 6, graph: 15, bars: 10, api: 18 };

function textLines(raw: string): number {
  if (raw === '') return 0;
  // What stands there for a number is longer than the number.
  const text = raw.replace(/\{\{.*?\}\}/gs, '1.234');
  return text.split(/\n\s*\n/).reduce((sum, paragraph) => {
    const lines = /^\s*([-*]|\d+\.|```)/m.test(paragraph)
      ? paragraph.split('\n').length
      : Math.ceil(paragraph.length / 70);
    return sum + lines + (sum === 0 ? 0 : 1);
  }, 0);
}

/** The screen that holds this unit. */
export function screenWith(screens: readonly Screen[], unit: number): number {
  return Math.max(
    0,
    screens.findIndex(({ last }) => last >= unit),
  );
}

/** What the first line of a screen says. */
export type Header = {
  readonly lesson: Pick<Lesson, 'number' | 'slug'>;
  readonly exercise: { readonly number: number; readonly of: number } | undefined;
  readonly minutesLeft: number;
  /** The moment that is looked at; `live` is the real clock. Absent where nothing is looked at. */
  readonly at: CheckpointName | 'live' | undefined;
  readonly solved: boolean;
};

export function headerOf(
  lesson: Lesson,
  screens: readonly Screen[],
  at: number,
  { solved, acts }: { readonly solved: ReadonlySet<string>; readonly acts: boolean },
): Header {
  const unit = screens[at]?.unit;
  const exercise = unit !== undefined && isExercise(unit) ? unit : undefined;
  return {
    lesson,
    exercise: exercise && { number: exercise.number, of: exercisesOf(lesson).length },
    minutesLeft: minutesLeft(lesson, screens, at),
    at: momentOf(screens[at], acts),
    solved: exercise !== undefined && solved.has(exercise.id),
  };
}

/** The moment a screen looks at. */
export function momentOf(screen: Screen | undefined, acts: boolean): Header['at'] {
  const unit = screen?.unit;
  return unit === undefined ? undefined : momentOfUnit(unit, acts);
}

/** The same of one unit; `acts`: there is a running service that something can be done to. */
export function momentOfUnit(unit: Unit, acts: boolean): Header['at'] {
  switch (unit.kind) {
    case 'read':
    case 'choice':
      return undefined;
    case 'error':
      return 'quiet';
    case 'demo':
      return unit.show.live ? 'live' : unit.show.at;
    case 'predict':
      return momentOfUnit(unit.demo, acts);
    case 'act':
      return acts ? 'live' : unit.instead.show.at;
    case 'picture':
    case 'query':
    case 'fix':
    case 'number':
    case 'report':
      return unit.at;
  }
}

/** How long a screen takes, against the others. */
const WEIGHT: { readonly [K in Exclude<Unit['kind'], 'read'>]: number } = {
  demo: 1,
  predict: 1.5,
  picture: 1,
  act: 2,
  choice: 2,
  error: 2,
  number: 2,
  query: 3,
  fix: 3,
  report: 4,
};

/** Whole minutes, this screen included; never 0 before the end. */
function minutesLeft(lesson: Lesson, screens: readonly Screen[], at: number): number {
  const weights = screens.map(({ unit }) => (unit === undefined ? 1 : WEIGHT[unit.kind]));
  const sum = (some: readonly number[]) => some.reduce((a, b) => a + b, 0);
  return Math.max(1, Math.round((lesson.minutes * sum(weights.slice(at))) / Math.max(1, sum(weights))));
}

/** Indices of the screens with one of these exercises. */
export function screensWith(screens: readonly Screen[], ids: ReadonlySet<string>): readonly number[] {
  return [...screens.keys()].filter((index) => {
    const unit = screens[index]?.unit;
    return unit !== undefined && isExercise(unit) && ids.has(unit.id);
  });
}

export function openExercises(lesson: Lesson, solved: ReadonlySet<string>): readonly Exercise[] {
  return exercisesOf(lesson).filter(({ id }) => !solved.has(id));
}
