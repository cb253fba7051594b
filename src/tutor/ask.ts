import { QueryError } from '../model/errors.ts';
import type { QueryResult } from '../model/query-result.ts';
import type { Ground, Moment } from './ground.ts';

/** What became of a query at one instant: an answer, or Prometheus' refusal. Everything else is thrown. */
export type Outcome =
  | { readonly kind: 'ok'; readonly result: QueryResult }
  | { readonly kind: 'error'; readonly error: QueryError };

/** Asks the ground's source. Every query is asked once per instant, a few at a time. */
export type Asker = {
  at(query: string, moment: Moment): Promise<Outcome>;
  /** At all moments of the ground, in their order. */
  everywhere(query: string): Promise<readonly Outcome[]>;
};

/** Requests on their way at the same time; a laptop's Prometheus should not notice a learner. */
const MOST_AT_ONCE = 6;

export function askerOf(ground: Ground): Asker {
  const asked = new Map<string, Promise<Outcome>>();
  const limit = limiter(MOST_AT_ONCE);
  const at = (query: string, moment: Moment) => {
    const key = `${moment.ms} ${query}`;
    const known = asked.get(key) ?? limit(() => ask(ground, query, moment));
    asked.set(key, known);
    return known;
  };
  return { at, everywhere: (query) => Promise.all(ground.moments.map((moment) => at(query, moment))) };
}

async function ask(ground: Ground, query: string, moment: Moment): Promise<Outcome> {
  try {
    const options = { timeMs: moment.ms, ...(ground.signal === undefined ? {} : { signal: ground.signal }) };
    return { kind: 'ok', result: await ground.source.instant(query, options) };
  } catch (error) {
    if (error instanceof QueryError) return { kind: 'error', error };
    throw error;
  }
}

/** Runs at most `most` jobs at once, the others in the order they came. */
function limiter(most: number): <T>(job: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (job) => {
    if (running >= most) await new Promise<void>((resolve) => waiting.push(resolve));
    else running++;
    try {
      return await job();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running--;
      else next();
    }
  };
}
