import type { CheckpointName } from '../model/scenario.ts';

/**
 * Prose of a lesson: Markdown (paragraphs, lists, `code`, fenced text), already without its fenced units. A number that
 * depends on data stands in it as `{{ query @ checkpoint | format }}`; `resolveUnit` puts the real one in its place, so
 * what a player shows must have gone through that.
 */
export type Text = string;

export const CHAPTERS = ['Look', 'Measure', 'Trust', 'Operate'] as const;
export type Chapter = (typeof CHAPTERS)[number];

/** One lesson file, `lessons/NN-slug.md`. */
export type Lesson = {
  /** As given to `parseLesson`, for messages. */
  readonly file: string;
  /** Position in the course, from 1. */
  readonly number: number;
  /** Its identity, also in the progress file. */
  readonly slug: string;
  readonly title: string;
  readonly minutes: number;
  readonly chapter: Chapter;
  /** One sentence: what the learner can do afterwards. */
  readonly goal: Text;
  /** Sections of the beginners' guide taught here, such as "step 3" or "example 4". */
  readonly guide: readonly string[];
  /** Queries the lesson stands on besides those it shows; `lessons check` insists that each returns something. */
  readonly sources: readonly string[];
  /** Three lines for those who start here without the lessons before. */
  readonly recap: readonly Text[];
  /** What is read, seen, predicted and answered, in this order. */
  readonly units: readonly Unit[];
  /** Three lines, shown at the end. */
  readonly summary: readonly Text[];
  /** Shown at the end: queries to play with. */
  readonly neighbours: readonly Neighbour[];
};

/** A lesson of the course that is not written yet: it can be listed, not taken. */
export type PlannedLesson = Pick<Lesson, 'number' | 'slug' | 'title' | 'minutes' | 'chapter' | 'guide'>;

/** Everything in `lessons/`, each list by number. */
export type Course = { readonly lessons: readonly Lesson[]; readonly planned: readonly PlannedLesson[] };

/** One thing on the way through a lesson. */
export type Unit = Read | Demo | Predict | Picture | Act | Exercise;
export type UnitKind = Unit['kind'];

/** What is judged, counted and saved. */
export type Exercise = Choice | ErrorExercise | QueryExercise | FixExercise | NumberExercise | ReportExercise;
export type ExerciseKind = Exercise['kind'];

/** Exercises answered with a query, and exercises answered with the numbers of options. */
export type AnsweredByQuery = QueryExercise | FixExercise;
export type AnsweredByPick = Choice | ErrorExercise;

/** Prose; the unit after it belongs on the same screen. */
export type Read = {
  readonly kind: 'read';
  /** 1-based line in the file where it begins; so in every unit. */
  readonly line: number;
  /** From a `##` heading; a new idea begins here. */
  readonly title?: string;
  /** May be empty under a title. */
  readonly text: Text;
};

/** A query run before the learner's eyes. */
export type Demo = {
  readonly kind: 'demo';
  readonly line: number;
  readonly query: string;
  readonly show: Show;
  /** It returns nothing, and that is what it shows. */
  readonly empty?: true;
  /** Prometheus refuses it, and its message is what it shows. */
  readonly fails?: true;
  /** One sentence each, printed before and after the result; may be empty. */
  readonly before: Text;
  readonly after: Text;
};

/** A question asked before its result is shown. Not judged, not counted: any answer leads on to the demo. */
export type Predict = {
  readonly kind: 'predict';
  readonly line: number;
  readonly question: Text;
  readonly options: readonly Option[];
  readonly demo: Demo;
};

export const PICTURES = ['window', 'buckets', 'restart', 'matching', 'budget'] as const;
export type PictureKind = (typeof PICTURES)[number];

/** A picture in text that is computed from data. */
export type Picture = {
  readonly kind: 'picture';
  readonly line: number;
  readonly of: PictureKind;
  readonly query: string;
  readonly at: CheckpointName;
  /** How far back the picture looks, in milliseconds; absent where the query says it by itself. */
  readonly rangeMs?: number;
  readonly before: Text;
  readonly after: Text;
};

/**
 * Something the learner does to the running service. It is done when `expect` returns rows (with `absent`: no rows) on
 * the real clock. Not judged, not counted.
 */
export type Act = {
  readonly kind: 'act';
  readonly line: number;
  readonly task: Text;
  /** What is done, in this order: a name of `fault list` and its words, or `clear`. */
  readonly actions: readonly string[];
  readonly expect: string;
  readonly absent: boolean;
  /** How long the change may take to be seen, in milliseconds. */
  readonly withinMs: number;
  /** Read while one waits, and when it is done. */
  readonly meanwhile: Text;
  readonly after: Text;
  /** What was done is undone when the unit is left. */
  readonly undo: boolean;
  /** Shown where no stack runs, or when the unit is skipped: the same thing in the written history. */
  readonly instead: Demo;
};

/** How, and for which moment, a query's result is shown. */
export type Show = {
  /**
   * `table`: an instant query. `graph`: a range query over the `rangeMs` that end at `at`. `bars`: an instant query, a
   * horizontal bar for every row, in the order of the `le` label when rows have one. `api`: an instant query as the
   * HTTP request and the JSON that comes back.
   */
  readonly view: 'table' | 'graph' | 'bars' | 'api';
  /** The moment of the scenario. Ignored when `live`. */
  readonly at: CheckpointName;
  /** The real clock instead of the scenario's. */
  readonly live: boolean;
  /** Of a graph; 0 otherwise. */
  readonly rangeMs: number;
  /** Of a graph; 0 otherwise. */
  readonly stepMs: number;
  /** Of bars: a line at this share (0…1) of the longest bar. */
  readonly mark?: number;
};

/** One answer of a choice or prediction. Keys are `a`, `b`, `c` … in file order. */
export type Option = {
  readonly key: string;
  readonly text: Text;
  readonly right: boolean;
  /** Why it is right or what is wrong about it; shown when it was chosen. */
  readonly feedback: Text;
};

type ExerciseBase = {
  readonly line: number;
  /** `rate/2`: the slug and the position among the lesson's exercises, from 1. */
  readonly id: string;
  /** The position alone. `4.2` is the lesson's number and this. */
  readonly number: number;
  /** Changes when task or accepted answers change: what was solved before then shows as "updated since you solved it". */
  readonly hash: string;
  readonly task: Text;
};

export type Choice = ExerciseBase & {
  readonly kind: 'choice';
  readonly options: readonly Option[];
  /** More than one option is right and all of them are asked for: "a c". */
  readonly several: boolean;
  /** None to four. */
  readonly hints: readonly Text[];
};

/** A query that fails is run and its message shown; what is wrong with it is chosen among options. */
export type ErrorExercise = Omit<Choice, 'kind'> & {
  readonly kind: 'error';
  readonly query: string;
  /** The query as it was meant; it runs. Shown after success. */
  readonly fixed: string;
};

/** What every exercise that is answered with a query says. */
type QueryTask = ExerciseBase & {
  /** At which moment task and results are shown; it is judged at all of them. */
  readonly at: CheckpointName;
  readonly reference: string;
  /** Other ways to write it; an answer that equals one of them at every checkpoint is right. */
  readonly accept: readonly string[];
  /** Same result, but something should be said about it. */
  readonly acceptWithNote: readonly Recognised[];
  /** `values`: labels and values. `labels`: only which rows. `order`: labels, values and the order of rows. */
  readonly compare: 'values' | 'labels' | 'order';
  /** `ignore`: rows whose value is NaN do not count. */
  readonly nan: 'ignore' | 'strict';
  /** `free`: the task does not say over which window to look; any that is long enough is right. */
  readonly window: 'fixed' | 'free';
  /** What the answer's text has to hold besides giving the right result. */
  readonly constraints: readonly Constraint[];
  /** Wrong answers that were seen coming; the first that fits speaks. */
  readonly misconceptions: readonly Recognised[];
  /** Wrong answers that the table of detectors answers; the example proves it. */
  readonly detected: readonly Detected[];
  /** Mutants of the reference that give the same and are right, each with the reason; `lessons mutate` lets them live. */
  readonly equivalents: readonly Equivalent[];
  /** Four, from a nudge to the solution; the last contains the reference. */
  readonly hints: readonly Text[];
  /** Why the reference is right; shown after success. */
  readonly why: Text;
  /** A query next door to try after success. */
  readonly neighbour?: Neighbour;
};

export type QueryExercise = QueryTask & { readonly kind: 'query' };

/** A broken query is shown with what comes of it, and stands on the learner's line to be mended. */
export type FixExercise = QueryTask & {
  readonly kind: 'fix';
  /** It fails, or its result differs from the reference's. */
  readonly broken: string;
};

/** A number is read from a result that is on the screen. */
export type NumberExercise = ExerciseBase & {
  readonly kind: 'number';
  readonly at: CheckpointName;
  /** What is on the screen. */
  readonly show: Demo;
  /** The right number: one row, at `at`. */
  readonly query: string;
  /** Such as "s" or "requests per second"; may be empty. An answer may repeat it. */
  readonly unit: string;
  /** The share of the right number by which an answer may be off. */
  readonly tolerance: number;
  /** Numbers that were seen coming: those of these queries, within the tolerance. */
  readonly misconceptions: readonly Recognised[];
  /** Four; the last contains the number. */
  readonly hints: readonly Text[];
  readonly why: Text;
};

/** Free text that is held against a rubric; every line of the rubric has to be met. */
export type ReportExercise = ExerciseBase & {
  readonly kind: 'report';
  readonly at: CheckpointName;
  readonly rubric: readonly RubricLine[];
  /** A report that meets the whole rubric. */
  readonly example: Text;
  /** None to four. */
  readonly hints: readonly Text[];
  /** Shown after success; may be empty. */
  readonly why: Text;
};

/** What a report has to say. `missing` is said when it does not. */
export type RubricLine =
  /** One of these regular expressions fits, in any case of letters. */
  | { readonly kind: 'words'; readonly any: readonly string[]; readonly missing: Text }
  /** A time of day that lies within so many milliseconds of the query's value, which is in seconds since 1970. */
  | { readonly kind: 'time'; readonly query: string; readonly withinMs: number; readonly missing: Text }
  /** A number that differs from the query's value by at most this share of it. */
  | { readonly kind: 'value'; readonly query: string; readonly tolerance: number; readonly missing: Text };

/** `uses`: the answer calls this function, aggregation or operator, or selects this metric. `not`: it does not. */
export type Constraint = { readonly kind: 'uses' | 'not'; readonly name: string };

/** `detector` is an id of the table of detectors, such as M18. */
export type Detected = { readonly detector: string; readonly query: string };

export type Equivalent = { readonly query: string; readonly reason: string };

/**
 * An answer that was seen coming, and what to say to it. Recognised by its text (spaces aside), by the pattern, or by its
 * results when those are the same at all moments. `query` is the example that proves the entry, `pattern` a regular
 * expression over the answer's text that widens it.
 */
export type Recognised = { readonly query: string; readonly pattern?: string; readonly message: Text };

export type Neighbour = { readonly query: string; readonly text: Text };

/** Something wrong in a lesson file. */
export type LessonDiagnostic = { readonly file: string; readonly line: number; readonly message: string };

/** The exercises of a lesson, in order: the n-th has number n. */
export function exercisesOf(lesson: Lesson): readonly Exercise[] {
  return lesson.units.filter(isExercise);
}

export function isExercise(unit: Unit): unit is Exercise {
  return Object.hasOwn(EXERCISES, unit.kind);
}

export function answeredByQuery(unit: Unit | undefined): unit is AnsweredByQuery {
  return unit?.kind === 'query' || unit?.kind === 'fix';
}

export function answeredByPick(unit: Unit | undefined): unit is AnsweredByPick {
  return unit?.kind === 'choice' || unit?.kind === 'error';
}

const EXERCISES: { readonly [K in ExerciseKind]: true } = {
  choice: true,
  error: true,
  query: true,
  fix: true,
  number: true,
  report: true,
};
