import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fileBytes, streamBytes } from '../../src/source/dump-bytes.ts';
import { type ReadDump, readDump } from '../../src/source/read-dump.ts';

const NOW = Date.UTC(2026, 0, 2);
const WRITTEN = Date.UTC(2026, 0, 1);
const none = new AbortController().signal;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'prom-tutor-dump-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function readFile(name: string, content: string | Buffer, maxBytes?: number): Promise<ReadDump> {
  const path = join(folder, name);
  writeFileSync(path, content);
  utimesSync(path, WRITTEN / 1000, WRITTEN / 1000);
  const limit = maxBytes === undefined ? {} : { maxBytes };
  return readDump(await fileBytes(path, name, maxBytes), { nowMs: NOW, signal: none, ...limit });
}

async function* pieces(text: string | Buffer, size: number): AsyncIterable<Buffer> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const OPENMETRICS = '# TYPE a counter\n# HELP a Things.\na_total{x="é"} 1 1.5\na_total{x="é"} 2 16.5\n# EOF\n';
const TEXT = '# TYPE b gauge\nb{x="1"} 3 1500\nb{x="2"} 4\n';

describe('readDump', () => {
  it.each<[string, string, string | Buffer, Partial<ReadDump>]>([
    [
      'OpenMetrics by its end',
      'x.txt',
      OPENMETRICS,
      { format: 'openmetrics', firstMs: 1_500, lastMs: 16_500, untimed: 0 },
    ],
    ['the text format', 'x.prom', TEXT, { format: 'text', firstMs: 1_500, lastMs: WRITTEN, untimed: 1, atMs: WRITTEN }],
    ['gzip by its content', 'x.txt', gzipSync(OPENMETRICS), { format: 'openmetrics', lastMs: 16_500 }],
    [
      'gzip in several members',
      'x.gz',
      Buffer.concat([gzipSync(OPENMETRICS.slice(0, 40)), gzipSync(OPENMETRICS.slice(40))]),
      { format: 'openmetrics', lastMs: 16_500 },
    ],
    ['nothing', 'x.txt', '', { format: 'text', firstMs: undefined, lastMs: undefined, refused: 0 }],
    ['one byte', 'x.txt', '\n', { firstMs: undefined }],
    ['only the end', 'x.txt', '# EOF\n', { format: 'openmetrics', firstMs: undefined }],
    ['without the last line end', 'x.prom', 'b 1 1000', { format: 'text', lastMs: 1_000 }],
    [
      'older samples after newer ones',
      'x.prom',
      'b 1 2000\nb 2 1000\nb 3 2000\nb 4 3000\n',
      { refused: 2, firstMs: 2_000, lastMs: 3_000 },
    ],
  ])('reads %s', async (_, name, content, expected) => {
    expect(await readFile(name, content)).toMatchObject(expected);
  });

  it.each([1, 7, 64])('reads a stream in pieces of %i bytes', async (size) => {
    for (const content of [OPENMETRICS, gzipSync(OPENMETRICS)]) {
      const dump = await readDump(await streamBytes(pieces(content, size), 'standard input'), {
        nowMs: NOW,
        signal: none,
      });
      expect(dump).toMatchObject({ format: 'openmetrics', lastMs: 16_500, writtenMs: undefined });
      expect(dump.storage.labelValues('x')).toEqual(['é']);
      expect(dump.metadata.get('a')).toEqual([{ type: 'counter', help: 'Things.', unit: '' }]);
    }
  });

  it.each<[string, string, string | Buffer, RegExp]>([
    [
      'a broken line',
      'x.prom',
      'a 1\nb{x="1" 2\n',
      /^x\.prom:2: expected label name, got "2" \("INVALID"\) while parsing: "b\{x=\\"1\\" 2"$/,
    ],
    ['a bad value', 'x.prom', 'a 1\nb one\n', /^x\.prom:2: strconv\.ParseFloat: parsing "one": invalid syntax/],
    ['OpenMetrics that was cut off', 'x.om', 'a 1 1\n', /^x\.om:1: data does not end with # EOF$/],
    [
      'a cut off gzip file',
      'x.gz',
      gzipSync(TEXT.repeat(99)).subarray(0, 60),
      /^x\.gz is damaged gzip data: it ends in the middle$/,
    ],
    [
      'a damaged gzip file',
      'x.gz',
      Buffer.from('1f8b0800000000000003ffffffffffff', 'hex'),
      /^x\.gz is damaged gzip data: /,
    ],
    ['UTF-16', 'x.prom', Buffer.from('\ufeffa 1\n', 'utf16le'), /is UTF-16 text/],
    [
      'a line without an end',
      'x.prom',
      `a 1\n${'b'.repeat(1024 ** 2 + 1)}`,
      /^x\.prom:2: the line is longer than a megabyte$/,
    ],
  ])('names what is wrong with %s', async (_, name, content, message) => {
    await expect(readFile(name, content)).rejects.toMatchObject({
      message: expect.stringMatching(message),
      hint: expect.any(String),
      exitCode: 3,
    });
  });

  it('stops at the bound of what a small file unpacks to', async () => {
    const bomb = gzipSync(Buffer.alloc(5_000_000, 10));
    expect(bomb.length).toBeLessThan(10_000);
    await expect(readFile('x.gz', bomb, 1_000_000)).rejects.toThrow('x.gz unpacks to more than 976.6 kB');
    await expect(readFile('x.prom', Buffer.alloc(2_000_000, 10), 1_000_000)).rejects.toThrow('x.prom is larger than');
    const stream = streamBytes(pieces(Buffer.alloc(2_000_000, 10), 65_536), 'standard input', 1_000_000);
    await expect(stream).rejects.toThrow('standard input is larger than');
  });

  it('ends when it is interrupted', async () => {
    const gone = AbortSignal.abort(new Error('enough'));
    const bytes = await streamBytes(pieces(TEXT, 8), 'standard input');
    await expect(readDump(bytes, { nowMs: NOW, signal: gone })).rejects.toThrow('enough');
  });

  it.each<[string, RegExp]>([
    ['missing.om', /^cannot read missing\.om: there is no such file$/],
    ['.', /^cannot read \.: that is a folder$/],
  ])('says why %s cannot be read', async (name, message) => {
    await expect(fileBytes(join(folder, name), name)).rejects.toMatchObject({
      message: expect.stringMatching(message),
      exitCode: 2,
    });
  });

  it('takes memory in proportion to the dump', async () => {
    const dump = (series: number, samples: number) => {
      const lines = Array.from({ length: series }, (_, s) =>
        Array.from({ length: samples }, (_, i) => `m_total{s="${s}"} ${i} ${1_700_000_000 + i}`).join('\n'),
      );
      return `${lines.join('\n')}\n# EOF\n`;
    };
    const bytesOf = async (content: string) => (await readFile('long.om', content)).storage.size.bytes;
    const small = await bytesOf(dump(20, 2_000));
    const large = await bytesOf(dump(20, 20_000));
    expect(large).toBeLessThan(small * 17);
  });
});
