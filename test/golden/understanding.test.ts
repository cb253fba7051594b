import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { demoServer } from '../helpers/demo-server.ts';

/** What a person sees who wants to understand a query, kept as files and written anew by `--update`. */
const FILES = join(import.meta.dirname, 'understanding');

const RATIO = 'sum by (provider) (rate(sse_errors_total[5m])) / sum by (provider) (rate(sse_requests_total[5m]))';
const P99 =
  'histogram_quantile(0.99, sum by (le, provider) (rate(sse_request_duration_seconds_bucket{status="success"}[5m])))';
const UNMATCHED = 'rate(sse_errors_total[5m]) / rate(sse_requests_total[5m])';

const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  explain: ['explain', P99],
  'explain-sides': ['explain', RATIO],
  'explain-steps': ['explain', '--step', RATIO],
  'explain-unmatched': ['explain', 'sse_active_connections * on (instance) up'],
  why: ['why', UNMATCHED],
  'why-name': ['why', 'sum(sse_request_total)'],
  'why-plausible': ['why', 'histogram_quantile(0.9, sum(rate(sse_request_duration_seconds_bucket[5m])))'],
  'why-nothing': ['why', RATIO],
  'query-empty': ['query', 'sse_requests_total{provider=~"open"}'],
  lint: ['lint', 'sum(up) by job / rate(sse_active_connections[5m])'],
  'lint-live': ['lint', 'rate(sse_requests_total[20s]) == 0.3'],
  metrics: ['metrics'],
  'metrics-one': ['metrics', 'sse_request_duration_seconds'],
  'metrics-search': ['metrics', 'token'],
  bars: ['query', 'sum by (provider, status) (rate(sse_requests_total[5m]))', '-o', 'bars'],
  trend: ['query', 'sum by (provider, status) (rate(sse_requests_total[5m]))', '--range', '1h', '-o', 'table'],
  heatmap: ['query', 'sum by (le) (rate(sse_request_duration_seconds_bucket[5m]))', '--range', '2h', '-o', 'heatmap'],
  timeline: ['query', 'sse_circuit_breaker_state{instance="sse-app:8000"}', '--range', '1h', '-o', 'timeline'],
};

const run = demoServer();

describe.each(Object.entries(COMMANDS))('%s', (name, argv) => {
  it.each([
    ['60', 60, ['--color', 'never']],
    ['80', 80, ['--color', 'never']],
    ['120', 120, ['--color', 'never']],
    ['colour', 80, ['--color', 'always']],
    ['ascii', 80, ['--color', 'never', '--ascii']],
    ['accessible', 80, ['--accessible']],
  ])('as %s', async (look, columns, options) => {
    const env = { LANG: 'C.UTF-8', TERM: 'xterm' };
    const { code, out, err } = await run([...argv, ...options, '--no-input'], { tty: true, columns, env });
    const shown = argv.map((word) => (/[^\w.:/=-]/.test(word) ? `'${word}'` : word)).join(' ');
    const text = steady(`$ prom-tutor ${shown}\n${out}--- stderr\n${err}--- exit code ${code}\n`);
    await expect(text).toMatchFileSnapshot(join(FILES, `${name}.${look}.txt`));
  });
});

/** Times taken and the port differ from run to run. */
function steady(text: string): string {
  return text.replace(/127\.0\.0\.1:\d+/g, 'HOST').replace(/\b\d+(?:\.\d+)?(?= ms\b)/g, '5');
}
