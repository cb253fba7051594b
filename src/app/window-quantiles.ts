/**
 * Quantiles of the last ten minutes for a summary, kept as counts in bins that are 2 % apart (the idea of DDSketch,
 * https://arxiv.org/abs/1908.10693). The summary of prom-client cannot serve here: its window reads the wall clock and
 * its digest shuffles at random, so a replayed past would never give the same values twice.
 */
export class WindowQuantiles {
  readonly #slots: Uint32Array[] = Array.from({ length: SLOTS }, () => new Uint32Array(BINS));
  readonly #window = new Uint32Array(BINS);
  #inWindow = 0;
  #slotNumber = 0;
  /** Of all observations ever, not of the window. */
  sum = 0;
  count = 0;

  observe(value: number, nowMs: number): void {
    this.#rotate(nowMs);
    const bin = Math.min(BINS - 1, Math.max(0, Math.round(Math.log(value / SMALLEST) / LOG_WIDTH)));
    const slot = this.#slots[this.#slotNumber % SLOTS] as Uint32Array;
    slot[bin] = (slot[bin] ?? 0) + 1;
    this.#window[bin] = (this.#window[bin] ?? 0) + 1;
    this.#inWindow++;
    this.sum += value;
    this.count++;
  }

  /** The values below which the given shares (ascending, 0…1) of the window lie; NaN for all when it is empty. */
  quantiles(shares: readonly number[], nowMs: number): number[] {
    this.#rotate(nowMs);
    if (this.#inWindow === 0) return shares.map(() => Number.NaN);
    let bin = 0;
    let seen = this.#window[0] ?? 0;
    return shares.map((share) => {
      const rank = Math.max(1, Math.ceil(share * this.#inWindow));
      while (seen < rank && bin < BINS - 1) seen += this.#window[++bin] ?? 0;
      return Number((SMALLEST * Math.exp(bin * LOG_WIDTH)).toPrecision(6));
    });
  }

  #rotate(nowMs: number): void {
    const number = Math.floor(nowMs / SLOT_MS);
    if (number <= this.#slotNumber) return;
    const steps = Math.min(SLOTS, number - this.#slotNumber);
    for (let i = 0; i < steps; i++) this.#empty(this.#slots[(number - i) % SLOTS] as Uint32Array);
    this.#slotNumber = number;
  }

  #empty(slot: Uint32Array): void {
    for (let bin = 0; bin < BINS; bin++) {
      const count = slot[bin] ?? 0;
      if (count === 0) continue;
      this.#window[bin] = (this.#window[bin] ?? 0) - count;
      this.#inWindow -= count;
    }
    slot.fill(0);
  }
}

const SLOTS = 5;
const SLOT_MS = 120_000;
/** From 1 ms on, 640 bins of 2 % reach five minutes. */
const SMALLEST = 0.001;
const LOG_WIDTH = Math.log(1.02);
const BINS = 640;
