import { setImmediate as nextTurn } from 'node:timers/promises';

/** How long work computes before everything else of the program gets its turn, in milliseconds. */
export const TURN_MS = 10;

/** For long work that must not hold up the rest of the program: ask `due` now and then, and wait for `next` when it is. */
export class Turns {
  readonly #now: () => number;
  #ends: number;

  /** `now` is milliseconds on a clock that only goes forward. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
    this.#ends = now() + TURN_MS;
  }

  /** True when others have waited long enough. Cheap, but not free: not for every step of an inner loop. */
  due(): boolean {
    return this.#now() >= this.#ends;
  }

  /** Lets everything else run that waits by now. */
  async next(): Promise<void> {
    await nextTurn();
    this.#ends = this.#now() + TURN_MS;
  }
}
