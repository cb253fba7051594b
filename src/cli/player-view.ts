import { QueryError } from '../model/errors.ts';
import type { QueryResult } from '../model/query-result.ts';
import type { CheckpointName } from '../model/scenario.ts';
import {
  renderEnd,
  renderGuess,
  renderHeader,
  renderHint,
  renderMoment,
  renderQuestion,
  renderRead,
  renderRecap,
  renderSolution,
  renderTitle,
} from '../render/lesson.ts';
import { type DemoResult, renderDemo, renderRange, renderRefusal, renderRows } from '../render/lesson-demo.ts';
import { renderVerdict } from '../render/lesson-verdict.ts';
import { renderNote, renderWords } from '../render/lesson-words.ts';
import type { Style } from '../render/style.ts';
import type { Source } from '../source/source.ts';
import { type Ground, momentAt } from '../tutor/ground.ts';
import { type Demo, type Exercise, exercisesOf, type Lesson, type Neighbour, type Unit } from '../tutor/lesson.ts';
import { resolveText, resolveUnit } from '../tutor/resolve.ts';
import { type Beside, besideOf } from '../tutor/session-beside.ts';
import type { Shown } from '../tutor/session-types.ts';

export type ViewOptions = {
  readonly lesson: Lesson;
  readonly ground: Ground;
  /** End of the written history, milliseconds since 1970; undefined on a server of one's own. */
  readonly t0Ms: number | undefined;
  readonly style: Style;
  /** Milliseconds since 1970: the real clock. */
  readonly now: () => number;
  /** Whether a solution is put on the learner's line. */
  readonly prefills: boolean;
  /** The command that goes on after this lesson. */
  readonly next: string | undefined;
};

/** Turns what a session shows into text, asking the server for whatever stands in it. */
export type LessonView = {
  title(): Promise<string>;
  draw(shown: Shown): Promise<string>;
  /** A query that is run for curiosity's sake, drawn. */
  run(query: string, at: CheckpointName | 'live'): Promise<string>;
};

/** The last result, for the word `all`. */
type Last = { readonly result: QueryResult; readonly grid?: Extract<DemoResult, { kind: 'range' }>['grid'] };

export function lessonView(options: ViewOptions): LessonView {
  const { lesson, ground, style } = options;
  const units = new Map<Unit, Promise<Unit>>();
  let last: Last | undefined;

  async function resolved<U extends Unit>(unit: U): Promise<U> {
    const known = units.get(unit) ?? resolveUnit(unit, ground);
    units.set(unit, known);
    return (await known) as U;
  }

  async function demo(unit: Demo): Promise<string> {
    const shown = await demoResult(unit, options);
    if (shown.kind !== 'error' && shown.kind !== 'not-live')
      last = { result: shown.result, ...(shown.kind === 'range' ? { grid: shown.grid } : {}) };
    return renderDemo(unit, shown, style);
  }

  async function verdict(shown: Extract<Shown, { kind: 'verdict' }>): Promise<string> {
    if (shown.verdict.shown !== undefined) last = shown.verdict.shown;
    return renderVerdict(
      {
        ...shown,
        exercise: await resolved(shown.exercise),
        beside: shown.verdict.solved ? undefined : await besideReference(shown, ground),
        recorded: ground.kind === 'scenario',
      },
      style,
    );
  }

  const draw: { readonly [K in Shown['kind']]: (shown: Extract<Shown, { kind: K }>) => Promise<string> } = {
    header: async ({ header, brief }) => {
      const { at } = header;
      const clock = { t0Ms: options.t0Ms, nowMs: options.now() };
      const moment = at === undefined || at === 'live' ? at : momentAt(ground, at);
      if (!brief) return renderHeader(header, moment, clock, style);
      return moment === undefined ? '' : renderMoment(moment, clock, style);
    },
    recap: async () => renderRecap(await textsOf(lesson.recap, ground), style),
    read: async ({ unit }) => renderRead(await resolved(unit), style),
    question: async ({ unit }) => renderQuestion(await resolved(unit), idOf(unit, lesson), style),
    demo: async (shown) => demo(shown.of === undefined ? await resolved(shown.demo) : (await resolved(shown.of)).demo),
    guess: async ({ unit, key }) => renderGuess(await resolved(unit), key, style),
    verdict,
    hint: async ({ exercise, level }) => renderHint(await resolved(exercise), level, style),
    solution: async ({ exercise }) => renderSolution(await resolved(exercise), options.prefills, style),
    all: async () => {
      if (last === undefined) return renderNote('nothing-more', undefined, style);
      return last.grid === undefined
        ? renderRows(last.result, 0, style)
        : renderRange(last.result, last.grid, 0, style);
    },
    words: async ({ words, phase }) => renderWords(words, phase, style),
    end: async ({ open }) =>
      renderEnd(
        {
          lesson: {
            ...lesson,
            summary: await textsOf(lesson.summary, ground),
            neighbours: await neighboursOf(lesson, ground),
          },
          exercises: exercisesOf(lesson).length,
          open: open.map((exercise) => exerciseId(exercise, lesson)),
          next: options.next,
        },
        style,
      ),
    note: async ({ note, about }) => renderNote(note, about, style),
  };

  return {
    title: async () => renderTitle({ ...lesson, goal: (await resolveText(lesson.goal, ground)).text }, style),
    draw: (shown) => draw[shown.kind](shown as never),
    async run(query, at) {
      const timeMs = at === 'live' ? undefined : momentAt(ground, at).ms;
      try {
        const result = await instant(ground, query, timeMs);
        last = { result };
        return renderRows(result, 10, style);
      } catch (error) {
        if (error instanceof QueryError) return renderRefusal(query, error, style);
        throw error;
      }
    },
  };
}

/** The name by which an exercise is called on the command line: 4.2. */
export function exerciseId(exercise: Pick<Exercise, 'number'>, lesson: Pick<Lesson, 'number'>): string {
  return `${lesson.number}.${exercise.number}`;
}

/** Runs a demo's query on the clock it is meant for. A refusal of Prometheus is a result, too. */
export async function demoResult(
  demo: Demo,
  { ground, now }: Pick<ViewOptions, 'ground' | 'now'>,
): Promise<DemoResult> {
  const { show, query } = demo;
  if (show.live && ground.still !== undefined) return { kind: 'not-live' };
  const at = show.live ? undefined : momentAt(ground, show.at).ms;
  try {
    if (show.view !== 'graph') {
      return { kind: 'instant', result: await instant(ground, query, at), server: serverOf(ground), timeMs: at };
    }
    const endMs = at ?? now();
    const grid = { startMs: endMs - show.rangeMs, endMs, stepMs: show.stepMs };
    return { kind: 'range', result: await ground.source.range(query, { ...grid, ...signalOf(ground) }), grid };
  } catch (error) {
    if (error instanceof QueryError) return { kind: 'error', message: error.message };
    throw error;
  }
}

function serverOf({ still, source }: Ground): string {
  return still?.server ?? source.name;
}

function instant(ground: Ground, query: string, timeMs: number | undefined): ReturnType<Source['instant']> {
  return ground.source.instant(query, { ...(timeMs === undefined ? {} : { timeMs }), ...signalOf(ground) });
}

function signalOf({ signal }: Ground): { readonly signal?: AbortSignal } {
  return signal === undefined ? {} : { signal };
}

/** What the learner's query returned beside what was wanted, at the moment the exercise is shown. */
async function besideReference(
  { exercise, verdict }: Extract<Shown, { kind: 'verdict' }>,
  ground: Ground,
): Promise<Beside | undefined> {
  if (exercise.kind !== 'query' || verdict.shown === undefined) return undefined;
  try {
    const wanted = await instant(ground, exercise.reference, verdict.shown.moment.ms);
    // Another window gives other values; where any window is right, only the rows can be compared.
    const mode = exercise.window === 'free' ? { ...exercise, compare: 'labels' as const } : exercise;
    return besideOf(verdict.shown.result.data, wanted.data, mode);
  } catch (error) {
    if (error instanceof QueryError) return undefined;
    throw error;
  }
}

function idOf(unit: Extract<Shown, { kind: 'question' }>['unit'], lesson: Lesson): string {
  return unit.kind === 'predict' ? '' : exerciseId(unit, lesson);
}

export async function textsOf(lines: readonly string[], ground: Ground): Promise<readonly string[]> {
  return Promise.all(lines.map(async (line) => (await resolveText(line, ground)).text));
}

export async function neighboursOf(lesson: Lesson, ground: Ground): Promise<readonly Neighbour[]> {
  return Promise.all(
    lesson.neighbours.map(async ({ query, text }) => ({ query, text: (await resolveText(text, ground)).text })),
  );
}
