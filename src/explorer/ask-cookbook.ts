import { QueryError } from '../model/errors.ts';
import type { QueryResult, Series } from '../model/query-result.ts';
import { rangeStep } from '../model/range-step.ts';
import type { Source } from '../source/source.ts';
import type { Recipe } from './cookbook.ts';

/** What became of one question: its answer, or Prometheus' own words why it failed. */
export type Asked =
  | { readonly kind: 'answered'; readonly result: QueryResult }
  | { readonly kind: 'failed'; readonly message: string };

/** The last hour of a query; milliseconds. */
export type Hour = {
  readonly series: readonly Series[];
  readonly startMs: number;
  readonly endMs: number;
  readonly stepMs: number;
};

/** A recipe with its value at one moment. */
export type ListedRecipe = { readonly recipe: Recipe; readonly now: Asked };

/** A recipe with everything there is to show about it. */
export type CookedRecipe = ListedRecipe & {
  readonly better: Asked;
  /** The better form over the hour before; absent for states, which a chart would draw as amounts, and where it failed. */
  readonly hour: Hour | undefined;
};

type AskOptions = {
  readonly timeMs: number;
  readonly signal: AbortSignal;
};

/** Asks several recipes at once. Rejects with `UnavailableError` when the server gives no usable answer. */
export function askRecipes(
  recipes: readonly Recipe[],
  source: Source,
  options: AskOptions,
): Promise<readonly ListedRecipe[]> {
  return Promise.all(recipes.map(async (recipe) => ({ recipe, now: await ask(recipe.query, source, options) })));
}

/** Asks everything about one recipe; the hour has at most `points` points. */
export async function askRecipe(
  recipe: Recipe,
  source: Source,
  options: AskOptions & { readonly points: number },
): Promise<CookedRecipe> {
  const [now, better, hour] = await Promise.all([
    ask(recipe.query, source, options),
    ask(recipe.better.query, source, options),
    recipe.states === undefined ? lastHour(recipe.better.query, source, options) : undefined,
  ]);
  return { recipe, now, better, hour };
}

async function ask(query: string, source: Source, { timeMs, signal }: AskOptions): Promise<Asked> {
  try {
    return { kind: 'answered', result: await source.instant(query, { timeMs, signal }) };
  } catch (error) {
    if (error instanceof QueryError) return { kind: 'failed', message: error.message };
    throw error;
  }
}

const HOUR_MS = 3_600_000;

async function lastHour(
  query: string,
  source: Source,
  { timeMs, signal, points }: AskOptions & { readonly points: number },
): Promise<Hour | undefined> {
  const grid = { startMs: timeMs - HOUR_MS, endMs: timeMs, stepMs: rangeStep(HOUR_MS, points) };
  try {
    const { data } = await source.range(query, { ...grid, signal });
    return data.kind === 'matrix' ? { series: data.series, ...grid } : undefined;
  } catch (error) {
    if (error instanceof QueryError) return undefined;
    throw error;
  }
}
