import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { checkpointMs } from '../../src/model/scenario.ts';
import { fakeIo } from '../helpers/fake-io.ts';
import type { Loopback } from '../helpers/loopback.ts';
import { recordedServer } from '../helpers/recorded.ts';

/**
 * What a person sees, at 60, 80 and 120 columns, kept as files. The answers were recorded from a real Prometheus that
 * holds the history of this scenario: SSE_T0=1769860800000 SSE_HISTORY=3h SSE_OUT=DIR node stack/app.mjs history, then
 * PROM_TUTOR_RECORD_FROM=URL npx vitest run --project unit test/cli/query.golden.test.ts --update
 */
const SCENARIO = { t0Ms: 1_769_860_800_000, seed: 1, historyMs: 10_800_000 };
const FIXTURES = join(import.meta.dirname, '..', 'fixtures', 'query');

const QUIET = String(checkpointMs(SCENARIO, 'quiet') / 1000);
const INCIDENT = String(checkpointMs(SCENARIO, 'incident') / 1000);
const HOUR = ['--range', '1h', '--time', String(SCENARIO.t0Ms / 1000)];

const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  up: ['query', 'up', '--time', QUIET],
  'rate-rows': ['query', 'rate(sse_requests_total[5m])', '--time', QUIET, '--limit', '5'],
  'rate-hour': ['query', 'sum by (provider) (rate(sse_requests_total[5m]))', ...HOUR],
  'breaker-hour': ['query', 'max by (provider) (sse_circuit_breaker_state)', ...HOUR],
  samples: ['query', 'sse_active_connections{provider="openai"}[1m]', '--time', QUIET],
  scalar: ['query', 'scalar(sum(sse_active_connections))', '--time', QUIET],
  mistake: [
    'query',
    'histogram_quantile(0.99, sum by (le) (rate(sse_request_duration_seconds_bucket{provider=openai}[5m])))',
  ],
  misspelt: ['query', 'sum by (provider) (rate(sse_request_total{provider="openai"}[5m]))', '--time', QUIET],
  cookbook: ['cookbook', '--time', QUIET],
  'cookbook-3': ['cookbook', '3', '--time', INCIDENT],
};

const LOOKS: Readonly<Record<string, readonly string[]>> = {
  plain: ['--color', 'never'],
  colour: ['--color', 'always'],
  ascii: ['--color', 'never', '--ascii'],
  accessible: ['--accessible'],
};

let server: Loopback;
beforeAll(async () => {
  server = await recordedServer(join(FIXTURES, 'answers.json'));
});
afterAll(() => server.close());

async function screen(argv: readonly string[], columns: number): Promise<string> {
  const io = fakeIo({ tty: true, columns, env: { LANG: 'C.UTF-8', TERM: 'xterm' }, now: () => SCENARIO.t0Ms });
  const code = await main([...argv, '-s', server.url, '--tz', 'UTC'], io);
  const shown = argv.map((word) => (/[^\w.:/=-]/.test(word) ? `'${word}'` : word)).join(' ');
  const said = `${io.outText()}--- stderr\n${io.errText()}`.replaceAll(server.url, 'http://prometheus:9090');
  return `$ prom-tutor ${shown}\n${said}--- exit code ${code}\n`;
}

describe.each(Object.entries(COMMANDS))('%s', (name, argv) => {
  it.each([60, 80, 120])('at %i columns', async (columns) => {
    const text = await screen([...argv, ...(LOOKS.plain ?? [])], columns);
    await expect(text).toMatchFileSnapshot(join(FIXTURES, `${name}.${columns}.txt`));
  });
});

describe.each(['rate-rows', 'rate-hour', 'mistake', 'misspelt', 'cookbook-3'])('%s', (name) => {
  it.each(['colour', 'ascii', 'accessible'])('in %s', async (look) => {
    const text = await screen([...(COMMANDS[name] ?? []), ...(LOOKS[look] ?? [])], 80);
    await expect(text).toMatchFileSnapshot(join(FIXTURES, `${name}.${look}.txt`));
  });
});
