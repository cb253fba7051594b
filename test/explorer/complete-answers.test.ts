import { expect, it } from 'vitest';
import { storageWithHistory } from '../../src/backends/embedded-stack.ts';
import { serverWords } from '../../src/explorer/complete-answers.ts';
import { embeddedSource } from '../../src/source/embedded.ts';

const now = () => 1_763_800_005_000;

it('keeps half a million names, and of them those that were looked at last', async () => {
  const many = Array.from({ length: 200_000 }, (_, index) => `v${index + 100_000}`);
  const storage = storageWithHistory({ t0Ms: now(), seed: 1, historyMs: 60_000 });
  const asked: string[] = [];
  const words = serverWords(
    {
      ...embeddedSource({ storage, name: 'the demo', now }),
      labelValues: async (label) => {
        asked.push(label);
        return { items: many, warnings: [] };
      },
    },
    now,
    now,
  );
  const look = async (label: string) => {
    const answer = words.values(label, undefined);
    if (answer.state === 'asking') await answer.settled;
    return words.values(label, undefined).state;
  };

  for (const label of ['a', 'b', 'a', 'c', 'a', 'c']) expect(await look(label)).toBe('known');
  expect(asked).toEqual(['a', 'b', 'c']);
  expect(await look('b')).toBe('known');
  expect(asked).toEqual(['a', 'b', 'c', 'b']);
});
