import { describe, expect, it } from 'vitest';
import { mergeLines } from '../../src/backends/merge-lines.ts';
import { fakeIo } from '../helpers/fake-io.ts';

const system = fakeIo();

describe('mergeLines', () => {
  async function* slowly(ms: number, ...lines: readonly string[]): AsyncIterable<string> {
    for (const line of lines) {
      await system.sleep(ms);
      yield line;
    }
  }

  it('gives what comes first first, and ends with the last source', async () => {
    // Each source waits for the line before its own to have been seen, so the order is no matter of speed.
    const gates = new Map<string, () => void>();
    const seenLine = (line: string) => new Promise<void>((resolve) => gates.set(line, resolve));
    const bSeen = seenLine('b');
    const late = async function* (): AsyncIterable<string> {
      await bSeen;
      yield 'late';
    };
    const early = async function* (): AsyncIterable<string> {
      yield 'a';
      yield 'b';
    };
    const empty = async function* (): AsyncIterable<string> {};
    const seen: string[] = [];
    for await (const line of mergeLines([late(), early(), empty()])) {
      seen.push(line);
      gates.get(line)?.();
    }
    expect(seen).toEqual(['a', 'b', 'late']);
  });

  it('fails with the source that fails', async () => {
    const broken = async function* (): AsyncIterable<string> {
      yield 'one';
      throw new Error('broken');
    };
    const all = async () => {
      for await (const _ of mergeLines([slowly(10_000, 'never'), broken()]));
    };
    await expect(all()).rejects.toThrow('broken');
  });
});
