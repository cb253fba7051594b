/** Chance that repeats itself: the same seed gives the same choices on every machine. */
export type Random = {
  /** A whole number from 0 to below `limit`. */
  int(limit: number): number;
  /** True with this probability. */
  chance(probability: number): boolean;
  pick<T>(items: readonly T[]): T;
  /** One of the items, each as often as its weight says. */
  weighted<T>(items: readonly (readonly [weight: number, item: T])[]): T;
  /** Some of the items in their order, at most `most`. */
  some<T>(items: readonly T[], most: number): T[];
};

export function seeded(seed: number): Random {
  let state = seed >>> 0;
  // Mulberry32: small, and good enough to choose among words.
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const int = (limit: number) => Math.floor(next() * limit);
  const pick = <T>(items: readonly T[]): T => {
    const item = items[int(items.length)];
    if (item === undefined) throw new Error('nothing to pick from');
    return item;
  };
  return {
    int,
    chance: (probability) => next() < probability,
    pick,
    weighted(items) {
      let left = next() * items.reduce((sum, [weight]) => sum + weight, 0);
      for (const [weight, item] of items) {
        left -= weight;
        if (left < 0) return item;
      }
      return pick(items)[1];
    },
    some(items, most) {
      const wanted = int(Math.min(most, items.length) + 1);
      const left = [...items];
      while (left.length > wanted) left.splice(int(left.length), 1);
      return left;
    },
  };
}
