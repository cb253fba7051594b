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
  it.each([
    ['a metric that does not exist', 'sse_request_total', 'M23'],
    ['a label that does not exist', 'sse_requests_total{vendor="openai"}', 'M23'],
    ['a value in another case', 'sse_requests_total{provider="OpenAI"}', 'M23'],
    ['a pattern with =', 'sse_requests_total{provider="openai|anthropic"}', 'M22'],
    ['a pattern for a part of the value', 'sse_requests_total{provider=~"open"}', 'M22'],
    ['a window without two samples', 'rate(sse_requests_total[15s])', 'M06'],
    ['sides with other labels', 'rate(sse_errors_total[5m]) / rate(sse_requests_total[5m])', 'M16'],
    [
      'sides grouped differently',
      'sum(rate(sse_errors_total[5m])) / sum by (provider) (rate(sse_requests_total[5m]))',
      'M16',
    ],
    ['le aggregated away', 'histogram_quantile(0.9, sum(rate(sse_request_duration_seconds_bucket[5m])))', 'M11'],
    ['the bare name of a histogram', 'histogram_quantile(0.9, rate(sse_request_duration_seconds[5m]))', 'M12'],
    ['a comparison that nothing passes', 'up == 5', 'M20'],
    ['a rate of a gauge', 'rate(sse_active_connections[5m])', 'M02'],
    ['a window that is missing', 'rate(sse_requests_total)', 'M04'],
  ])('finds %s', async (_, query, id) => {
    const { out } = await run([query, '--json']);
    const { findings } = JSON.parse(out.split('\n')[0] ?? '') as Answer;
    expect(findings.map((finding) => finding.id)).toEqual([id]);
    for (const { fix } of findings) if (fix !== undefined) expect(parse(fix.query).kind).toBe('ok');
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
