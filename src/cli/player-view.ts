import { explainQuery } from '../advise/explain.ts';
import { QueryError } from '../model/errors.ts';
import type { QueryResult } from '../model/query-result.ts';
import type { CheckpointName } from '../model/scenario.ts';
import { parse } from '../promql/parse.ts';
import { renderExplained } from '../render/explain.ts';
import {
  renderBriefEnd,
  renderEnd,
  renderHeader,
  renderMoment,
  renderRead,
  renderRecap,
  renderTitle,
  typedQuery,
} from '../render/lesson.ts';
import { type DemoResult, renderDemo, renderRange, renderRefusal, renderRows } from '../render/lesson-demo.ts';
import { renderGuess, renderHint, renderOutcome, renderQuestion, renderSolution } from '../render/lesson-question.ts';
import { renderVerdict } from '../render/lesson-verdict.ts';
import { renderNote, renderWords } from '../render/lesson-words.ts';
import { prose } from '../render/prose.ts';
import type { Style } from '../render/style.ts';
import { type Ground, momentAt } from '../tutor/ground.ts';
import { answeredByQuery, type Demo, type Exercise, exercisesOf, type Lesson, type Unit } from '../tutor/lesson.ts';
import { resolveText, resolveUnit } from '../tutor/resolve.ts';
import { type Beside, besideOf } from '../tutor/session-beside.ts';
import { hintsOf } from '../tutor/session-commands.ts';
import type { Shown } from '../tutor/session-types.ts';
import { type Solution, solutionOf } from '../tutor/solution.ts';
import { drawPicture } from './player-picture.ts';
import { demoResult, exerciseId, instant, neighboursOf, textsOf } from './player-results.ts';

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
  /** What `solution` puts on the line. */
  solution(exercise: Exercise): Promise<Solution>;
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
    demo: async (shown) => demo(shown.of === undefined ? await resolved(shown.demo) : demoIn(await resolved(shown.of))),
    picture: async ({ unit }) => drawPicture(await resolved(unit), ground, style),
    broken: ({ unit }) =>
      query(unit.kind === 'fix' ? unit.broken : unit.query, unit.kind === 'fix' ? unit.at : 'quiet'),
    fixed: async ({ unit }) => [prose('As it was meant:', style), await query(unit.fixed, 'quiet')].join('\n'),
    acted: async ({ unit, outcome }) => {
      const told = renderOutcome(unit, outcome, style);
      if (outcome.kind !== 'seen') return told;
      const { after } = await resolved(unit);
      const seen = await query(unit.expect, 'live');
      return [`${told}\n${seen}`, ...(after === '' ? [] : [prose(after, style)])].join('\n\n');
    },
    guess: async ({ unit, key }) => renderGuess(await resolved(unit), key, style),
    verdict,
    hint: async ({ exercise, level }) => {
      const solution = await solutionOf(exercise, ground);
      return renderHint(await resolved(exercise), { level, of: hintsOf(exercise), solution }, style);
    },
    solution: async ({ exercise }) =>
      renderSolution(exercise, await solutionOf(exercise, ground), options.prefills, style),
    explain: async ({ query: text, at }) => {
      const parsed = parse(text);
      if (parsed.kind === 'error') return query(text, at);
      const timeMs = at === 'live' ? options.now() : momentAt(ground, at).ms;
      const signal = ground.signal === undefined ? {} : { signal: ground.signal };
      const asked = { source: ground.source, timeMs, clock: options.now, ...signal };
      return renderExplained(await explainQuery(text, parsed.expr, asked), style);
    },
    all: async () => {
      if (last === undefined) return renderNote('nothing-more', undefined, style);
      return last.grid === undefined
        ? renderRows(last.result, 0, style)
        : renderRange(last.result, last.grid, 0, style);
    },
    words: async ({ words, phase }) => renderWords(words, phase, style),
    end: async ({ open, brief }) =>
      brief
        ? renderBriefEnd(
            lesson,
            open.map((exercise) => exerciseId(exercise, lesson)),
            style,
          )
        : renderEnd(
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
    note: async ({ note, about }) =>
      renderNote(note === 'mend-it' && !options.prefills ? 'type-it-mended' : note, about, style),
  };

  /** A query as if it had been typed, and what comes of it. */
  async function query(text: string, at: CheckpointName | 'live'): Promise<string> {
    return [typedQuery(text, style), await run(text, at)].join('\n');
  }

  async function run(text: string, at: CheckpointName | 'live'): Promise<string> {
    try {
      const result = await instant(ground, text, at === 'live' ? undefined : momentAt(ground, at).ms);
      last = { result };
      return renderRows(result, 10, style);
    } catch (error) {
      if (error instanceof QueryError) return renderRefusal(text, error, style);
      throw error;
    }
  }

  return {
    title: async () => renderTitle({ ...lesson, goal: (await resolveText(lesson.goal, ground)).text }, style),
    draw: (shown) => draw[shown.kind](shown as never),
    run,
    solution: (exercise) => solutionOf(exercise, ground),
  };
}

/** What the learner's query returned beside what was wanted, at the moment the exercise is shown. */
async function besideReference(
  { exercise, verdict }: Extract<Shown, { kind: 'verdict' }>,
  ground: Ground,
): Promise<Beside | undefined> {
  if (!answeredByQuery(exercise) || verdict.shown === undefined) return undefined;
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

/** The demo that a unit holds. */
function demoIn(unit: NonNullable<Extract<Shown, { kind: 'demo' }>['of']>): Demo {
  return unit.kind === 'predict' ? unit.demo : unit.kind === 'act' ? unit.instead : unit.show;
}

function idOf(unit: Extract<Shown, { kind: 'question' }>['unit'], lesson: Lesson): string {
  return unit.kind === 'predict' || unit.kind === 'act' ? '' : exerciseId(unit, lesson);
}
