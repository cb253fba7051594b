import type { FloatHistogram } from '../model/float-histogram.ts';
import type { Labels } from '../model/labels.ts';
import type { SeriesColumns, TimeRange } from '../model/storage.ts';

/** What can be stored at one moment. Times are milliseconds since 1970. */
export type StoredSample = {
  readonly ms: number;
  readonly value: number;
  /** The series has ended; the value means nothing. */
  readonly stale?: boolean;
  /** When the counter started. */
  readonly startMs?: number;
  readonly histogram?: FloatHistogram;
};

/** What became of a sample that was to be stored. The words are those of Prometheus' log. */
export type AppendResult = 'ok' | 'out of order sample' | 'duplicate sample for timestamp';

const FIRST_CAPACITY = 8;
const NO_SAMPLES = new Float64Array(0);

/** So many samples are kept without columns, whose own size would be a multiple of theirs. */
const MOST_FEW = 4;

/** The samples of one series in growing columns. Columns once handed out are never written to where they were read. */
export class Columns {
  readonly labels: Labels;
  /** Time and value of the first samples in turn, until there are more or somebody reads them. */
  private few: number[] | undefined = [];
  private times: Float64Array = NO_SAMPLES;
  private values: Float64Array = NO_SAMPLES;
  private stale: Uint8Array | undefined;
  private starts: Float64Array | undefined;
  private histograms: (FloatHistogram | undefined)[] | undefined;
  private length = 0;

  constructor(labels: Labels) {
    this.labels = labels;
  }

  /**
   * Takes whole columns, in the order of time, into an empty series without copying them; they must not be written to
   * afterwards. Several series may share one column of times.
   */
  fill(times: Float64Array, values: Float64Array): void {
    if (this.length > 0) throw new Error('a series that has samples cannot be filled');
    if (times.length === 0) return;
    this.few = undefined;
    this.times = times;
    this.values = values;
    this.length = times.length;
  }

  get sampleCount(): number {
    return this.length;
  }

  get lastMs(): number | undefined {
    if (this.length === 0) return undefined;
    return this.few === undefined ? this.times[this.length - 1] : this.few[2 * this.length - 2];
  }

  /** True when the newest sample says that the series has ended. */
  get ended(): boolean {
    return this.length > 0 && this.stale?.[this.length - 1] === 1;
  }

  /** Bytes of memory the columns take. */
  get bytes(): number {
    const optional =
      (this.stale?.byteLength ?? 0) + (this.starts?.byteLength ?? 0) + (this.histograms?.length ?? 0) * 8;
    return this.times.byteLength + this.values.byteLength + 8 * (this.few?.length ?? 0) + optional;
  }

  /** Adds a sample that is newer than all others; the same sample again is accepted and changes nothing. */
  append(sample: StoredSample): AppendResult {
    const { ms, value } = sample;
    if (isBare(sample)) return this.add(ms, value);
    this.open();
    const last = this.lastMs;
    if (last !== undefined && ms < last) return 'out of order sample';
    if (last === ms) return this.sameAsLast(sample) ? 'ok' : 'duplicate sample for timestamp';
    const at = this.push(ms, value);
    if (sample.stale === true) {
      this.stale ??= new Uint8Array(this.times.length);
      this.stale[at] = 1;
    }
    if (sample.startMs !== undefined && sample.startMs !== 0) {
      this.starts ??= new Float64Array(this.times.length);
      this.starts[at] = sample.startMs;
    }
    if (sample.histogram !== undefined) {
      this.histograms ??= new Array<undefined>(at + 1).fill(undefined);
      this.histograms[at] = sample.histogram;
    }
    return 'ok';
  }

  /** The same for a float that has nothing but its time. */
  add(ms: number, value: number): AppendResult {
    const last = this.lastMs;
    if (last !== undefined && ms < last) return 'out of order sample';
    if (last === ms) {
      this.open();
      return this.sameAsLast({ ms, value }) ? 'ok' : 'duplicate sample for timestamp';
    }
    if (this.few !== undefined && this.length < MOST_FEW) {
      this.few.push(ms, value);
      this.length++;
    } else this.push(ms, value);
    return 'ok';
  }

  /** Puts a sample at the end; gives its position. */
  private push(ms: number, value: number): number {
    this.open();
    if (this.length === this.times.length) this.grow();
    const at = this.length++;
    this.times[at] = ms;
    this.values[at] = value;
    this.histograms?.push(undefined);
    return at;
  }

  /** Makes columns of the first samples. */
  private open(): void {
    const { few } = this;
    if (few === undefined) return;
    this.few = undefined;
    this.times = new Float64Array(FIRST_CAPACITY);
    this.values = new Float64Array(FIRST_CAPACITY);
    for (let i = 0; i < this.length; i++) {
      this.times[i] = few[2 * i] ?? 0;
      this.values[i] = few[2 * i + 1] ?? 0;
    }
  }

  /** The columns of a range; undefined when no sample lies in it. */
  range({ startMs, endMs }: TimeRange): SeriesColumns | undefined {
    this.open();
    const lo = this.firstFrom(startMs);
    const hi = this.firstFrom(nextAfter(endMs));
    if (lo >= hi) return undefined;
    return {
      labels: this.labels,
      times: this.times.subarray(lo, hi),
      values: this.values.subarray(lo, hi),
      stale: this.stale?.subarray(lo, hi),
      starts: this.starts?.subarray(lo, hi),
      histograms: this.histograms?.slice(lo, hi),
    };
  }

  /** Forgets everything before a moment. */
  dropBefore(ms: number): void {
    this.open();
    this.remove(0, this.firstFrom(ms));
  }

  /** Forgets the samples of a range, both ends included. */
  forget({ startMs, endMs }: TimeRange): void {
    this.open();
    this.remove(this.firstFrom(startMs), this.firstFrom(nextAfter(endMs)));
  }

  /** New columns without the samples from `lo` up to `hi`; those handed out before stay as they are. */
  private remove(lo: number, hi: number): void {
    if (lo >= hi) return;
    const kept = this.length - (hi - lo);
    const capacity = Math.max(FIRST_CAPACITY, kept);
    const without = <T extends Float64Array | Uint8Array>(from: T, to: T): T => {
      to.set(from.subarray(0, lo));
      to.set(from.subarray(hi, this.length), lo);
      return to;
    };
    this.times = without(this.times, new Float64Array(capacity));
    this.values = without(this.values, new Float64Array(capacity));
    if (this.stale !== undefined) this.stale = without(this.stale, new Uint8Array(capacity));
    if (this.starts !== undefined) this.starts = without(this.starts, new Float64Array(capacity));
    if (this.histograms !== undefined) {
      this.histograms = [...this.histograms.slice(0, lo), ...this.histograms.slice(hi)];
    }
    this.length = kept;
  }

  private sameAsLast({ value, stale, histogram }: StoredSample): boolean {
    const at = this.length - 1;
    if (stale === true || this.ended) return stale === true && this.ended;
    return histogram === undefined && this.histograms?.[at] === undefined && Object.is(this.values[at], value);
  }

  private grow(): void {
    const capacity = this.times.length * 2;
    this.times = moved(this.times, new Float64Array(capacity));
    this.values = moved(this.values, new Float64Array(capacity));
    if (this.stale !== undefined) this.stale = moved(this.stale, new Uint8Array(capacity));
    if (this.starts !== undefined) this.starts = moved(this.starts, new Float64Array(capacity));
  }

  /** The position of the first sample that is not before a moment. */
  private firstFrom(ms: number): number {
    let lo = 0;
    let hi = this.length;
    while (lo < hi) {
      const middle = (lo + hi) >>> 1;
      if ((this.times[middle] ?? 0) < ms) lo = middle + 1;
      else hi = middle;
    }
    return lo;
  }
}

function isBare({ stale, startMs, histogram }: StoredSample): boolean {
  return stale !== true && (startMs === undefined || startMs === 0) && histogram === undefined;
}

function moved<T extends Float64Array | Uint8Array>(from: T, to: T): T {
  to.set(from);
  return to;
}

/** The smallest whole millisecond after a moment; times are whole. */
function nextAfter(ms: number): number {
  return Math.floor(ms) + 1;
}
