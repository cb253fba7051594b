import { type Exercise, isExercise, type Unit } from './lesson.ts';
import { momentOf, openExercises, screensWith } from './session-screens.ts';
import { goOn, note, plain, reveal, say, showAgain, showScreen, unitOf, waiting } from './session-show.ts';
import type { Next, Session, Step } from './session-types.ts';
import type { Word } from './session-words.ts';

/** What a word of ours does. */
export function takeWord(session: Session, word: Word): Step {
  return session.playing ? playWord(session, word) : LESSON_WORDS[word](session);
}

/** Hints there are: those of the lesson, and where these are fewer than four, the solution as the last. */
export function hintsOf({ hints }: Exercise): number {
  return hints.length < MOST_HINTS ? hints.length + 1 : hints.length;
}

const MOST_HINTS = 4;

const LESSON_WORDS: { readonly [K in Word]: (session: Session) => Step } = {
  hint,
  why: (session) => {
    const unit = unitOf(session);
    const { last } = session.tries;
    if (last === undefined || unit === undefined || !isExercise(unit)) return say(session, 'nothing-to-explain');
    return plain(session, [{ kind: 'verdict', exercise: unit, ...last, full: true }]);
  },
  explain: (session) => {
    const query = session.tries.query ?? queryOn(unitOf(session), session.phase);
    if (query === undefined) return say(session, 'nothing-to-take-apart');
    const at = momentOf(session.screens[session.at], session.acts) ?? 'quiet';
    return plain(session, [{ kind: 'explain', query, at }]);
  },
  solution: (session) => {
    const unit = unitOf(session);
    if (session.phase !== 'answer' || unit === undefined || !isExercise(unit)) return say(session, 'no-solution-here');
    return {
      session,
      show: [{ kind: 'solution', exercise: unit }],
      keep: [{ kind: 'solution', exercise: unit }],
      next: { ...(waiting(session) as Extract<Next, { kind: 'ask' }>), solutionOf: unit },
    };
  },
  skip: (session) => {
    const unit = unitOf(session);
    if (session.phase === 'end') return say(session, 'at-end');
    if (session.phase === 'guess' && unit?.kind === 'predict') return reveal(session, unit, undefined);
    if (session.phase === 'act' && unit?.kind === 'act') {
      return plain({ ...session, phase: 'go' }, [{ kind: 'demo', demo: unit.instead, of: unit }]);
    }
    const step = goOn(session);
    if (session.phase !== 'answer' || unit === undefined || !isExercise(unit) || session.solved.has(unit.id))
      return step;
    return {
      ...step,
      show: [note('skipped', unit.id), ...step.show],
      keep: [{ kind: 'skip', exercise: unit }, ...step.keep],
    };
  },
  back: (session) => (session.at <= 0 ? say(session, 'at-start') : showScreen(session, session.at - 1)),
  again: (session) => showAgain(session),
  all: (session) => plain(session, [{ kind: 'all' }]),
  play: (session) => plain({ ...session, playing: true }, [note('playing')], { kind: 'ask', for: 'play' }),
  lesson: (session) => say(session, 'not-playing'),
  'test-out': (session) => {
    const open = new Set(openExercises(session.lesson, session.solved).map(({ id }) => id));
    const first = screensWith(session.screens, open)[0];
    if (first === undefined) return say(session, 'nothing-open');
    const step = showScreen({ ...session, only: open }, first);
    return { ...step, show: [note('test-out'), ...step.show] };
  },
  review: (session) => plain(session, [], { kind: 'leave', to: 'review' }),
  quit: (session) => plain(session, [], { kind: 'leave' }),
  '?': (session) => plain(session, [{ kind: 'words', words: wordsNow(session), phase: session.phase }]),
};

function playWord(session: Session, word: Word): Step {
  if (word === 'quit') return plain(session, [], { kind: 'leave' });
  if (word === 'lesson' || word === 'back') {
    const back = { ...session, playing: false };
    const step = showAgain(back);
    return { ...step, show: [note('back-in-lesson'), ...step.show.filter(({ kind }) => kind !== 'demo')] };
  }
  if (word === '?') {
    return plain(session, [{ kind: 'words', words: wordsNow(session), phase: 'play' }]);
  }
  if (word === 'all') return plain(session, [{ kind: 'all' }]);
  if (word === 'explain' && session.tries.query !== undefined) {
    return plain(session, [{ kind: 'explain', query: session.tries.query, at: 'live' }]);
  }
  return word === 'explain' ? say(session, 'nothing-to-take-apart') : say(session, 'playing');
}

/** The words that do something now. */
export function wordsNow(session: Session): readonly Word[] {
  if (session.playing) return ['explain', 'all', 'lesson', 'quit', '?'];
  const unit = unitOf(session);
  const answering = session.phase === 'answer' && unit !== undefined && isExercise(unit);
  const explains = session.tries.query !== undefined || queryOn(unit, session.phase) !== undefined;
  return [
    ...(answering ? (['hint'] as const) : []),
    ...(session.tries.last === undefined ? [] : (['why'] as const)),
    ...(explains ? (['explain'] as const) : []),
    ...(answering ? (['solution'] as const) : []),
    ...(session.phase === 'end' ? [] : (['skip'] as const)),
    ...(session.at <= 0 ? [] : (['back'] as const)),
    'again',
    'all',
    'play',
    ...(openExercises(session.lesson, session.solved).length > 0 ? (['test-out'] as const) : []),
    'review',
    'quit',
    '?',
  ];
}

/** The query that is on the screen and no secret. */
function queryOn(unit: Unit | undefined, phase: Session['phase']): string | undefined {
  switch (unit?.kind) {
    case 'demo':
    case 'picture':
      return unit.query;
    case 'predict':
      return unit.demo.query;
    case 'number':
      return unit.show.query;
    case 'fix':
      return unit.broken;
    case 'act':
      return phase === 'act' ? unit.expect : unit.instead.query;
    default:
      return undefined;
  }
}

/** A new level needs a try in between, or to be asked for twice. */
function hint(session: Session): Step {
  const unit = unitOf(session);
  const { tries } = session;
  if (session.phase !== 'answer' || unit === undefined || !isExercise(unit)) return say(session, 'no-hint-here');
  const most = hintsOf(unit);
  if (tries.hints >= most) return say(session, 'hints-over');
  if (tries.hinted && !tries.asked) {
    return say({ ...session, tries: { ...tries, asked: true } }, 'hint-again', String(tries.hints));
  }
  const level = tries.hints + 1;
  const hinted = { ...session, tries: { ...tries, hints: level, hinted: true, asked: false } };
  return {
    session: hinted,
    show: [{ kind: 'hint', exercise: unit, level }],
    keep: [{ kind: 'hint', exercise: unit, level, last: level === most }],
    next: waiting(hinted),
  };
}
