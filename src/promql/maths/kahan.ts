/**
 * A sum that does not lose the small parts of large additions: Kahan's method with Neumaier's improvement. The result is
 * `sum + rest`; once the sum is infinite there is no rest.
 */
export class KahanSum {
  sum = 0;
  rest = 0;

  constructor(first = 0) {
    this.sum = first;
  }

  add(value: number): void {
    const next = this.sum + value;
    if (next === Number.POSITIVE_INFINITY || next === Number.NEGATIVE_INFINITY) this.rest = 0;
    else if (Math.abs(this.sum) >= Math.abs(value)) this.rest += this.sum - next + value;
    else this.rest += value - next + this.sum;
    this.sum = next;
  }

  get total(): number {
    return Number.isFinite(this.sum) ? this.sum + this.rest : this.sum;
  }
}

/** The mean of numbers given one by one; goes over to a running mean when their sum would be too large. */
export class KahanMean {
  private readonly values = new KahanSum();
  private count = 0;
  private running = false;

  add(value: number): void {
    this.count++;
    const { values, count } = this;
    if (count === 1) {
      values.sum = value;
      return;
    }
    if (!this.running) {
      const { sum, rest } = values;
      values.add(value);
      if (!isInfinite(values.sum)) return;
      this.running = true;
      values.sum = sum / (count - 1);
      values.rest = rest / (count - 1);
    }
    const share = (count - 1) / count;
    values.sum *= share;
    values.rest *= share;
    values.add(value / count);
  }

  get mean(): number {
    const { sum, rest } = this.values;
    return this.running ? sum + rest : sum / this.count + rest / this.count;
  }
}

/** The sum of the numbers from `lo` to `hi` (exclusive), the same as with `KahanSum`. */
export function kahanSum(values: Float64Array, lo: number, hi: number): number {
  let sum = 0;
  let rest = 0;
  for (let i = lo; i < hi; i++) {
    const value = values[i] ?? 0;
    const next = sum + value;
    if (Math.abs(sum) >= Math.abs(value)) rest += sum - next + value;
    else rest += value - next + sum;
    sum = next;
  }
  // Where the sum is infinite the rest is NaN, and means nothing.
  return Number.isFinite(sum) ? sum + rest : sum;
}

/** The mean of the numbers from `lo` to `hi` (exclusive), the same as with `KahanMean`. */
export function kahanMean(values: Float64Array, lo: number, hi: number): number {
  let sum = values[lo] ?? 0;
  let rest = 0;
  for (let i = lo + 1; i < hi; i++) {
    const value = values[i] ?? 0;
    const next = sum + value;
    if (Math.abs(sum) >= Math.abs(value)) rest += sum - next + value;
    else rest += value - next + sum;
    sum = next;
  }
  if (Number.isFinite(sum)) return sum / (hi - lo) + rest / (hi - lo);
  const mean = new KahanMean();
  for (let i = lo; i < hi; i++) mean.add(values[i] ?? 0);
  return mean.mean;
}

/** The population variance of numbers given one by one. */
export class KahanVariance {
  private readonly mean = new KahanSum();
  private readonly squares = new KahanSum();
  private count = 0;

  add(value: number): void {
    this.count++;
    const delta = value - (this.mean.sum + this.mean.rest);
    this.mean.add(delta / this.count);
    this.squares.add(delta * (value - (this.mean.sum + this.mean.rest)));
  }

  get variance(): number {
    return (this.squares.sum + this.squares.rest) / this.count;
  }
}

function isInfinite(value: number): boolean {
  return value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY;
}
