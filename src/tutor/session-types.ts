import type { CheckpointName } from '../model/scenario.ts';
import type { Choice, Demo, Exercise, Lesson, Predict, QueryExercise, Read } from './lesson.ts';
import type { Header, Screen } from './session-screens.ts';
import type { Word } from './session-words.ts';
import type { Verdict } from './verdict.ts';

/** A run through a lesson as a value: every step takes one and gives the next. */
export type Session = {
  readonly lesson: Lesson;
  readonly screens: readonly Screen[];
  /** Index of the screen; their number when the end is shown, -1 while the recap is. */
  readonly at: number;
  /** `go`: Enter leads on. `guess`: a prediction is awaited. `answer`: an exercise is. `end`: the summary was shown. */
  readonly phase: 'go' | 'guess' | 'answer' | 'end';
  /** The free prompt on the real clock lies over the lesson. */
  readonly playing: boolean;
  /** Only exercises that are not solved are shown. */
  readonly testOut: boolean;
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
};

/** What is to be printed, in this order. Units come as they stand in the lesson: numbers in their prose are not resolved. */
export type Shown =
  /** `brief`: the prose before was the screen before, so only the moment is news. */
  | { readonly kind: 'header'; readonly header: Header; readonly brief: boolean }
  | { readonly kind: 'recap' }
  | { readonly kind: 'read'; readonly unit: Read }
  | { readonly kind: 'question'; readonly unit: Predict | Choice | QueryExercise }
  /** `of`: the prediction that it answers. */
  | { readonly kind: 'demo'; readonly demo: Demo; readonly of?: Predict }
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
  /** The last result once more, without a limit of rows. */
  | { readonly kind: 'all' }
  | { readonly kind: 'words'; readonly words: readonly Word[]; readonly phase: Session['phase'] | 'play' }
  | { readonly kind: 'end'; readonly open: readonly Exercise[] }
  | { readonly kind: 'note'; readonly note: Note; readonly about?: string };

/** Short things said in passing; `render` has their words. */
export type Note =
  | 'type-an-answer'
  | 'pick-one'
  | 'pick-several'
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
  | 'nothing-open'
  | 'nothing-more'
  | 'unknown-word'
  | 'did-you-mean';

/** What the player does when all is printed. */
export type Next =
  | {
      readonly kind: 'ask';
      readonly for: 'go' | 'end' | 'pick' | 'query' | 'play';
      readonly prefill?: string;
    }
  | { readonly kind: 'judge'; readonly exercise: Exercise; readonly answer: string }
  /** A query typed for curiosity's sake: run and shown, not judged. */
  | { readonly kind: 'run'; readonly query: string; readonly at: CheckpointName | 'live' }
  | { readonly kind: 'leave' };

/** What is to be kept of a step. */
export type Kept =
  | { readonly kind: 'position'; readonly unit: number }
  | { readonly kind: 'line'; readonly line: string }
  | { readonly kind: 'answer'; readonly exercise: Exercise; readonly line: string; readonly solved: boolean }
  | { readonly kind: 'hint'; readonly exercise: Exercise; readonly level: number }
  | { readonly kind: 'skip'; readonly exercise: Exercise }
  | { readonly kind: 'finish' };

export type Step = {
  readonly session: Session;
  readonly show: readonly Shown[];
  readonly keep: readonly Kept[];
  readonly next: Next;
};
