import { expect, it } from 'vitest';
import { ask } from '../../src/page/ask.ts';
import { EMPTY_PANEL } from '../../src/page/params.ts';
import { embeddedSource } from '../../src/source/embedded.ts';
import { MemoryStorage } from '../../src/tsdb/memory-storage.ts';

const END = 1_700_000_000_000;
const MINUTE = 60_000;

/** A page over samples of an hour, asked so many milliseconds after their end. */
async function asked(expr: string, tab: 'table' | 'graph', afterMs: number) {
  const storage = new MemoryStorage();
  for (let ms = END - 60 * MINUTE; ms <= END; ms += MINUTE) storage.append({ __name__: 'x', a: 'b' }, { ms, value: 1 });
  const now = () => END + afterMs;
  const source = embeddedSource({ storage, name: 'here', now });
  const deps = { source, now, signal: new AbortController().signal, lastSampleMs: async () => END };
  return ask(deps, { ...EMPTY_PANEL, expr, tab });
}

it.each<[string, 'table' | 'graph', number, number | undefined]>([
  ['x', 'table', 10 * MINUTE, END],
  ['x', 'graph', 90 * MINUTE, END],
  ['x < 0', 'table', 10 * MINUTE, END],
  // Samples are found here, and are not what makes the answer empty.
  ['x < 0', 'table', MINUTE, undefined],
  ['x < 0', 'graph', MINUTE, undefined],
  // There is no time at which it has samples.
  ['nowhere', 'table', 10 * MINUTE, undefined],
  ['nowhere', 'graph', 90 * MINUTE, undefined],
])(
  'an empty answer to %s as a %s %i ms after the last sample is blamed on its end: %s',
  async (expr, tab, after, end) => {
    expect(await asked(expr, tab, after)).toMatchObject({ kind: 'answer', dataEndMs: end });
  },
);
