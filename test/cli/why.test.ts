import { describe, expect, it } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { parse } from '../../src/promql/parse.ts';
import { demoServer } from '../helpers/demo-server.ts';
import { fakeIo } from '../helpers/fake-io.ts';
import { loopback, success } from '../helpers/loopback.ts';

const ask = demoServer();
const run = (argv: readonly string[], options?: Parameters<typeof fakeIo>[0]) => ask(['why', ...argv], options);

async function runOn(url: string, argv: readonly string[]) {
  const io = fakeIo({ columns: 80 });
  return { code: await main(['why', ...argv, '-s', url], io), out: io.outText(), err: io.errText() };
}

type Answer = { readonly findings: readonly { readonly id: string; readonly fix?: { readonly query: string } }[] };

describe('why', () => {
  /** Every kind of emptiness and of plausible nonsense that a server says nothing about, and a few that are refused. */
  const KINDS: readonly (readonly [what: string, query: string, id: string])[] = [
    ['a metric that does not exist', 'sse_request_total', 'M23'],
    ['a label that does not exist', 'sse_requests_total{vendor="openai"}', 'M23'],
    ['a value that does not exist', 'sse_requests_total{provider="nobody"}', 'M23'],
    ['a value in another case', 'sse_requests_total{provider="OpenAI"}', 'M23'],
    ['a pattern with =', 'sse_requests_total{provider="openai|anthropic"}', 'M22'],
    ['a pattern for a part of the value', 'sse_requests_total{provider=~"open"}', 'M22'],
    ['a window without two samples', 'rate(sse_requests_total[15s])', 'M06'],
    ['a window of a second', 'rate(sse_requests_total[1s])', 'M06'],
    ['sides with other labels', 'rate(sse_errors_total[5m]) / rate(sse_requests_total[5m])', 'M16'],
    [
      'sides grouped differently',
      'sum(rate(sse_errors_total[5m])) / sum by (provider) (rate(sse_requests_total[5m]))',
      'M16',
    ],
    ['a sum of what is missing', 'sse_active_connections / sum(sse_missing)', 'M23'],
    ['le aggregated away', 'histogram_quantile(0.9, sum(rate(sse_request_duration_seconds_bucket[5m])))', 'M11'],
    ['the bare name of a histogram', 'histogram_quantile(0.9, rate(sse_request_duration_seconds[5m]))', 'M12'],
    ['buckets that are missing', 'histogram_quantile(0.9, rate(sse_request_duration_second_bucket[5m]))', 'M23'],
    [
      'a label to match by that was aggregated away',
      'sum by (job) (rate(sse_errors_total[5m])) / on (provider) sum by (provider) (rate(sse_requests_total[5m]))',
      'M16',
    ],
    ['a comparison that nothing passes', 'up == 5', 'M20'],
    ['all that unless takes away', 'up unless up', 'M26'],
    ['a time without samples', 'up offset 1d', 'M28'],
    ['a rate of a sum', 'rate(sum(sse_requests_total)[30s:2s])', 'M03'],
    ['a quantile of all time', 'histogram_quantile(0.9, sse_request_duration_seconds_bucket)', 'M12'],
    ['an average of quantiles', 'avg(sse_first_token_seconds{quantile="0.9"})', 'M15'],
    ['a group by a label that nothing has', 'sum by (nolabel) (rate(sse_requests_total[5m]))', 'M23'],
    ['delta of a counter', 'delta(sse_requests_total[5m])', 'M02'],
    ['deriv of a counter', 'deriv(sse_requests_total[5m])', 'M02'],
    ['a match on a label that nothing has', 'sse_active_connections and on (nolabel) up', 'M26'],
    ['the height of a counter', 'sse_requests_total', 'M01'],
    ['a sum of heights', 'sum(sse_requests_total)', 'M01'],
    ['a rate of a gauge', 'rate(sse_active_connections[5m])', 'M02'],
    ['a window that sometimes holds two samples', 'rate(sse_requests_total[20s])', 'M06'],
    ['a row beside the rows', 'sse_active_connections or vector(0)', 'M20'],
    ['a window that is missing', 'rate(sse_requests_total)', 'M04'],
    ['a comparison turned round', 'up =! 1', 'M24'],
  ];

  it.each(KINDS)('finds %s with ten questions at most', async (_, query, id) => {
    const { out, err } = await run([query, '--json', '--debug']);
    const { findings } = JSON.parse(out.split('\n')[0] ?? '') as Answer;
    expect(findings.map((finding) => finding.id)).toEqual([id]);
    for (const { fix } of findings) if (fix !== undefined) expect(parse(fix.query).kind).toBe('ok');
    const questions = err.match(/^debug: .* status \d+/gm) ?? [];
    expect(questions.length, questions.join('\n')).toBeGreaterThan(0);
    expect(questions.length, questions.join('\n')).toBeLessThanOrEqual(10);
  });

  it('says that a server is more lenient than Prometheus', async () => {
    const server = await loopback((_seen, response) => success(response, { resultType: 'vector', result: [] }));
    try {
      const { code, out } = await runOn(server.url, ['rate(up)']);
      expect(code).toBe(0);
      expect(out.replace(/\s+/g, ' ')).toContain('Prometheus would refuse it: `expected type range vector in call to');
    } finally {
      await server.close();
    }
  });

  it('shows the sentence, the rows that prove it, and what to write', async () => {
    const { code, out } = await run(['sse_requests_total{provider=~"open"}']);
    expect(code).toBe(0);
    expect(out).toContain('Seen here:');
    expect(out.split('\n').every((line) => line.length <= 80)).toBe(true);
  });

  it('says so when nothing is wrong', async () => {
    const { code, out } = await run(['sum(rate(sse_requests_total[5m]))']);
    expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining('Nothing looks wrong') });
  });

  it('ends with 1 where the server refuses the query', async () => {
    expect(await run(['sum(up'])).toMatchObject({ code: 1 });
    expect(await run(['up && up'])).toMatchObject({ code: 1, out: expect.stringContaining('up and up') });
  });

  it('shows labels of a hostile server as text', async () => {
    const bad = '\u001b[31mred';
    const server = await loopback((seen, response) => {
      if (seen.url.includes('/query')) {
        return success(response, { resultType: 'vector', result: [{ metric: { a: bad }, value: [1, '1'] }] });
      }
      return success(
        response,
        seen.url.includes('/targets') ? { activeTargets: [] } : seen.url.includes('/metadata') ? {} : [bad],
      );
    });
    try {
      const { out, err } = await runOn(server.url, ['a == 5']);
      expect(out + err).not.toContain('\u001b');
    } finally {
      await server.close();
    }
  });
});
