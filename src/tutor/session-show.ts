import { type Exercise, exercisesOf, isExercise, type Predict } from './lesson.ts';
import { headerOf, openExercises, type Screen, screensWith } from './session-screens.ts';
import type { Next, Note, Session, Shown, Step, Tries } from './session-types.ts';

export const NO_TRIES: Tries = { misses: 0, hints: 0, hinted: false, asked: false };

/** The place before the first screen, where the recap is read. */
export const BEFORE = -1;

/** Shows a screen from its beginning; the one after the last is the end. */
export function showScreen(before: Session, index: number): Step {
  const screen = before.screens[index];
  const unit = screen?.unit;
  const phase = screen === undefined ? 'end' : phaseFor(unit, before.acts);
  const session: Session = { ...before, at: index, phase, tries: NO_TRIES };
  if (screen === undefined) return showEnd(session);
  return {
    session,
    show: showing(session, screen, screen.continues && before.at === index - 1),
    keep: before.only === undefined ? [{ kind: 'position', unit: screen.last }] : [],
    next: unit?.kind === 'fix' ? { kind: 'ask', for: 'query', prefill: unit.broken } : waiting(session),
  };
}

/** The same screen once more; what was tried there is not forgotten. */
export function showAgain(session: Session): Step {
  if (session.at === BEFORE) return plain(session, [{ kind: 'recap' }]);
  const screen = session.screens[session.at];
  if (screen === undefined) return showEnd(session);
  const { unit } = screen;
  const revealed = unit?.kind === 'predict' && session.phase === 'go';
  return plain(session, [
    ...showing(session, screen, false),
    ...(revealed ? [{ kind: 'demo', demo: unit.demo, of: unit } as const] : []),
  ]);
}

/** The screen that Enter leads to: the next one, or the next with an exercise that is still to come. */
export function goOn(session: Session): Step {
  if (session.only === undefined) return showScreen(session, session.at + 1);
  const open = screensWith(session.screens, session.only);
  const next = open.find((index) => index > session.at);
  return showScreen(session, next ?? session.screens.length);
}

/** The result a prediction was about, and what was predicted. */
export function reveal(session: Session, unit: Predict, key: string | undefined): Step {
  const going: Session = { ...session, phase: 'go' };
  return plain(going, [
    { kind: 'demo', demo: unit.demo, of: unit },
    ...(key === undefined ? [] : [{ kind: 'guess', unit, key } as const]),
  ]);
}

/** What the session waits for now; after a query that was only tried, say. */
export function waiting(session: Session): Next {
  if (session.playing) return { kind: 'ask', for: 'play' };
  if (session.phase === 'end' || session.phase === 'go' || session.phase === 'act') {
    return { kind: 'ask', for: session.phase };
  }
  const unit = unitOf(session);
  return { kind: 'ask', for: unit !== undefined && isExercise(unit) ? ANSWERS[unit.kind] : 'pick' };
}

/** What is typed at each kind of exercise. */
const ANSWERS: { readonly [K in Exercise['kind']]: Extract<Next, { kind: 'ask' }>['for'] } = {
  choice: 'pick',
  error: 'pick',
  query: 'query',
  fix: 'query',
  number: 'number',
  report: 'report',
};

export function unitOf(session: Session): Screen['unit'] {
  return session.screens[session.at]?.unit;
}

export function say(session: Session, what: Note, about?: string): Step {
  return plain(session, [note(what, about)]);
}

export function note(what: Note, about?: string): Shown {
  return { kind: 'note', note: what, ...(about === undefined ? {} : { about }) };
}

export function plain(session: Session, show: readonly Shown[], next: Next = waiting(session)): Step {
  return { session, show, keep: [], next };
}

function phaseFor(unit: Screen['unit'], acts: boolean): Session['phase'] {
  if (unit === undefined) return 'go';
  switch (unit.kind) {
    case 'demo':
    case 'picture':
      return 'go';
    case 'predict':
      return 'guess';
    case 'act':
      return acts ? 'act' : 'go';
    default:
      return 'answer';
  }
}

function showing(session: Session, screen: Screen, goesOn: boolean): readonly Shown[] {
  const { unit } = screen;
  const solved = session.only === undefined ? session.solved : NOTHING;
  const header = headerOf(session.lesson, session.screens, session.at, { solved, acts: session.acts });
  const done = unit !== undefined && isExercise(unit) && solved.has(unit.id);
  return [
    { kind: 'header', header, brief: goesOn && header.exercise === undefined },
    ...screen.reads.map((read) => ({ kind: 'read', unit: read }) as const),
    ...(unit === undefined ? [] : shownUnit(unit, session.acts)),
    ...(done ? [note('solved-before')] : []),
  ];
}

/** In a review it does not matter what was solved before. */
const NOTHING: ReadonlySet<string> = new Set();

/** What stands on the screen before something is to be done. */
function shownUnit(unit: NonNullable<Screen['unit']>, acts: boolean): readonly Shown[] {
  switch (unit.kind) {
    case 'demo':
      return [{ kind: 'demo', demo: unit }];
    case 'picture':
      return [{ kind: 'picture', unit }];
    case 'act':
      return acts
        ? [{ kind: 'question', unit }]
        : [note('act-needs-stack'), { kind: 'demo', demo: unit.instead, of: unit }];
    case 'number':
      return [
        { kind: 'demo', demo: unit.show, of: unit },
        { kind: 'question', unit },
      ];
    case 'fix':
      return [{ kind: 'broken', unit }, { kind: 'question', unit }, note('mend-it')];
    case 'error':
      return [
        { kind: 'broken', unit },
        { kind: 'question', unit },
      ];
    default:
      return [{ kind: 'question', unit }];
  }
}

function showEnd(session: Session): Step {
  const { only } = session;
  const asked = openExercises(session.lesson, session.solved);
  const open = only === undefined ? asked : exercisesOf(session.lesson).filter(({ id }) => only.has(id));
  return {
    session,
    show: [{ kind: 'end', open, brief: session.series }],
    keep: only === undefined || asked.length === 0 ? [{ kind: 'finish' }] : [],
    next: session.series ? { kind: 'leave' } : waiting(session),
  };
}
