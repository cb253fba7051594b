import type { Labels } from '../model/labels.ts';
import { isHistogram, type Series } from '../model/query-result.ts';
import type { Grid } from './chart-points.ts';
import { formatNumber } from './format.ts';
import { seriesLetter } from './labels.ts';
import { safe } from './safe.ts';

/**
 * A value that series hold for some time: its letter, what it is called, and its rank by how often it is seen: the usual
 * state has the quiet colour, whatever its value.
 */
export type State = {
  readonly value: number;
  readonly letter: string;
  readonly rank: number;
  readonly name: string;
};

/** A stretch in one state; it reaches to the next sample, and without one as far as one step. Milliseconds. */
export type Stretch = { readonly state: State; readonly fromMs: number; readonly toMs: number };

export type StateSeries = {
  readonly labels: Labels;
  readonly stretches: readonly Stretch[];
  readonly missingMs: number;
};

export type States = { readonly states: readonly State[]; readonly series: readonly StateSeries[] };

/** Names of values where the metric is known: `{0: 'down', 1: 'up'}`. */
export type StateNames = Readonly<Record<number, string>>;

/** More states than this cannot be told apart, and are probably measurements. */
export const MOST_STATES = 8;

/**
 * What states series are in over time; undefined when their values are no states: fractions, native histograms, or more
 * different values than `MOST_STATES`.
 */
export function statesOf(series: readonly Series[], grid: Grid, names: StateNames = {}): States | undefined {
  const values = new Map<number, number>();
  for (const { samples } of series) {
    for (const { value } of samples) {
      if (isHistogram(value) || (Number.isFinite(value) && !Number.isInteger(value))) return undefined;
      const key = value === 0 ? 0 : value;
      values.set(key, (values.get(key) ?? 0) + 1);
      if (values.size > MOST_STATES) return undefined;
    }
  }
  const sorted = [...values.keys()].sort((a, b) => (Number.isNaN(a) ? 1 : Number.isNaN(b) ? -1 : a < b ? -1 : 1));
  const usual = [...sorted].sort((a, b) => (values.get(b) ?? 0) - (values.get(a) ?? 0));
  const letters = lettersOf(sorted, names);
  const states = sorted.map((value, index) => ({
    value,
    letter: letters[index] ?? '?',
    rank: usual.findIndex((each) => Object.is(each, value)),
    name: safe(names[value] ?? formatNumber(value)),
  }));
  const byValue = new Map(states.map((state) => [state.value, state]));
  return { states, series: series.map((one) => stretchesOf(one, grid, byValue)) };
}

/** The first letters of the names where these differ, else the digits themselves, else A, B, C. */
function lettersOf(values: readonly number[], names: StateNames): readonly string[] {
  const initials = values.map((value) => (names[value]?.charAt(0) ?? '').toUpperCase());
  if (initials.every((letter) => /^[A-Z]$/.test(letter)) && new Set(initials).size === values.length) return initials;
  if (values.every((value) => value >= 0 && value <= 9)) return values.map(String);
  return values.map((_, index) => seriesLetter(index));
}

function stretchesOf({ labels, samples }: Series, grid: Grid, states: ReadonlyMap<number, State>): StateSeries {
  const stretches: { state: State; fromMs: number; toMs: number }[] = [];
  const inside = samples.filter(({ ms }) => ms >= grid.startMs && ms <= grid.endMs);
  inside.forEach(({ ms, value }, index) => {
    const state = isHistogram(value) ? undefined : states.get(value === 0 ? 0 : value);
    if (state === undefined) return;
    const next = inside[index + 1]?.ms;
    const holds = next !== undefined && next - ms <= grid.stepMs * 1.5;
    const toMs = holds ? next : Math.min(ms + grid.stepMs, grid.endMs);
    const last = stretches.at(-1);
    if (last !== undefined && last.state === state && last.toMs === ms) last.toMs = toMs;
    else stretches.push({ state, fromMs: ms, toMs });
  });
  const covered = stretches.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
  return { labels, stretches, missingMs: Math.max(0, grid.endMs - grid.startMs - covered) };
}
