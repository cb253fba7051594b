import { KahanMean, KahanVariance } from '../maths/kahan.ts';
import type { Accumulator } from './accumulate.ts';

/** Kahan's sum of every step, as `KahanSum` computes it. */
export class SumAccumulator implements Accumulator {
  private readonly sums: Float64Array;
  private readonly rests: Float64Array;

  constructor(steps: number) {
    this.sums = new Float64Array(steps);
    this.rests = new Float64Array(steps);
  }

  add(values: Float64Array, present: Uint8Array): void {
    const { sums, rests } = this;
    for (let step = 0; step < values.length; step++) {
      if (present[step] !== 1) continue;
      const value = values[step] ?? 0;
      const sum = sums[step] ?? 0;
      const next = sum + value;
      const lost = Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
      // Once the sum is infinite there is no rest.
      rests[step] = Math.abs(next) === Number.POSITIVE_INFINITY ? 0 : (rests[step] ?? 0) + lost;
      sums[step] = next;
    }
  }

  result(step: number): number {
    const { sum, rest } = this.parts(step);
    return Number.isFinite(sum) ? sum + rest : sum;
  }

  parts(step: number): { readonly sum: number; readonly rest: number } {
    return { sum: this.sums[step] ?? 0, rest: this.rests[step] ?? 0 };
  }
}

/** The mean of every step: of its sum while that is finite, and otherwise anew from the values. */
export class MeanAccumulator implements Accumulator {
  private readonly sum: SumAccumulator;
  private readonly counts: Uint32Array;
  private readonly added: { readonly values: Float64Array; readonly present: Uint8Array }[] = [];

  constructor(steps: number) {
    this.sum = new SumAccumulator(steps);
    this.counts = new Uint32Array(steps);
  }

  add(values: Float64Array, present: Uint8Array): void {
    this.sum.add(values, present);
    const { counts } = this;
    for (let step = 0; step < present.length; step++) counts[step] = (counts[step] ?? 0) + (present[step] ?? 0);
    this.added.push({ values, present });
  }

  result(step: number): number {
    const { sum, rest } = this.sum.parts(step);
    const count = this.counts[step] ?? 0;
    if (Number.isFinite(sum)) return sum / count + rest / count;
    const mean = new KahanMean();
    for (const { values, present } of this.added) if (present[step] === 1) mean.add(values[step] ?? 0);
    return mean.mean;
  }
}

export class CountAccumulator implements Accumulator {
  private readonly counts: Uint32Array;

  constructor(steps: number) {
    this.counts = new Uint32Array(steps);
  }

  add(_values: Float64Array, present: Uint8Array): void {
    const { counts } = this;
    for (let step = 0; step < present.length; step++) counts[step] = (counts[step] ?? 0) + (present[step] ?? 0);
  }

  result(step: number): number {
    return this.counts[step] ?? 0;
  }
}

/** 1 for every group, whatever is in it. */
export class PresenceAccumulator implements Accumulator {
  add(): void {
    // Being here is enough.
  }

  result(): number {
    return 1;
  }
}

/** The smallest or largest value of every step; NaN gives way to everything. */
export class ExtremeAccumulator implements Accumulator {
  private readonly best: Float64Array;
  private readonly sign: 1 | -1;

  constructor(which: 'max' | 'min', steps: number) {
    this.best = new Float64Array(steps).fill(Number.NaN);
    this.sign = which === 'max' ? 1 : -1;
  }

  add(values: Float64Array, present: Uint8Array): void {
    const { best, sign } = this;
    for (let step = 0; step < values.length; step++) {
      if (present[step] !== 1) continue;
      const value = values[step] ?? 0;
      const known = best[step] ?? Number.NaN;
      if (Number.isNaN(known) || (value - known) * sign > 0) best[step] = value;
    }
  }

  result(step: number): number {
    return this.best[step] ?? Number.NaN;
  }
}

/** The population variance of every step, or its root; infinite values have none. */
export class VarianceAccumulator implements Accumulator {
  private readonly variances: (KahanVariance | undefined)[];
  private readonly root: boolean;

  constructor(root: boolean, steps: number) {
    this.root = root;
    this.variances = new Array<undefined>(steps).fill(undefined);
  }

  add(values: Float64Array, present: Uint8Array): void {
    const { variances } = this;
    for (let step = 0; step < values.length; step++) {
      if (present[step] !== 1) continue;
      const variance = variances[step] ?? new KahanVariance();
      variances[step] = variance;
      variance.add(values[step] ?? 0);
    }
  }

  result(step: number): number {
    const variance = this.variances[step]?.variance ?? Number.NaN;
    return this.root ? Math.sqrt(variance) : variance;
  }
}
