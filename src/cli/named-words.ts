import { UsageError } from '../model/errors.ts';
import type { Context } from './context.ts';

/** What every command has that takes named queries. */
export type NamedOptions = {
  readonly server?: string;
  readonly data?: string;
  readonly set?: readonly (readonly [string, string])[];
};

/**
 * The words of the command line with each `@NAME` replaced by the query of that name, and the options with the server it
 * is for, unless one was typed. No query of PromQL begins with an `@`. Throws `UserError` for names that are not there.
 */
export async function withNamed<O extends NamedOptions>(
  context: Context,
  words: readonly string[],
  options: O,
): Promise<{ readonly words: readonly string[]; readonly options: O }> {
  if (!words.some((word) => word.startsWith('@'))) {
    if (options.set === undefined) return { words, options };
    throw new UsageError('--set fills in the variables of a named query, and there is none', {
      hint: 'Name it with an @: prom-tutor query @NAME --set window=1m. All names: prom-tutor queries',
    });
  }
  const { findNamed } = await import('./find-named.ts');
  const { filledIn } = await import('../explorer/named-queries.ts');
  const values = Object.fromEntries(options.set ?? []);
  const found = await Promise.all(
    words.map(async (word) => (word.startsWith('@') ? findNamed(context, word.slice(1)) : word)),
  );
  const server = found.flatMap((one) => (typeof one === 'string' || one.server === undefined ? [] : [one.server]))[0];
  const free = options.server === undefined && options.data === undefined;
  return {
    words: found.map((one) => (typeof one === 'string' ? one : filledIn(one, values))),
    options: free && server !== undefined ? { ...options, server } : options,
  };
}
