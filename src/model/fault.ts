/** A fault that is on: where, since when, and until when if it ends by itself. Milliseconds since 1970. */
export type ActiveFaultNote = {
  /** Such as "anthropic" or "sse-app-2"; "both instances". */
  readonly where: string;
  readonly sinceMs: number | undefined;
  readonly untilMs: number | undefined;
};

/** One way to break the demo service, and whether it is on. */
export type FaultStatus = {
  readonly name: string;
  /** One sentence: what it does. */
  readonly summary: string;
  /** The query in which it is seen. */
  readonly look: string;
  /** Empty when it is off. */
  readonly on: readonly ActiveFaultNote[];
};

/** What became of an action, in a sentence for a person. */
export type FaultNews = {
  /** False when it was so already. */
  readonly changed: boolean;
  readonly message: string;
  /** The query in which it is seen; undefined after `clear`. */
  readonly look: string | undefined;
};

/**
 * The faults of the running stack, for those who do not know backends. Methods throw `UserError` when the words are
 * wrong or the stack does not answer, and reject with the signal's reason when aborted.
 */
export interface FaultControl {
  list(signal?: AbortSignal): Promise<readonly FaultStatus[]>;
  /** `words`: as after `prom-tutor fault`: "instance-stopped --instance sse-app-2", or "clear". Doing it twice is fine. */
  apply(words: string, signal?: AbortSignal): Promise<FaultNews>;
  /** Ends every fault; brings back what was stopped. */
  clear(signal?: AbortSignal): Promise<FaultNews>;
}
