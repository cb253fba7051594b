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
    const seen: string[] = [];
    for await (const line of mergeLines([slowly(60, 'slow'), slowly(15, 'a', 'b'), slowly(1)])) seen.push(line);
    expect(seen).toEqual(['a', 'b', 'slow']);
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
