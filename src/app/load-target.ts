/** Where users may go, and how many of them in proportion to the others. `url` has no slash at the end. */
export type LoadTarget = { readonly url: string; readonly weight: number };

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 4_000;

/**
 * Whether a target answers, learned from the requests themselves as a load balancer does: after a failed connection it is
 * left alone for a while, then a single request tries again.
 */
export class TargetHealth {
  readonly url: string;
  readonly weight: number;
  readonly #log: (line: string) => void;
  #pauseMs = 0;
  #usableFromMs = 0;

  constructor(target: LoadTarget, world: { log(line: string): void }) {
    this.url = target.url;
    this.weight = target.weight;
    this.#log = (line) => world.log(line);
  }

  isUsable(nowMs: number): boolean {
    return nowMs >= this.#usableFromMs;
  }

  /** A request is on its way; while the target is in doubt, no second one follows at once. */
  trying(nowMs: number): void {
    if (this.#pauseMs > 0) this.#usableFromMs = nowMs + this.#pauseMs;
  }

  answered(): void {
    if (this.#pauseMs > 0) this.#log(`${this.url} answers`);
    this.#pauseMs = 0;
    this.#usableFromMs = 0;
  }

  failed(nowMs: number): void {
    if (this.#pauseMs === 0) this.#log(`${this.url} does not answer; asking the others`);
    this.#pauseMs = Math.min(LONGEST_PAUSE_MS, Math.max(FIRST_PAUSE_MS, this.#pauseMs * 2));
    this.#usableFromMs = nowMs + this.#pauseMs;
  }
}
