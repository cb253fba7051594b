import { parse } from '../promql/parse.ts';
import { answeredByPick, type Exercise, isExercise } from './lesson.ts';
import { momentOf } from './session-screens.ts';
import { goOn, plain, reveal, say, unitOf } from './session-show.ts';
import type { Session, Step } from './session-types.ts';
import { readPick } from './session-words.ts';

/** What a line that is no word of ours does, by what is waited for. `names` are the metrics there are. */
export function takeText(session: Session, text: string, names: ReadonlySet<string>): Step {
  return session.playing ? playText(session, text) : TEXT[session.phase](session, text, names);
}

type TakeText = (session: Session, text: string, names: ReadonlySet<string>) => Step;

const TEXT: { readonly [K in Session['phase']]: TakeText } = {
  go: (session, text) => (text === '' ? goOn(session) : run(session, text)),
  end: (session, text) => (text === '' ? plain(session, [], { kind: 'leave' }) : run(session, text)),
  act: (session, text) => {
    const unit = unitOf(session);
    if (unit?.kind !== 'act') throw new Error('an act without its unit');
    return text === '' ? plain(session, [], { kind: 'act', unit }) : run(session, text);
  },
  guess: (session, text, names) => {
    const unit = unitOf(session);
    if (unit?.kind !== 'predict') throw new Error('a guess without a prediction');
    const picked = readPick(text, unit.options, false);
    if (picked?.[0] !== undefined) return reveal(session, unit, picked[0]);
    return isQuery(text, names)
      ? run(session, text)
      : text === ''
        ? say(session, 'guess-first')
        : say(session, 'pick-one', numbersOf(unit.options));
  },
  answer: (session, text, names) => {
    const unit = unitOf(session);
    if (unit === undefined || !isExercise(unit)) throw new Error('an answer without an exercise');
    if (text === '')
      return session.only === undefined && session.solved.has(unit.id) ? goOn(session) : askAgain(session, unit);
    const answer = answerIn(unit, text, names);
    if (answer !== undefined) return judge(session, unit, answer, text);
    return isQuery(text, names) ? run(session, text) : askAgain(session, unit);
  },
};

/** What is to be judged of a typed line; undefined when it is no answer to this exercise. */
function answerIn(unit: Exercise, text: string, names: ReadonlySet<string>): string | undefined {
  if (answeredByPick(unit)) return readPick(text, unit.options, unit.several)?.join(' ');
  if (unit.kind === 'number') return NUMBER.test(text) ? text : undefined;
  if (unit.kind === 'report') return isQuery(text, names) && parse(text).kind === 'ok' ? undefined : text;
  return text;
}

/** A number as people write it, with a unit behind it or none: `12`, `~0.35 s`, `1,200 requests per second`, `5e-3`, `NaN`. */
const NUMBER = /^(about\s+)?[-+~≈]?\s*(\d[\d.,_]*(e[-+]?\d+)?|\.\d+|nan|[-+]?inf)\s*(%|[a-zµ][a-zµ/ ]*)?[.?!]?$/i;

function playText(session: Session, text: string): Step {
  return text === '' ? plain(session, []) : { ...run(session, text), next: { kind: 'run', query: text, at: 'live' } };
}

function judge(session: Session, exercise: Exercise, answer: string, line: string): Step {
  return { session, show: [], keep: [{ kind: 'line', line }], next: { kind: 'judge', exercise, answer } };
}

function run(session: Session, query: string): Step {
  const at = momentOf(session.screens[session.at], session.acts) ?? 'quiet';
  const tries = { ...session.tries, query };
  return {
    session: { ...session, tries },
    show: [],
    keep: [{ kind: 'line', line: query }],
    next: { kind: 'run', query, at },
  };
}

/** Whether a line is meant as a query where something else is asked for: the name of a metric, or anything with an operator or bracket in it. */
function isQuery(text: string, names: ReadonlySet<string>): boolean {
  return names.has(text) || /[[({=<>*/+]/.test(text);
}

function askAgain(session: Session, exercise: Exercise): Step {
  if (!answeredByPick(exercise)) return say(session, WANTED[exercise.kind]);
  return exercise.several ? say(session, 'pick-several') : say(session, 'pick-one', numbersOf(exercise.options));
}

const WANTED = {
  query: 'type-an-answer',
  fix: 'type-an-answer',
  number: 'type-a-number',
  report: 'type-a-report',
} as const;

/** What can be typed at a choice: `1 to 3`. */
function numbersOf(options: readonly unknown[]): string {
  return `1 to ${options.length}`;
}
