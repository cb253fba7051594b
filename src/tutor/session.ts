import type { Act, Exercise, Lesson } from './lesson.ts';
import { takeText } from './session-answer.ts';
import { hintsOf, takeWord } from './session-commands.ts';
import { screensOf, screensWith, screenWith } from './session-screens.ts';
import { BEFORE, NO_TRIES, note, plain, say, showScreen, waiting } from './session-show.ts';
import type { ActOutcome, Next, Session, Step } from './session-types.ts';
import { readLine } from './session-words.ts';
import type { Verdict } from './verdict.ts';

export { waiting } from './session-show.ts';

/** How a lesson is begun, or gone on with. */
export type SessionStart = {
  /** An index into `Lesson.units`. */
  readonly unit: number;
  /** Ids. */
  readonly solved: ReadonlySet<string>;
  /** The lessons before were not taken. */
  readonly recap: boolean;
  /** Whether there is a running service that something can be done to. */
  readonly acts?: boolean;
  /** Only these exercises are asked, by id: to test out of, or for review. */
  readonly only?: { readonly ids: ReadonlySet<string>; readonly why: 'test-out' | 'review' };
};

/** Begins a lesson, or goes on with it. */
export function openSession(lesson: Lesson, from: SessionStart): Step {
  const screens = screensOf(lesson);
  const session: Session = {
    lesson,
    screens,
    at: 0,
    phase: 'go',
    playing: false,
    acts: from.acts ?? false,
    only: from.only?.ids,
    series: from.only !== undefined,
    solved: from.solved,
    tries: NO_TRIES,
  };
  if (from.only !== undefined) {
    const step = showScreen(session, screensWith(screens, from.only.ids)[0] ?? screens.length);
    return { ...step, show: [note(from.only.why), ...step.show] };
  }
  if (from.recap && lesson.recap.length > 0) return plain({ ...session, at: BEFORE }, [{ kind: 'recap' }]);
  return showScreen(session, screenWith(screens, from.unit));
}

/** Takes a typed line. `names` are the metrics there are: a word of ours that is one of them is a query. */
export function takeLine(session: Session, line: string, names: ReadonlySet<string>): Step {
  const reading = readLine(line, names);
  switch (reading.kind) {
    case 'word':
      return takeWord(session, reading.word);
    case 'unknown-word':
      return reading.meant === undefined
        ? say(session, 'unknown-word', reading.text)
        : say(session, 'did-you-mean', reading.meant);
    case 'text':
      return takeText(session, reading.text, names);
  }
}

/** Takes what became of the answer that was handed out to be judged. */
export function takeVerdict(session: Session, exercise: Exercise, answer: string, verdict: Verdict): Step {
  const { tries } = session;
  const misses = tries.misses + (verdict.solved ? 0 : 1);
  const judged: Session = {
    ...session,
    phase: verdict.solved ? 'go' : 'answer',
    ...(verdict.solved ? without(session, exercise) : {}),
    tries: {
      ...tries,
      misses,
      hinted: false,
      asked: false,
      last: { answer, verdict },
      ...(isQueryAnswer(exercise) ? { query: answer } : {}),
    },
  };
  const offered = !verdict.solved && misses >= OFFER_AFTER && misses % OFFER_AFTER === 0;
  const left = hintsOf(exercise) - tries.hints;
  return {
    session: judged,
    show: [
      { kind: 'verdict', exercise, answer, verdict, full: false },
      ...(verdict.solved && exercise.kind === 'error' ? [{ kind: 'fixed', unit: exercise } as const] : []),
      ...(offered ? [note(left > 0 ? 'hint-offer' : 'hints-over')] : []),
    ],
    keep: [{ kind: 'answer', exercise, line: answer, solved: verdict.solved }],
    next: afterVerdict(judged, exercise, answer),
  };
}

/** Takes what came of something that was done to the running service. */
export function takeActed(session: Session, unit: Act, outcome: ActOutcome): Step {
  const seen = outcome.kind === 'seen';
  const left = outcome.kind === 'left';
  return plain({ ...session, phase: seen || left ? 'go' : 'act' }, [
    { kind: 'acted', unit, outcome },
    ...(left ? [{ kind: 'demo', demo: unit.instead, of: unit } as const] : []),
  ]);
}

/** Hints are offered after this many wrong answers, and again after as many more. */
const OFFER_AFTER = 3;

/** A query that is being mended stays on the line. */
function afterVerdict(judged: Session, exercise: Exercise, answer: string): Next {
  const next = waiting(judged);
  return judged.phase === 'answer' && exercise.kind === 'fix' && next.kind === 'ask'
    ? { ...next, prefill: answer }
    : next;
}

/** The exercise is solved, and no longer among those that are still to come. */
function without({ solved, only }: Session, { id }: Exercise): Pick<Session, 'solved' | 'only'> {
  return {
    solved: new Set([...solved, id]),
    only: only === undefined ? undefined : new Set([...only].filter((other) => other !== id)),
  };
}

function isQueryAnswer({ kind }: Exercise): boolean {
  return kind === 'query' || kind === 'fix';
}
