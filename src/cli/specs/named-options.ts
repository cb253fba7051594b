import { UsageError } from '../../model/errors.ts';
import type { OptionSpec } from '../spec.ts';

/** For commands that take a query, which may be a named one. */
export const SET_OPTION = {
  key: 'set',
  flags: '--set <name=value>',
  help: 'value of a variable of a named query (@NAME), such as window=1m',
  many: true,
  parse: variableOf,
} as const satisfies OptionSpec;

/** `window=1m` as its two parts. */
export function variableOf(text: string): readonly [string, string] {
  const [, name, value] = /^([A-Za-z_]\w*)=([\s\S]*)$/.exec(text) ?? [];
  if (name === undefined || value === undefined) {
    throw new UsageError(`--set wants a name, = and a value, not "${text}"`, {
      hint: 'Write it like: --set window=1m',
    });
  }
  return [name, value];
}
