import { describe, expect, it } from 'vitest';
import { exploreCompleter } from '../../src/explorer/complete-commands.ts';
import type { Completer } from '../../src/explorer/completion.ts';
import { EXPLORE_COMMANDS } from '../../src/explorer/explore-commands.ts';

/** Offers the text before the cursor, so that what it was asked for is seen. */
const base: Completer = (text, cursor) => {
  const from = text.slice(0, cursor).search(/\w*$/);
  const items = [{ kind: 'metric', label: `<${text.slice(0, cursor)}>`, insert: '' }] as const;
  return { now: { from, items }, later: Promise.resolve({ from, items }) };
};

const complete = exploreCompleter(base, {
  named: () => ['errors', 'load'],
  servers: () => ['prod'],
  moments: () => ['incident', 'quiet'],
});
const offered = (text: string) => {
  const { from, items } = complete(text, text.length).now;
  return { from, labels: items.map(({ label }) => label) };
};

describe('exploreCompleter', () => {
  it('offers every command, with what it does', () => {
    const { now } = complete('\\', 1);
    expect(now.items.map(({ label, help }) => [label, help])).toEqual(
      EXPLORE_COMMANDS.map(({ name, help }) => [`\\${name}`, help]),
    );
  });

  it.each<[string, number, readonly string[]]>([
    ['\\ti', 0, ['\\timing']],
    ['  \\gr', 2, ['\\graph']],
    ['\\explain rate(x', 14, ['<rate(x>']],
    ['\\d sse', 3, ['<sse>']],
    ['\\l pro', 3, ['<count by (pro>']],
    ['\\graph 1', 7, ['15m', '1h', '1d']],
    ['\\graph 1h rat', 10, ['<rat>']],
    ['\\graph rat', 7, ['<rat>']],
    ['\\watch 1', 7, ['1s', '15s', '1m']],
    ['\\T inc', 3, ['incident']],
    ['\\n e', 3, ['errors']],
    ['\\server ', 8, ['prod']],
    ['\\x ', 3, []],
    ['\\nope x', 7, []],
    ['rate(x', 5, ['<rate(x>']],
  ])('%j', (text, from, labels) => {
    expect(offered(text)).toEqual({ from, labels });
  });

  it('moves what comes later to its place as well', async () => {
    const { later } = complete('\\why up', 7);
    expect(await later).toMatchObject({ from: 5 });
  });
});
