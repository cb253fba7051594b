import type { CheckpointName } from '../model/scenario.ts';
import type {
  Act,
  Demo,
  ErrorExercise,
  Exercise,
  FixExercise,
  Lesson,
  NumberExercise,
  Picture,
  Predict,
  Read,
} from './lesson.ts';
import type { Header, Screen } from './session-screens.ts';
import type { Word } from './session-words.ts';
import type { Verdict } from './verdict.ts';

/** A run through a lesson as a value: every step takes one and gives the next. */
export type Session = {
  readonly lesson: Lesson;
  readonly screens: readonly Screen[];
  /** Index of the screen; their number when the end is shown, -1 while the recap is. */
  readonly at: number;
  /**
   * `go`: Enter leads on. `guess`: a prediction is awaited. `answer`: an exercise is. `act`: Enter does something to the
   * running service. `end`: the summary was shown.
   */
  readonly phase: 'go' | 'guess' | 'answer' | 'act' | 'end';
  /** The free prompt on the real clock lies over the lesson. */
  readonly playing: boolean;
  /** Whether there is a running service that something can be done to. */
  readonly acts: boolean;
  /** Ids of the exercises that are still to come, where only some are asked: those one tests out of, those of a review. */
  readonly only: ReadonlySet<string> | undefined;
  /** One lesson of several whose exercises are asked in a row: at its end one goes on without being asked. */
  readonly series: boolean;
  /** Ids. */
  readonly solved: ReadonlySet<string>;
  readonly tries: Tries;
};

/** What happened at the exercise of this screen since it was shown. */
export type Tries = {
  readonly misses: number;
  readonly hints: number;
  /** A hint was shown and nothing was tried since. */
  readonly hinted: boolean;
  /** The next hint was asked for without a try in between; the second request gives it. */
  readonly asked: boolean;
  readonly last?: { readonly answer: string; readonly verdict: Verdict };
  /** The query that was typed last, judged or not: what `explain` takes apart. */
  readonly query?: string;
};

/** What is to be printed, in this order. Units come as they stand in the lesson: numbers in their prose are not resolved. */
export type Shown =
  /** `brief`: the prose before was the screen before, so only the moment is news. */
  | { readonly kind: 'header'; readonly header: Header; readonly brief: boolean }
  | { readonly kind: 'recap' }
  | { readonly kind: 'read'; readonly unit: Read }
  | { readonly kind: 'question'; readonly unit: Predict | Act | Exercise }
  /** `of`: the unit it belongs to, whose texts are resolved with it. */
  | { readonly kind: 'demo'; readonly demo: Demo; readonly of?: Predict | Act | NumberExercise }
  | { readonly kind: 'picture'; readonly unit: Picture }
  /** A query that is to be mended or explained, and what comes of it. */
  | { readonly kind: 'broken'; readonly unit: FixExercise | ErrorExercise }
  /** The same query as it was meant, and its result. */
  | { readonly kind: 'fixed'; readonly unit: ErrorExercise }
  | { readonly kind: 'acted'; readonly unit: Act; readonly outcome: ActOutcome }
  /** What was predicted, beside what came; `key` of an option. */
  | { readonly kind: 'guess'; readonly unit: Predict; readonly key: string }
  | {
      readonly kind: 'verdict';
      readonly exercise: Exercise;
      readonly answer: string;
      readonly verdict: Verdict;
      /** Everything that is known, not the short form. */
      readonly full: boolean;
    }
  | { readonly kind: 'hint'; readonly exercise: Exercise; readonly level: number }
  | { readonly kind: 'solution'; readonly exercise: Exercise }
  /** A query taken apart: its parts and what each of them gives. */
  | { readonly kind: 'explain'; readonly query: string; readonly at: CheckpointName | 'live' }
  /** The last result once more, without a limit of rows. */
  | { readonly kind: 'all' }
  | { readonly kind: 'words'; readonly words: readonly Word[]; readonly phase: Session['phase'] | 'play' }
  | { readonly kind: 'end'; readonly open: readonly Exercise[]; readonly brief: boolean }
  | { readonly kind: 'note'; readonly note: Note; readonly about?: string };

/** What came of an act: seen, not seen in time, not waited for, or it could not be done (`message` says why). */
export type ActOutcome =
  | { readonly kind: 'seen' | 'late' | 'left' }
  | { readonly kind: 'failed'; readonly message: string };

/** Short things said in passing; `render` has their words. */
export type Note =
  | 'type-an-answer'
  | 'pick-one'
  | 'pick-several'
  | 'type-a-number'
  | 'type-a-report'
  | 'mend-it'
  | 'type-it-mended'
  | 'guess-first'
  | 'solved-before'
  | 'hint-offer'
  | 'hint-again'
  | 'hints-over'
  | 'no-hint-here'
  | 'no-solution-here'
  | 'nothing-to-explain'
  | 'skipped'
  | 'at-start'
  | 'at-end'
  | 'playing'
  | 'not-playing'
  | 'back-in-lesson'
  | 'test-out'
  | 'review'
  | 'act-needs-stack'
  | 'nothing-to-take-apart'
  | 'nothing-open'
  | 'nothing-more'
  | 'unknown-word'
  | 'did-you-mean';

/** What the player does when all is printed. */
export type Next =
  | {
      readonly kind: 'ask';
      readonly for: 'go' | 'end' | 'pick' | 'query' | 'number' | 'report' | 'act' | 'play';
      readonly prefill?: string;
      /** The solution of this exercise is put on the line. */
      readonly solutionOf?: Exercise;
    }
  | { readonly kind: 'judge'; readonly exercise: Exercise; readonly answer: string }
  /** A query typed for curiosity's sake: run and shown, not judged. */
  | { readonly kind: 'run'; readonly query: string; readonly at: CheckpointName | 'live' }
  /** Something is done to the running service, and waited for. */
  | { readonly kind: 'act'; readonly unit: Act }
  /** `to`: what is wanted instead of the lesson. */
  | { readonly kind: 'leave'; readonly to?: 'review' };

/** What is to be kept of a step. */
export type Kept =
  | { readonly kind: 'position'; readonly unit: number }
  | { readonly kind: 'line'; readonly line: string }
  | { readonly kind: 'answer'; readonly exercise: Exercise; readonly line: string; readonly solved: boolean }
  /** `last`: it held the answer. */
  | { readonly kind: 'hint'; readonly exercise: Exercise; readonly level: number; readonly last: boolean }
  | { readonly kind: 'solution'; readonly exercise: Exercise }
  | { readonly kind: 'skip'; readonly exercise: Exercise }
  | { readonly kind: 'finish' };

export type Step = {
  readonly session: Session;
  readonly show: readonly Shown[];
  readonly keep: readonly Kept[];
  readonly next: Next;
};
