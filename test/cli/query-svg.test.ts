import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { fakeIo } from '../helpers/fake-io.ts';
import type { Loopback } from '../helpers/loopback.ts';
import { recordedServer } from '../helpers/recorded.ts';

const FIXTURES = join(import.meta.dirname, '..', 'fixtures', 'query');
const T0_MS = 1_769_860_800_000;
const BARS = ['sum by (provider) (rate(sse_requests_total[5m])) - 2', '--time', String(T0_MS / 1000)];

let server: Loopback;
let folder: string;
beforeAll(async () => {
  server = await recordedServer(join(FIXTURES, 'chart-answers.json'));
  folder = mkdtempSync(join(tmpdir(), 'prom-tutor-svg-'));
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

async function run(argv: readonly string[]) {
  const io = fakeIo({ cwd: folder, now: () => T0_MS });
  const code = await main(['query', ...argv, '-s', server.url, '--tz', 'UTC'], io);
  return { code, out: io.outText(), err: io.errText() };
}

describe('query --svg', () => {
  it('writes the picture beside the answer, and over an older one', async () => {
    writeFileSync(join(folder, 'chart.svg'), '<svg>old</svg>');
    const { code, out, err } = await run([...BARS, '--svg', 'chart.svg']);
    expect([code, err]).toEqual([0, `wrote ${join(folder, 'chart.svg')}\n`]);
    expect(out).toContain('3.133');
    expect(readFileSync(join(folder, 'chart.svg'), 'utf8')).toMatch(/^<svg [\s\S]*openai[\s\S]*<\/svg>\n$/);
    expect(readdirSync(folder)).toEqual(['chart.svg']);
  });

  it('writes nothing but the picture to standard output', async () => {
    const { code, out, err } = await run([...BARS, '-o', 'bars', '--svg', '-']);
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^<svg [\s\S]*<\/svg>\n$/);
  });

  it.each<[string, readonly string[], number, string]>([
    ['a folder', ['--svg', '.'], 1, '--svg . is a folder'],
    ['a missing folder', ['--svg', 'none/x.svg'], 1, 'the folder of --svg none/x.svg does not exist'],
    ['a text', ['--svg', 'notes.txt'], 1, '--svg notes.txt is there already and is no picture'],
    ['a device', ['--svg', 'null'], 1, '--svg null is no ordinary file'],
    ['two things on standard output', ['--svg', '-', '-o', 'csv'], 2, 'both want standard output'],
    ['a picture that never ends', ['--svg', 'x.svg', '--watch', '5s'], 2, '--svg is one picture'],
  ])('refuses %s', async (_, argv, exit, message) => {
    rmSync(join(folder, 'null'), { force: true });
    symlinkSync('/dev/null', join(folder, 'null'));
    writeFileSync(join(folder, 'notes.txt'), 'notes');
    const { code, out, err } = await run([...BARS, ...argv]);
    expect([code, out]).toEqual([exit, '']);
    expect(err).toContain(message);
  });
});
