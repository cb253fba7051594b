import { performance } from 'node:perf_hooks';
import { type Random, seeded } from '../../differential/random.ts';

/** Something that reads text: what it is fed, and what must hold of whatever it makes of it. */
export type Target = {
  readonly name: string;
  /** The same text for the same state of chance. */
  readonly input: (random: Random) => string;
  /** Throws when something is wrong that no text may cause. */
  readonly check: (text: string) => 'accepted' | 'refused';
};

export type Outcome = {
  readonly accepted: number;
  readonly refused: number;
  readonly failures: readonly Failure[];
  /** The input that took longest, in milliseconds: what hangs would be found here. */
  readonly slowest: { readonly ms: number; readonly text: string };
};

export type Failure = { readonly index: number; readonly text: string; readonly reason: string };

/** Feeds `count` texts; the same seed means the same texts. Stops after ten failures. */
export function fuzz(
  target: Target,
  count: number,
  seed: number,
  progress: (done: number) => void = () => {},
): Outcome {
  const random = seeded(seed);
  const counts = { accepted: 0, refused: 0 };
  const failures: Failure[] = [];
  let slowest = { ms: 0, text: '' };
  for (let index = 0; index < count && failures.length < 10; index++) {
    if (index % 10_000 === 0) progress(index);
    const text = target.input(random);
    const began = performance.now();
    try {
      counts[target.check(text)]++;
    } catch (error) {
      failures.push({ index, text, reason: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
    const ms = performance.now() - began;
    if (ms > slowest.ms) slowest = { ms, text };
  }
  return { ...counts, failures, slowest };
}

/** Code units of every kind, lone surrogates among them; mostly what stands on a keyboard. */
export function anyText(random: Random, most: number): string {
  const units = Array.from({ length: random.int(most + 1) }, () =>
    random.weighted<() => number>([
      [6, () => 0x20 + random.int(0x5f)],
      [1, () => random.int(0x20)],
      [1, () => 0x80 + random.int(0x800)],
      [1, () => random.int(0x1_0000)],
    ])(),
  );
  return String.fromCharCode(...units);
}
