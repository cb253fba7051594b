/** Every way to break the demo service, in the order of `fault list`. */
export const FAULT_NAMES = [
  'provider-outage',
  'slow-provider',
  'rate-limits',
  'provider-waking',
  'instance-stopped',
  'instance-restarted',
  'both-stopped',
  'scrape-path',
] as const;
export type FaultId = (typeof FAULT_NAMES)[number];

/** A fault that is on: where, since when, and until when if it ends by itself. Milliseconds since 1970. */
export type ActiveFaultNote = {
  /** Such as "anthropic", "sse-app-2" or "both instances". */
  readonly where: string;
  readonly sinceMs: number | undefined;
  readonly untilMs: number | undefined;
};

/** One way to break the demo service, and whether it is on. */
export type FaultStatus = {
  readonly name: FaultId;
  /** One sentence: what it does. */
  readonly summary: string;
  /** What may be said with it, as typed: `--provider <name>`, … */
  readonly options: readonly string[];
  /** The query in which it is seen. */
  readonly look: string;
  /** What happens after `fault clear`, in a sentence. */
  readonly undone: string;
  /** Empty when it is off. */
  readonly on: readonly ActiveFaultNote[];
};

/** What became of an action, in sentences for a person. */
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
