import type { DetectorId } from '../advise/finding.ts';
import type { QueryPosition } from '../model/errors.ts';
import type { QueryResult } from '../model/query-result.ts';
import type { Moment } from './ground.ts';

/** What became of an answer. Only the first two are solved. */
export type VerdictKind = 'right' | 'right-with-note' | 'wrong' | 'error' | 'empty';

/**
 * What one piece of feedback is. `why`: why the answer is right. `note`: right, but. `prometheus`: the server's own
 * words about an error or a warning. `misconception`: a mistake that was seen coming. `syntax`: what is wrong with the
 * text, in our words. `unit`: right shape, wrong unit. `detected`: a mistake of the table of detectors, proved by the
 * data. `difference`: how the result differs. `empty`: why nothing came.
 */
export type FeedbackKind =
  | 'why'
  | 'note'
  | 'prometheus'
  | 'misconception'
  | 'syntax'
  | 'unit'
  | 'detected'
  | 'difference'
  | 'empty';

export type Feedback = {
  readonly kind: FeedbackKind;
  /** Sentences; as Markdown with `code` where ours, plain text where `prometheus`. May hold text of a server: unsafe. */
  readonly message: string;
  /** Numbers, rows and names from the data, one line each. Unsafe like the message. */
  readonly evidence: readonly string[];
  /** Where in the answer, for a caret. */
  readonly position?: QueryPosition;
  /** The corrected answer as a whole, where it is certain. */
  readonly fix?: string;
  /** The row of the table of detectors that it comes from. */
  readonly detector?: DetectorId;
};

/** The judgement of one answer. */
export type Verdict = {
  readonly solved: boolean;
  readonly verdict: VerdictKind;
  /** In the order in which it is to be shown; never empty. */
  readonly feedback: readonly Feedback[];
  /** What a query answer gave at the moment the exercise is shown at; absent for choices and errors. */
  readonly shown?: { readonly moment: Moment; readonly result: QueryResult };
};
