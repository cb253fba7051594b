import type { Fix } from './fix.ts';
import { type Kind, kindRow } from './kinds.ts';
import type { Versions } from './versions.ts';

/** `skip`: not looked at, or explained by a failure elsewhere (then `because` names it). */
export type Status = 'ok' | 'warn' | 'fail' | 'skip';

/** What one look at the world found: one sentence, what it was read from, and what to do about it. */
export type Finding = {
  /** Id of the check, and after a slash what it is about where a check looks at several things: `containers/sse-app`. */
  readonly id: string;
  /** What kind of trouble it is: a row of kinds.ts. Absent where nothing is wrong. */
  readonly kind?: Kind;
  /** What was looked at, in two or three words. */
  readonly title: string;
  readonly status: Status;
  readonly sentence: string;
  /** Facts as they were read, most telling first. Untrusted text: made safe where it is drawn. */
  readonly evidence: readonly string[];
  /** One command line that repairs it: `repair` as a person types it. */
  readonly fix?: string;
  /** The same as data, which `--fix` carries out. */
  readonly repair?: Fix;
  /** What to change by hand where no command can do it. */
  readonly advice?: string;
  readonly link?: string;
  /** Name of the lesson about it. */
  readonly lesson?: string;
  /** Id of the failed finding that explains this one. */
  readonly because?: string;
};

/** What a check says; the runner adds id and title from the check's row. */
export type Outcome = {
  readonly status: Status;
  readonly kind?: Kind | undefined;
  readonly sentence: string;
  readonly evidence?: readonly string[] | undefined;
  readonly fix?: Fix | undefined;
  readonly advice?: string | undefined;
  readonly link?: string | undefined;
  readonly lesson?: string | undefined;
  /** Which of several things it is about; becomes the second half of the id. */
  readonly subject?: string;
  /** Ids of findings that explain this outcome when they failed, beside those its check needs. */
  readonly explainedBy?: readonly string[];
};

export type More = Omit<Outcome, 'status' | 'sentence' | 'kind'>;

export function ok(sentence: string, more: More = {}): Outcome {
  return { status: 'ok', sentence, ...more };
}

export function warn(kind: Kind, sentence: string, more: More = {}): Outcome {
  return { status: 'warn', kind, sentence, ...readings(kind), ...more };
}

export function fail(kind: Kind, sentence: string, more: More = {}): Outcome {
  return { status: 'fail', kind, sentence, ...readings(kind), ...more };
}

export function skip(sentence: string, more: More = {}): Outcome {
  return { status: 'skip', sentence, ...more };
}

/** Where a person reads more about this kind of trouble, unless the check knows better. */
function readings(kind: Kind): Pick<Outcome, 'link' | 'lesson'> {
  const { link, lesson } = kindRow(kind) ?? {};
  return { ...(link === undefined ? {} : { link }), ...(lesson === undefined ? {} : { lesson }) };
}

/** What the whole examination comes to. */
export type Summary = {
  readonly status: 'ok' | 'warn' | 'fail';
  readonly counts: { readonly [S in Status]: number };
  /** Id of the finding that most probably explains the others. */
  readonly cause?: string;
  readonly sentence: string;
  /** The one command to run next. */
  readonly next?: string;
};

export type Report = {
  readonly findings: readonly Finding[];
  readonly summary: Summary;
  /** What runs here, by name. */
  readonly versions?: Versions;
};
