import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type KeptData, keptEntries, noteKept, readKept } from '../../src/backends/kept-file.ts';

let dir = '';
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'prom-tutor-kept-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const data = (id: string): KeptData => ({ id, scenario: { t0Ms: 1000, seed: 1, historyMs: 2000 }, untilMs: 3000 });

describe('what is kept between two stacks', () => {
  it('is noted for each backend by itself, and the file goes with its last entry', async () => {
    expect(await readKept(dir)).toEqual({ kept: {}, notice: undefined });
    await noteKept(dir, 'docker', data('a'));
    await noteKept(dir, 'binary', data('b'));
    await noteKept(dir, 'docker', data('c'));
    const { kept } = await readKept(dir);
    expect(kept).toEqual({ docker: data('c'), binary: data('b') });
    expect(
      keptEntries(kept)
        .map(({ backend }) => backend)
        .sort(),
    ).toEqual(['binary', 'docker']);
    await noteKept(dir, 'docker', undefined);
    expect((await readKept(dir)).kept).toEqual({ binary: data('b') });
    await noteKept(dir, 'binary', undefined);
    expect(await readdir(dir)).toEqual([]);
  });

  it.each([
    '{',
    '{"version":1}',
    '{"version":1,"stacks":{"docker":{"id":"a"}}}',
    JSON.stringify({ version: 1, stacks: { binary: { ...data('a'), untilMs: 'yesterday' } } }),
  ])('is set aside with a notice when it reads %s', async (text) => {
    await writeFile(join(dir, 'kept.json'), text);
    const { kept, notice } = await readKept(dir);
    expect(kept).toEqual({});
    expect(notice).toContain('was damaged');
    expect(await readdir(dir)).toEqual(['kept.json.damaged']);
  });
});
