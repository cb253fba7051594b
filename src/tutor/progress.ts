import { type Exercise, exercisesOf, type Lesson } from './lesson.ts';
import { afterMistake, afterSolved, type Review } from './review.ts';

/** What a learner has done, as it stands in the progress file. Fields this version does not know are kept as they are. */
export type Progress = {
  readonly version: typeof PROGRESS_VERSION;
  /** Slug of the lesson that was left last; `prom-tutor` alone goes on there. */
  readonly current?: string;
  /** What was answered when plain text mode was offered; absent as long as it was not. */
  readonly plainText?: boolean;
  /** By slug. */
  readonly lessons: Readonly<Record<string, LessonProgress>>;
};

export const PROGRESS_VERSION = 1;

export type LessonProgress = {
  /** Where to go on: index into `Lesson.units`, and how many units the lesson had then. */
  readonly position?: { readonly unit: number; readonly of: number };
  /** When the last screen was reached, ISO 8601. */
  readonly finishedAt?: string;
  /** What was typed in this lesson, oldest first, for the up key of its prompt. */
  readonly lines?: readonly string[];
  /** What stood on the line, unsent, when the lesson was left. */
  readonly draft?: string;
  /** By content hash of the exercise, so that a changed exercise is a new one and a moved one stays solved. */
  readonly exercises: Readonly<Record<string, ExerciseProgress>>;
};

export type ExerciseProgress = {
  /** Its position when it was last answered; finds what became of a changed exercise. */
  readonly number: number;
  readonly attempts: number;
  /** Hints seen, 0…4. */
  readonly hints: number;
  /** When it was first solved, ISO 8601. */
  readonly solvedAt?: string;
  readonly skipped?: boolean;
  /** The last answer typed. */
  readonly lastLine?: string;
  /** The last answer that was right. */
  readonly solvedWith?: string;
  /** When it comes back, since something went wrong with it. */
  readonly review?: Review;
};

/** What a list shows of one exercise. `updated`: it was solved, and its text has changed since; it stays solved. */
export type ExerciseStatus = {
  readonly exercise: Exercise;
  readonly solved: boolean;
  readonly updated: boolean;
  readonly skipped: boolean;
  readonly attempts: number;
  readonly hints: number;
  readonly solvedAt?: string;
  readonly lastLine?: string;
  readonly solvedWith?: string;
};

export type LessonStatus = {
  readonly lesson: Lesson;
  readonly state: 'new' | 'begun' | 'done';
  readonly exercises: readonly ExerciseStatus[];
  readonly solved: number;
  /** Index of the unit to go on with; 0 in a new lesson. */
  readonly resumeAt: number;
};

export const EMPTY_PROGRESS: Progress = { version: PROGRESS_VERSION, lessons: {} };

/** A lesson is done when its last screen was reached or every exercise is solved. */
export function lessonStatus(progress: Progress, lesson: Lesson): LessonStatus {
  const record = own(progress.lessons, lesson.slug);
  const exercises = exercisesOf(lesson).map((exercise) => exerciseStatus(record, lesson, exercise));
  const solved = exercises.filter((status) => status.solved).length;
  const done = record?.finishedAt !== undefined || (exercises.length > 0 && solved === exercises.length);
  const state = done ? 'done' : record === undefined ? 'new' : 'begun';
  return { lesson, state, exercises, solved, resumeAt: resumeUnit(record, lesson, exercises) };
}

/** Counts one answer. A solved exercise stays solved, whatever is typed at it later; a mistake comes back for review. */
export function recordAnswer(
  progress: Progress,
  lesson: Lesson,
  exercise: Exercise,
  answer: { readonly line: string; readonly solved: boolean; readonly atMs: number },
): Progress {
  return changeExercise(progress, lesson, exercise, ({ review: before, ...record }) => {
    const solvedAt = record.solvedAt ?? (answer.solved ? isoTime(answer.atMs) : undefined);
    const review = answer.solved ? afterSolved(before, answer.atMs) : afterMistake(answer.atMs);
    return {
      ...record,
      attempts: record.attempts + 1,
      lastLine: answer.line,
      ...(solvedAt === undefined ? {} : { solvedAt }),
      ...(answer.solved ? { solvedWith: answer.line } : {}),
      ...(review === undefined ? {} : { review }),
    };
  });
}

/** Notes that the answer was shown instead of found: like a mistake, it comes back for review. */
export function recordShown(progress: Progress, lesson: Lesson, exercise: Exercise, atMs: number): Progress {
  return changeExercise(progress, lesson, exercise, (record) => ({ ...record, review: afterMistake(atMs) }));
}

/** Notes that hints up to this level (1…4) were seen. */
export function recordHint(progress: Progress, lesson: Lesson, exercise: Exercise, level: number): Progress {
  return changeExercise(progress, lesson, exercise, (record) => ({ ...record, hints: Math.max(record.hints, level) }));
}

export function recordSkip(progress: Progress, lesson: Lesson, exercise: Exercise): Progress {
  return changeExercise(progress, lesson, exercise, (record) => ({ ...record, skipped: true }));
}

/** Notes where the learner is: the unit shown now, an index into `lesson.units`. */
export function recordPosition(progress: Progress, lesson: Lesson, unit: number): Progress {
  const changed = changeLesson(progress, lesson.slug, (record) => ({
    ...record,
    position: { unit, of: lesson.units.length },
  }));
  return { ...changed, current: lesson.slug };
}

/** Notes that the last screen was reached; the next visit begins at the first unit. */
export function recordFinish(progress: Progress, lesson: Lesson, atMs: number): Progress {
  return changeLesson(progress, lesson.slug, ({ position: _, ...record }) => ({
    ...record,
    finishedAt: record.finishedAt ?? isoTime(atMs),
  }));
}

/** Keeps the answer to the offer of plain text mode, which is made once. */
export function recordPlainText(progress: Progress, plainText: boolean): Progress {
  return { ...progress, plainText };
}

/** Keeps a typed line for the up key of the lesson's prompt: the last hundred, each once. */
export function recordLine(progress: Progress, lesson: Lesson, line: string): Progress {
  return changeLesson(progress, lesson.slug, (record) => ({
    ...record,
    lines: [...(record.lines ?? []).filter((other) => other !== line), line].slice(-MAX_LINES),
  }));
}

const MAX_LINES = 100;

/** Keeps what stands on the line, unsent; an empty text forgets it. */
export function recordDraft(progress: Progress, lesson: Lesson, text: string): Progress {
  return changeLesson(progress, lesson.slug, ({ draft: _, ...record }) =>
    text === '' ? record : { ...record, draft: text },
  );
}

/** Forgets a whole lesson. */
export function forgetLesson(progress: Progress, slug: string): Progress {
  const lessons = Object.fromEntries(Object.entries(progress.lessons).filter(([name]) => name !== slug));
  const { current, ...rest } = progress;
  return { ...rest, lessons, ...(current === undefined || current === slug ? {} : { current }) };
}

/** Forgets one exercise, also what was known of its earlier texts. */
export function forgetExercise(progress: Progress, lesson: Lesson, exercise: Exercise): Progress {
  if (own(progress.lessons, lesson.slug) === undefined) return progress;
  const current = new Set(exercisesOf(lesson).map(({ hash }) => hash));
  return changeLesson(progress, lesson.slug, ({ finishedAt: _, ...record }) => ({
    ...record,
    exercises: Object.fromEntries(
      Object.entries(record.exercises).filter(
        ([hash, { number }]) => hash !== exercise.hash && (current.has(hash) || number !== exercise.number),
      ),
    ),
  }));
}

function exerciseStatus(record: LessonProgress | undefined, lesson: Lesson, exercise: Exercise): ExerciseStatus {
  const now = record === undefined ? undefined : own(record.exercises, exercise.hash);
  const before = earlierText(record, lesson, exercise);
  const solvedAt = now?.solvedAt ?? before?.solvedAt;
  const solvedWith = now?.solvedWith ?? before?.solvedWith;
  return {
    exercise,
    solved: solvedAt !== undefined,
    updated: now?.solvedAt === undefined && before?.solvedAt !== undefined,
    skipped: now?.skipped === true && solvedAt === undefined,
    attempts: now?.attempts ?? 0,
    hints: now?.hints ?? 0,
    ...(solvedAt === undefined ? {} : { solvedAt }),
    ...(now?.lastLine === undefined ? {} : { lastLine: now.lastLine }),
    ...(solvedWith === undefined ? {} : { solvedWith }),
  };
}

/** What is known of an exercise that stood here with another text: same position, and no exercise of today. */
function earlierText(
  record: LessonProgress | undefined,
  lesson: Lesson,
  exercise: Exercise,
): ExerciseProgress | undefined {
  const today = new Set(exercisesOf(lesson).map(({ hash }) => hash));
  return Object.entries(record?.exercises ?? {})
    .filter(([hash, { number }]) => number === exercise.number && !today.has(hash))
    .map(([, found]) => found)
    .sort((a, b) => (b.solvedAt ?? '').localeCompare(a.solvedAt ?? ''))[0];
}

/** The saved unit, or, when the lesson has changed since, the first exercise that is not solved. */
function resumeUnit(record: LessonProgress | undefined, lesson: Lesson, exercises: readonly ExerciseStatus[]): number {
  const position = record?.position;
  if (position === undefined) return 0;
  if (position.of === lesson.units.length && position.unit < lesson.units.length) return position.unit;
  const open = exercises.find(({ solved }) => !solved)?.exercise;
  return open === undefined ? 0 : lesson.units.indexOf(open);
}

function changeExercise(
  progress: Progress,
  lesson: Lesson,
  exercise: Exercise,
  change: (record: ExerciseProgress) => ExerciseProgress,
): Progress {
  return changeLesson(progress, lesson.slug, (record) => {
    const old = own(record.exercises, exercise.hash) ?? { number: exercise.number, attempts: 0, hints: 0 };
    const changed = { ...change(old), number: exercise.number };
    return { ...record, exercises: { ...record.exercises, [exercise.hash]: changed } };
  });
}

function changeLesson(progress: Progress, slug: string, change: (record: LessonProgress) => LessonProgress): Progress {
  const old = own(progress.lessons, slug) ?? { exercises: {} };
  return { ...progress, lessons: { ...progress.lessons, [slug]: change(old) } };
}

/** Reads a key of a record that came from a file: never something inherited. */
function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}
