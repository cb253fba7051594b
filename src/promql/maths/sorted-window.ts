/** The numbers of a window in order, NaN first. The window only moves forward; what stays in it is not sorted again. */
export class SortedWindow {
  /** All but the NaN, in ascending order. */
  #numbers = new Float64Array(16);
  #count = 0;
  #nans = 0;
  #lo = 0;
  #hi = 0;

  get length(): number {
    return this.#nans + this.#count;
  }

  at(position: number): number {
    return position < this.#nans ? Number.NaN : (this.#numbers[position - this.#nans] ?? Number.NaN);
  }

  /** Holds the values from `lo` to `hi` (exclusive) now; both never less than before. */
  moveTo(values: Float64Array, lo: number, hi: number): void {
    const changes = Math.min(lo, this.#hi) - this.#lo + hi - Math.max(lo, this.#hi);
    if (lo >= this.#hi || changes > (hi - lo) / FEW) this.#sortAll(values, lo, hi);
    else {
      for (let i = this.#lo; i < lo; i++) this.#remove(values[i] ?? 0);
      for (let i = this.#hi; i < hi; i++) this.#insert(values[i] ?? 0);
    }
    this.#lo = lo;
    this.#hi = hi;
  }

  #sortAll(values: Float64Array, lo: number, hi: number): void {
    if (this.#numbers.length < hi - lo) this.#numbers = new Float64Array(2 * (hi - lo));
    this.#count = 0;
    this.#nans = 0;
    for (let i = lo; i < hi; i++) {
      const value = values[i] ?? 0;
      if (Number.isNaN(value)) this.#nans++;
      else this.#numbers[this.#count++] = value;
    }
    this.#numbers.subarray(0, this.#count).sort();
  }

  #insert(value: number): void {
    if (Number.isNaN(value)) {
      this.#nans++;
      return;
    }
    if (this.#count === this.#numbers.length) {
      const larger = new Float64Array(2 * this.#count);
      larger.set(this.#numbers);
      this.#numbers = larger;
    }
    const at = this.#place(value);
    this.#numbers.copyWithin(at + 1, at, this.#count);
    this.#numbers[at] = value;
    this.#count++;
  }

  #remove(value: number): void {
    if (Number.isNaN(value)) {
      this.#nans--;
      return;
    }
    const at = this.#place(value);
    this.#numbers.copyWithin(at, at + 1, this.#count);
    this.#count--;
  }

  /** The position of the first number that is not smaller. */
  #place(value: number): number {
    let lo = 0;
    let hi = this.#count;
    while (lo < hi) {
      const middle = (lo + hi) >>> 1;
      if ((this.#numbers[middle] ?? 0) < value) lo = middle + 1;
      else hi = middle;
    }
    return lo;
  }
}

/** One change costs about as much as sorting this many numbers anew. */
const FEW = 8;
