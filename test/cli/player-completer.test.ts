import { describe, expect, it } from 'vitest';
import { lessonCompletion } from '../../src/cli/player-completer.ts';
import type { Completions } from '../../src/explorer/completion.ts';
import { sampleSource } from '../helpers/sample-source.ts';

const WORDS = ['hint', 'why', 'lesson', 'quit'] as const;

/** What is offered in the end for a text with the cursor at its end. */
async function offered(text: string, metrics: readonly string[] = []): Promise<Completions> {
  const completion = lessonCompletion({ source: sampleSource(), nowMs: Date.now, clockMs: Date.now });
  try {
    const { now, later } = completion.completer(WORDS, new Set(metrics))(text, text.length);
    return (await later) ?? now;
  } finally {
    completion.close();
  }
}

describe('lessonCompletion', () => {
  it.each<[string, readonly string[], readonly string[]]>([
    ['hi', [], ['hint']],
    [' q', [], ['quit']],
    [':w', [], [':why']],
    ['back', [], ['back to lesson']],
    ['hi', ['hint'], [':hint']],
    ['up + hi', [], []],
    ['zz', [], []],
  ])('offers words alone on their line: %j', async (text, metrics, expected) => {
    const { items } = await offered(text, metrics);
    expect(items.filter(({ kind }) => kind === 'command').map(({ insert }) => insert)).toEqual(expected);
  });

  it('offers words and PromQL side by side', async () => {
    const { from, items } = await offered('h');
    expect(from).toBe(0);
    expect(items[0]).toMatchObject({
      kind: 'command',
      label: 'hint',
      detail: 'a nudge; four levels, the last is the answer',
    });
    expect(items.map(({ label }) => label)).toContain('histogram_quantile');
  });

  it('has the words at once, before what completes PromQL is loaded', () => {
    const completion = lessonCompletion({ source: sampleSource(), nowMs: Date.now, clockMs: Date.now });
    expect(
      completion
        .completer(WORDS, new Set())('qu', 2)
        .now.items.map(({ label }) => label),
    ).toEqual(['quit']);
    completion.close();
  });
});
