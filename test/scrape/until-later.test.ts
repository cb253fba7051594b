import { expect, it } from 'vitest';
import { untilLater } from '../../src/scrape/until-later.ts';

const HOUR = 3_600_000;

it.each<[string, (stopping: AbortController) => void]>([
  ['before the wait begins', (stopping) => stopping.abort()],
  ['while it waits', (stopping) => setTimeout(() => stopping.abort(), 1)],
])('a wait of an hour ends when it is aborted %s', async (_name, abort) => {
  const stopping = new AbortController();
  abort(stopping);
  await untilLater(HOUR, stopping.signal);
  expect(stopping.signal.aborted).toBe(true);
});

it('a wait of a month does not end at once', async () => {
  const stopping = new AbortController();
  let ended = false;
  const wait = untilLater(30 * 24 * HOUR, stopping.signal).then(() => {
    ended = true;
  });
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(ended).toBe(false);
  stopping.abort();
  await wait;
});
