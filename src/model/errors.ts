/** The documented exit codes; what each means is told in README. */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  unavailable: 3,
  empty: 4,
  interrupted: 130,
  terminated: 143,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

type UserErrorOptions = {
  /** What the person can do about it: one sentence or one command. */
  readonly hint?: string;
  readonly exitCode?: ExitCode;
  readonly cause?: unknown;
};

/** Something the person can fix. Its message is shown as it is, without a stack; every other error is a bug. */
export class UserError extends Error {
  override readonly name: string = 'UserError';
  readonly hint: string | undefined;
  readonly exitCode: ExitCode;

  constructor(message: string, options: UserErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.hint = options.hint;
    this.exitCode = options.exitCode ?? EXIT.failed;
  }
}

/** The command line itself is wrong: an unknown option, an unreadable time, options that exclude each other. */
export class UsageError extends UserError {
  override readonly name = 'UsageError';

  constructor(message: string, options: { readonly hint?: string } = {}) {
    super(message, { ...options, exitCode: EXIT.usage });
  }
}

/** Where in the query Prometheus saw the problem: 1-based line and 1-based column, counted in characters of the text (UTF-16 units). */
export type QueryPosition = { readonly line: number; readonly column: number };

/**
 * The server understood the request and judged the query wrong (400 bad_data) or failed it (422, 503, 499).
 * `message` is Prometheus' own text without the position prefix.
 */
export class QueryError extends UserError {
  override readonly name = 'QueryError';
  readonly query: string;
  readonly errorType: string;
  readonly position: QueryPosition | undefined;
  readonly status: number;

  constructor(fields: {
    readonly message: string;
    readonly query: string;
    readonly errorType: string;
    readonly position?: QueryPosition;
    readonly status: number;
    readonly hint?: string;
  }) {
    super(fields.message, { exitCode: EXIT.failed, ...(fields.hint === undefined ? {} : { hint: fields.hint }) });
    this.query = fields.query;
    this.errorType = fields.errorType;
    this.position = fields.position;
    this.status = fields.status;
  }
}

/** Why no usable Prometheus answer came. */
export type UnavailableKind =
  | 'refused'
  | 'dns'
  | 'tls'
  | 'timeout'
  | 'reset'
  | 'auth'
  | 'not-found'
  | 'html'
  | 'not-json'
  | 'truncated'
  | 'too-large'
  | 'redirect'
  | 'starting'
  | 'rate-limited'
  | 'server-error'
  | 'bad-url';

/** No usable Prometheus answer: nothing listens, something else answers, or the answer is broken. */
export class UnavailableError extends UserError {
  override readonly name = 'UnavailableError';
  readonly kind: UnavailableKind;
  readonly url: string;
  readonly status: number | undefined;
  /** The address that would have been right, where it is known: another path, or https instead of http. */
  readonly betterUrl: string | undefined;

  constructor(fields: {
    readonly kind: UnavailableKind;
    readonly message: string;
    /** The server as shown to people: no credentials in it. */
    readonly url: string;
    readonly status?: number;
    readonly betterUrl?: string;
    readonly hint?: string;
    readonly cause?: unknown;
  }) {
    super(fields.message, {
      exitCode: EXIT.unavailable,
      ...(fields.hint === undefined ? {} : { hint: fields.hint }),
      ...(fields.cause === undefined ? {} : { cause: fields.cause }),
    });
    this.kind = fields.kind;
    this.url = fields.url;
    this.status = fields.status;
    this.betterUrl = fields.betterUrl;
  }
}

/** The person pressed Ctrl-C (or the process was asked to end). Not an error to report; `main` turns it into the exit code. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
  readonly exitCode: ExitCode;

  constructor(exitCode: ExitCode = EXIT.interrupted) {
    super('interrupted');
    this.exitCode = exitCode;
  }
}
