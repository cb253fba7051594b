import { appendFile, chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { historyStore } from '../../src/explorer/history.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'prom-tutor-history-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const URL_A = 'http://prometheus.example:9090';
const store = (server = URL_A) => historyStore(folder, server, () => Date.now());
const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);

describe('what was typed', () => {
  it('comes back the next day, whole and each text once', async () => {
    const { add } = store();
    for (const text of ['up', 'sum(\n  up\n)', 'rate(x[5m])', 'up  ']) expect(await add(text)).toBe('kept');
    expect(await store().load()).toEqual({ entries: ['sum(\n  up\n)', 'rate(x[5m])', 'up'] });
  });

  it('is for the owner alone, also where it was not before', async () => {
    const { add, path, load } = store();
    await add('up');
    expect([await modeOf(path), await modeOf(dirname(path))]).toEqual(['600', '700']);
    await chmod(path, 0o644);
    await chmod(dirname(path), 0o755);
    await load();
    expect([await modeOf(path), await modeOf(dirname(path))]).toEqual(['600', '700']);
  });

  it('belongs to a server, whoever asks it', () => {
    expect(store('http://me:secret@prometheus.example:9090/').path).toBe(store().path);
    expect(store('http://prometheus.example:9090/prometheus').path).not.toBe(store().path);
    expect(store('the dump ../../x').path.startsWith(join(folder, 'history'))).toBe(true);
  });

  it('starts empty', async () => {
    expect(await store().load()).toEqual({ entries: [] });
  });

  it('of several terminals at once is all there', async () => {
    const terminals = Array.from({ length: 4 }, () => store());
    const texts = Array.from({ length: 40 }, (_, index) => `query_${index}`);
    await Promise.all(texts.map((text, index) => terminals[index % 4]?.add(text)));
    const { entries } = await store().load();
    expect([...entries].sort()).toEqual([...texts].sort());
    expect(await readdir(join(folder, 'history'))).toHaveLength(1);
  });

  it('survives damage, and what a crash has broken off', async () => {
    const { add, path, load } = store();
    await add('up');
    await appendFile(path, 'no json\n{"text":7}\n{"other":1}\nnull\n{"text":"half a li');
    await add('down');
    expect((await load()).entries).toEqual(['up', 'down']);
  });

  it('is cut to the newest thousand when it has grown', async () => {
    const { add, path, load } = store();
    await add('first');
    const line = (text: string) => `${JSON.stringify({ text })}\n`;
    await appendFile(path, Array.from({ length: 2_500 }, (_, index) => line(`q${index}`)).join(''));
    const { entries } = await load();
    expect([entries.length, entries[0], entries.at(-1)]).toEqual([1_000, 'q1500', 'q2499']);
    expect((await readFile(path, 'utf8')).trim().split('\n')).toHaveLength(1_000);
    expect(await load()).toEqual({ entries });
    expect(await modeOf(path)).toBe('600');
  });

  it('is written although somebody left a lock behind', async () => {
    const { add, path, load } = store();
    await add('up');
    await writeFile(`${path}.lock`, '');
    const later = historyStore(folder, URL_A, () => Date.now() + 60_000);
    expect(await later.add('down')).toBe('kept');
    expect((await load()).entries).toEqual(['up', 'down']);
  });

  it('that cannot be written or read is told, and nothing breaks', async () => {
    await writeFile(join(folder, 'history'), 'a file where the folder should be');
    expect(await store().add('up')).toBe('unwritable');
    expect(await store().load()).toMatchObject({ entries: [], notice: expect.stringContaining('cannot be read') });
  });
});

describe('what is never written', () => {
  it.each<[string, 'secret' | 'left-out']>([
    ['\\server http://me:hunter2@prometheus.example', 'secret'],
    ['\\server https://abcdef0123456789@prometheus.example/x', 'secret'],
    ['Authorization: Basic bWU6aHVudGVyMg==', 'secret'],
    ['-H "Authorization: Bearer abcdefgh12345678"', 'secret'],
    ['\\server http://x?access_token=abc', 'secret'],
    ['\\server http://x --password hunter2', 'secret'],
    ['sessions{token="abc"}', 'secret'],
    ['{"token": "abc"}', 'secret'],
    ['sessions{api_key=~"abc.*"}', 'secret'],
    ['x{a="eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl"}', 'secret'],
    ['', 'left-out'],
    [' \n ', 'left-out'],
    [' up', 'left-out'],
    ['x'.repeat(20_001), 'left-out'],
  ])('%s', async (text, outcome) => {
    const { add, path } = store();
    expect(await add(text)).toBe(outcome);
    await expect(stat(path)).rejects.toThrow('ENOENT');
  });

  it.each([
    'sum by (token_type) (llm_tokens_total)',
    'llm_tokens_total{token_type="input"}',
    'up{instance="me@host:9090"}',
    'secrets_total > 0',
    'sum(job:token:rate5m)',
    'rate(authorization_failures_total[5m])',
    '\\server http://prometheus.example:9090',
    'up{path="/basic/x"} # the basic case of it',
  ])('but this is: %s', async (text) => {
    expect(await store().add(text)).toBe('kept');
  });
});
