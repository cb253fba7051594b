import { type Exercise, isExercise, type Lesson, type Predict } from './lesson.ts';
import {
  headerOf,
  momentOf,
  openExercises,
  openScreens,
  type Screen,
  screensOf,
  screenWith,
} from './session-screens.ts';
import type { Next, Note, Session, Shown, Step, Tries } from './session-types.ts';
import { readLine, readPick, type Word } from './session-words.ts';
import type { Verdict } from './verdict.ts';

/** Begins a lesson, or goes on with it at a unit (an index into `Lesson.units`). `recap`: the lessons before were not taken. */
export function openSession(
  lesson: Lesson,
  from: { readonly unit: number; readonly solved: ReadonlySet<string>; readonly recap: boolean },
): Step {
  const screens = screensOf(lesson);
  const session: Session = {
    lesson,
    screens,
    at: 0,
    phase: 'go',
    playing: false,
    testOut: false,
    solved: from.solved,
    tries: NO_TRIES,
  };
  if (from.recap && lesson.recap.length > 0) return plain({ ...session, at: BEFORE }, [{ kind: 'recap' }]);
  return showScreen(session, screenWith(screens, from.unit));
}

/** Takes a typed line. `names` are the metrics there are: a word of ours that is one of them is a query. */
export function takeLine(session: Session, line: string, names: ReadonlySet<string>): Step {
  const reading = readLine(line, names);
  switch (reading.kind) {
    case 'word':
      return session.playing ? playWord(session, reading.word) : lessonWord(session, reading.word);
    case 'unknown-word':
      return reading.meant === undefined
        ? say(session, 'unknown-word', reading.text)
        : say(session, 'did-you-mean', reading.meant);
    case 'text':
      return session.playing ? playText(session, reading.text) : TEXT[session.phase](session, reading.text, names);
  }
}

/** Takes what became of the answer that was handed out to be judged. */
export function takeVerdict(session: Session, exercise: Exercise, answer: string, verdict: Verdict): Step {
  const { tries } = session;
  const misses = tries.misses + (verdict.solved ? 0 : 1);
  const judged: Session = {
    ...session,
    phase: verdict.solved ? 'go' : 'answer',
    solved: verdict.solved ? new Set([...session.solved, exercise.id]) : session.solved,
    tries: { ...tries, misses, hinted: false, asked: false, last: { answer, verdict } },
  };
  const offered = !verdict.solved && misses >= OFFER_AFTER && misses % OFFER_AFTER === 0;
  const left = hintsOf(exercise) - tries.hints;
  return {
    session: judged,
    show: [
      { kind: 'verdict', exercise, answer, verdict, full: false },
      ...(offered ? [note(left > 0 ? 'hint-offer' : 'hints-over')] : []),
    ],
    keep: [{ kind: 'answer', exercise, line: answer, solved: verdict.solved }],
    next: waiting(judged),
  };
}

/** What the session waits for now; after a query that was only tried, say. */
export function waiting(session: Session): Next {
  if (session.playing) return { kind: 'ask', for: 'play' };
  if (session.phase === 'end') return { kind: 'ask', for: 'end' };
  if (session.phase === 'go') return { kind: 'ask', for: 'go' };
  const unit = unitOf(session);
  return { kind: 'ask', for: unit?.kind === 'query' ? 'query' : 'pick' };
}

/** The place before the first screen, where the recap is read. */
const BEFORE = -1;

/** Hints are offered after this many wrong answers, and again after as many more. */
const OFFER_AFTER = 3;

const NO_TRIES: Tries = { misses: 0, hints: 0, hinted: false, asked: false };

type TakeText = (session: Session, text: string, names: ReadonlySet<string>) => Step;

/** What a line that is no word does, by what is waited for. */
const TEXT: { readonly [K in Session['phase']]: TakeText } = {
  go: (session, text) => (text === '' ? goOn(session) : run(session, text)),
  end: (session, text) => (text === '' ? plain(session, [], { kind: 'leave' }) : run(session, text)),
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
    if (text === '') return session.solved.has(unit.id) ? goOn(session) : askAgain(session, unit);
    if (unit.kind === 'query') return judge(session, unit, text, text);
    const picked = readPick(text, unit.options, unit.several);
    if (picked !== undefined) return judge(session, unit, picked.join(' '), text);
    return isQuery(text, names) ? run(session, text) : askAgain(session, unit);
  },
};

const LESSON_WORDS: { readonly [K in Word]: (session: Session) => Step } = {
  hint,
  why: (session) => {
    const unit = unitOf(session);
    const { last } = session.tries;
    if (last === undefined || unit === undefined || !isExercise(unit)) return say(session, 'nothing-to-explain');
    return plain(session, [{ kind: 'verdict', exercise: unit, ...last, full: true }]);
  },
  solution: (session) => {
    const unit = unitOf(session);
    if (session.phase !== 'answer' || unit === undefined || !isExercise(unit)) return say(session, 'no-solution-here');
    const asked: Next =
      unit.kind === 'query' ? { kind: 'ask', for: 'query', prefill: unit.reference } : waiting(session);
    return plain(session, [{ kind: 'solution', exercise: unit }], asked);
  },
  skip: (session) => {
    const unit = unitOf(session);
    if (session.phase === 'end') return say(session, 'at-end');
    if (session.phase === 'guess' && unit?.kind === 'predict') return reveal(session, unit, undefined);
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
    const testing = { ...session, testOut: true };
    const first = openScreens(session.screens, session.solved)[0];
    if (first === undefined) return say(session, 'nothing-open');
    const step = showScreen(testing, first);
    return { ...step, show: [note('test-out'), ...step.show] };
  },
  quit: (session) => plain(session, [], { kind: 'leave' }),
  '?': (session) => plain(session, [{ kind: 'words', words: wordsIn(session), phase: session.phase }]),
};

function lessonWord(session: Session, word: Word): Step {
  return LESSON_WORDS[word](session);
}

function playWord(session: Session, word: Word): Step {
  if (word === 'quit') return plain(session, [], { kind: 'leave' });
  if (word === 'lesson' || word === 'back') {
    const back = { ...session, playing: false };
    const step = showAgain(back);
    return { ...step, show: [note('back-in-lesson'), ...step.show.filter(({ kind }) => kind !== 'demo')] };
  }
  if (word === '?') return plain(session, [{ kind: 'words', words: ['all', 'lesson', 'quit', '?'], phase: 'play' }]);
  if (word === 'all') return plain(session, [{ kind: 'all' }]);
  return say(session, 'playing');
}

function playText(session: Session, text: string): Step {
  return text === '' ? plain(session, []) : { ...run(session, text), next: { kind: 'run', query: text, at: 'live' } };
}

/** The words that do something now. */
function wordsIn(session: Session): readonly Word[] {
  const unit = unitOf(session);
  const answering = session.phase === 'answer' && unit !== undefined && isExercise(unit);
  return [
    ...(answering && hintsOf(unit) > 0 ? (['hint'] as const) : []),
    ...(session.tries.last === undefined ? [] : (['why'] as const)),
    ...(answering ? (['solution'] as const) : []),
    ...(session.phase === 'end' ? [] : (['skip'] as const)),
    ...(session.at <= 0 ? [] : (['back'] as const)),
    'again',
    'all',
    'play',
    ...(openExercises(session.lesson, session.solved).length > 0 ? (['test-out'] as const) : []),
    'quit',
    '?',
  ];
}

/** A new level needs a try in between, or to be asked for twice. */
function hint(session: Session): Step {
  const unit = unitOf(session);
  const { tries } = session;
  if (session.phase !== 'answer' || unit === undefined || !isExercise(unit) || hintsOf(unit) === 0) {
    return say(session, 'no-hint-here');
  }
  if (tries.hints >= hintsOf(unit)) return say(session, 'hints-over');
  if (tries.hinted && !tries.asked) {
    return say({ ...session, tries: { ...tries, asked: true } }, 'hint-again', String(tries.hints));
  }
  const level = tries.hints + 1;
  const hinted = { ...session, tries: { ...tries, hints: level, hinted: true, asked: false } };
  return {
    session: hinted,
    show: [{ kind: 'hint', exercise: unit, level }],
    keep: [{ kind: 'hint', exercise: unit, level }],
    next: waiting(hinted),
  };
}

function hintsOf(exercise: Exercise): number {
  return exercise.hints.length;
}

function goOn(session: Session): Step {
  if (!session.testOut) return showScreen(session, session.at + 1);
  const open = openScreens(session.screens, session.solved);
  const next = open.find((index) => index > session.at);
  return showScreen(session, next ?? session.screens.length);
}

/** The result a prediction was about, and what was predicted. */
function reveal(session: Session, unit: Predict, key: string | undefined): Step {
  const going: Session = { ...session, phase: 'go' };
  return plain(going, [
    { kind: 'demo', demo: unit.demo, of: unit },
    ...(key === undefined ? [] : [{ kind: 'guess', unit, key } as const]),
  ]);
}

function judge(session: Session, exercise: Exercise, answer: string, line: string): Step {
  return { session, show: [], keep: [{ kind: 'line', line }], next: { kind: 'judge', exercise, answer } };
}

function run(session: Session, query: string): Step {
  const at = momentOf(session.screens[session.at]) ?? 'quiet';
  return { session, show: [], keep: [{ kind: 'line', line: query }], next: { kind: 'run', query, at } };
}

/** Shows a screen from its beginning; the one after the last is the end. */
function showScreen(before: Session, index: number): Step {
  const screen = before.screens[index];
  const unit = screen?.unit;
  const phase = screen === undefined ? 'end' : phaseFor(unit);
  const session: Session = { ...before, at: index, phase, tries: NO_TRIES };
  if (screen === undefined) return showEnd(session);
  return {
    session,
    show: showing(session, screen, screen.continues && before.at === index - 1),
    keep: [{ kind: 'position', unit: screen.last }],
    next: waiting(session),
  };
}

function phaseFor(unit: Screen['unit']): Session['phase'] {
  if (unit === undefined || unit.kind === 'demo') return 'go';
  return unit.kind === 'predict' ? 'guess' : 'answer';
}

function showing(session: Session, screen: Screen, goesOn: boolean): readonly Shown[] {
  const { unit } = screen;
  const header = headerOf(session.lesson, session.screens, session.at, session.solved);
  const solved = unit !== undefined && isExercise(unit) && session.solved.has(unit.id);
  return [
    { kind: 'header', header, brief: goesOn && header.exercise === undefined },
    ...screen.reads.map((read) => ({ kind: 'read', unit: read }) as const),
    ...(unit === undefined ? [] : [shownUnit(unit)]),
    ...(solved ? [note('solved-before')] : []),
  ];
}

function shownUnit(unit: NonNullable<Screen['unit']>): Shown {
  return unit.kind === 'demo' ? { kind: 'demo', demo: unit } : { kind: 'question', unit };
}

/** The same screen once more; what was tried there is not forgotten. */
function showAgain(session: Session): Step {
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

function showEnd(session: Session): Step {
  const open = openExercises(session.lesson, session.solved);
  const reached = !session.testOut || open.length === 0;
  return {
    session,
    show: [{ kind: 'end', open }],
    keep: reached ? [{ kind: 'finish' }] : [],
    next: waiting(session),
  };
}

function unitOf(session: Session): Screen['unit'] {
  return session.screens[session.at]?.unit;
}

/** Whether a line at a choice is meant as a query: the name of a metric, or anything with an operator or bracket in it. */
function isQuery(text: string, names: ReadonlySet<string>): boolean {
  return names.has(text) || /[[({=<>*/+]/.test(text);
}

function askAgain(session: Session, exercise: Exercise): Step {
  if (exercise.kind === 'query') return say(session, 'type-an-answer');
  return exercise.several ? say(session, 'pick-several') : say(session, 'pick-one', numbersOf(exercise.options));
}

/** What can be typed at a choice: `1 to 3`. */
function numbersOf(options: readonly unknown[]): string {
  return `1 to ${options.length}`;
}

function say(session: Session, what: Note, about?: string): Step {
  return plain(session, [note(what, about)]);
}

function note(what: Note, about?: string): Shown {
  return { kind: 'note', note: what, ...(about === undefined ? {} : { about }) };
}

function plain(session: Session, show: readonly Shown[], next: Next = waiting(session)): Step {
  return { session, show, keep: [], next };
}
