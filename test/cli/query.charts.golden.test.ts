import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { fakeIo } from '../helpers/fake-io.ts';
import type { Loopback } from '../helpers/loopback.ts';
import { recordedServer } from '../helpers/recorded.ts';

/** The drawings of `query`, kept as files; recorded as those in query.golden.test.ts. */
const T0_MS = 1_769_860_800_000;
const FIXTURES = join(import.meta.dirname, '..', 'fixtures', 'query');
const HOUR = ['--range', '1h', '--time', String(T0_MS / 1000)];

const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  bars: ['sum by (provider) (rate(sse_requests_total[5m])) - 2', '-o', 'bars', '--time', String(T0_MS / 1000)],
  'bars-odd': [
    'label_replace(vector(0) / 0, "is", "nan", "", "") or label_replace(vector(1) / 0, "is", "inf", "", "") or label_replace(vector(-1), "is", "less", "", "")',
    ...['-o', 'bars', '--time', String(T0_MS / 1000)],
  ],
  heatmap: ['sum by (le) (rate(sse_request_duration_seconds_bucket[5m]))', '-o', 'heatmap', ...HOUR],
  timeline: ['max by (provider) (sse_circuit_breaker_state)', '-o', 'timeline', ...HOUR],
  'timeline-up': ['up', '-o', 'timeline', ...HOUR],
  trends: ['sum by (provider) (rate(sse_requests_total[5m]))', '-o', 'table', ...HOUR],
};

const LOOKS: Readonly<Record<string, readonly string[]>> = {
  colour: ['--color', 'always'],
  ascii: ['--color', 'never', '--ascii'],
  accessible: ['--accessible'],
};

let server: Loopback;
beforeAll(async () => {
  server = await recordedServer(join(FIXTURES, 'chart-answers.json'));
});
afterAll(() => server.close());

async function screen(argv: readonly string[], columns: number): Promise<string> {
  const io = fakeIo({ tty: true, columns, env: { LANG: 'C.UTF-8', TERM: 'xterm' }, now: () => T0_MS });
  const code = await main(['query', ...argv, '-s', server.url, '--tz', 'UTC'], io);
  const shown = argv.map((word) => (/[^\w.:/=-]/.test(word) ? `'${word}'` : word)).join(' ');
  return `$ prom-tutor query ${shown}\n${io.outText()}--- stderr\n${io.errText()}--- exit code ${code}\n`;
}

describe.each(Object.entries(COMMANDS))('%s', (name, argv) => {
  it.each([40, 60, 80, 120])('at %i columns', async (columns) => {
    const text = await screen([...argv, '--color', 'never'], columns);
    const drawn = text.split('\n').slice(1);
    expect(drawn.filter((line) => [...line].length > columns)).toEqual([]);
    if (columns !== 40) await expect(text).toMatchFileSnapshot(join(FIXTURES, `${name}.${columns}.txt`));
  });

  it.each(Object.entries(LOOKS))('in %s', async (look, flags) => {
    const text = await screen([...argv, ...flags], 80);
    if (look !== 'colour') expect(text).not.toMatch(/\x1b/);
    if (look === 'ascii') expect(text).toMatch(/^[\x00-\x7f]*$/);
    await expect(text).toMatchFileSnapshot(join(FIXTURES, `${name}.${look}.txt`));
  });
});
