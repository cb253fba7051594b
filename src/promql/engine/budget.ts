import { setImmediate as nextTurn } from 'node:timers/promises';
import { EngineError, executionError } from './errors.ts';

export type BudgetOptions = {
  readonly maxSamples: number;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
  /** Milliseconds on a clock that only goes forward. */
  readonly now: () => number;
};

/** How long an evaluation computes before others get their turn, in milliseconds. */
const TURN_MS = 10;

/** Samples or steps between two looks at the clock: some tens of microseconds of work. */
const WORK_PER_LOOK = 4096;

/** What one query may use: samples in memory and time. Long work asks it again and again whether it may go on. */
export class Budget {
  private readonly options: BudgetOptions;
  private readonly deadline: number;
  private turnEnds: number;
  /** Work since the clock was last looked at. */
  private unclocked = 0;
  private samples = 0;
  private most = 0;
  private looked = 0;

  constructor(options: BudgetOptions) {
    this.options = options;
    this.deadline = options.now() + options.timeoutMs;
    this.turnEnds = options.now() + TURN_MS;
  }

  /** Counts samples that are now in memory. */
  hold(count: number): void {
    this.samples += count;
    if (this.samples > this.most) this.most = this.samples;
    if (this.samples <= this.options.maxSamples) return;
    throw executionError('query processing would load too many samples into memory in query execution');
  }

  /** Counts samples that nobody needs any more. */
  release(count: number): void {
    this.samples -= count;
  }

  /** Counts samples that were looked at in the storage or in a subquery; the same one counts anew at every step. */
  read(count: number): void {
    this.looked += count;
  }

  /** How many samples were looked at so far. */
  get readSamples(): number {
    return this.looked;
  }

  /** The most samples that were in memory at a time. */
  get peakSamples(): number {
    return this.most;
  }

  /** How many samples are counted now; for `settle`. */
  get held(): number {
    return this.samples;
  }

  /** Of all that was counted since `held` was asked, only the result is still needed. */
  settle(held: number, result: number): void {
    this.samples = held;
    this.hold(result);
  }

  /** True when it is time to call `breathe`. Looks at the clock: for inner loops there is `dueAfter`. */
  due(): boolean {
    return this.options.now() >= this.turnEnds;
  }

  /** The same after work that is counted in samples or steps; looks at the clock only once in a while. */
  dueAfter(work: number): boolean {
    this.unclocked += work;
    if (this.unclocked < WORK_PER_LOOK) return false;
    this.unclocked = 0;
    return this.due();
  }

  /** Goes through items and breathes between them when it is time; each of them should take a few milliseconds at most. */
  async forEach<T>(items: Iterable<T>, visit: (item: T) => void): Promise<void> {
    for (const item of items) {
      if (this.due()) await this.breathe();
      visit(item);
    }
  }

  /** The same for the steps of a grid. */
  async forSteps(steps: number, visit: (step: number) => void): Promise<void> {
    for (let step = 0; step < steps; step++) {
      if ((step & 15) === 0 && this.due()) await this.breathe();
      visit(step);
    }
  }

  /** Lets everything else of the program run, then says whether the query may go on; throws when not. */
  async breathe(): Promise<void> {
    this.check();
    await nextTurn();
    this.check();
    this.turnEnds = this.options.now() + TURN_MS;
  }

  private check(): void {
    if (this.options.signal?.aborted) {
      throw new EngineError('canceled', 'query was canceled in expression evaluation');
    }
    if (this.options.now() > this.deadline) {
      throw new EngineError('timeout', 'query timed out in expression evaluation');
    }
  }
}
