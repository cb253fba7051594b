import { describe, expect, it } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { demoServer } from '../helpers/demo-server.ts';
import { fakeIo } from '../helpers/fake-io.ts';
import { loopback, success } from '../helpers/loopback.ts';

const ask = demoServer();
const run = (argv: readonly string[], options?: Parameters<typeof fakeIo>[0]) => ask(['explain', ...argv], options);

async function runOn(url: string, argv: readonly string[]) {
  const io = fakeIo({ columns: 80 });
  return { code: await main(['explain', ...argv, '-s', url], io), out: io.outText(), err: io.errText() };
}

const P99 = 'histogram_quantile(0.99, sum by (provider, le) (rate(sse_request_duration_seconds_bucket[5m])))';

describe('explain', () => {
  it('says the query in a sentence and its parts as a tree', async () => {
    const { code, out } = await run([P99]);
    expect(code).toBe(0);
    expect(out.split('\n').slice(0, 2).join(' ')).toBe(
      'The 99th percentile of sse_request_duration_seconds over the last 5 minutes, per provider.',
    );
    expect(out).toMatch(/^histogram_quantile\(0\.99, …\) {2}3 series: provider 3/m);
    expect(out).toMatch(/^└─ sum by \(provider, le\) \(…\) {2}24 series: le 8, provider 3/m);
    expect(out).toContain('└─ sse_request_duration_seconds_bucket[5m]');
  });

  it.each([40, 60, 80, 120])('keeps its words to %i columns', async (columns) => {
    const { out } = await run(['rate(sse_errors_total[5m]) / rate(sse_requests_total[5m])'], { columns });
    expect(out.split('\n').filter((line) => line.length > columns)).toEqual([]);
  });

  it('numbers the parts in accessible output, without drawing', async () => {
    const { out } = await run([P99, '--accessible']);
    expect(out).toContain('Part 1.1.1.1: sse_request_duration_seconds_bucket[5m]');
    expect(out).not.toMatch(/[│└├\u001b]/);
  });

  it('draws with ASCII alone when asked to', async () => {
    const { out } = await run(['up / up', '--ascii']);
    expect(out.replaceAll('…', '')).toMatch(/^[\u0020-\u007e\n]*$/);
  });

  it('walks through the parts with their results', async () => {
    const { out } = await run(['up == 0 or vector(1)', '--step']);
    expect(out.match(/^Step \d of 4: .*/gm)).toEqual([
      'Step 1 of 4: up',
      'Step 2 of 4: up == 0',
      'Step 3 of 4: vector(1)',
      'Step 4 of 4: up == 0 or vector(1)',
    ]);
  });

  it('ends with 1 and the ways out where Prometheus refuses to match', async () => {
    const { code, out } = await run(['sse_app_info * on (job) rate(sse_requests_total[5m])']);
    expect(code).toBe(1);
    expect(out).toContain('refused: ');
    expect(out).toMatch(/1\. Add up /);
  });

  it('points at what cannot be read', async () => {
    expect(await run(['rate(up)'])).toMatchObject({
      code: 1,
      err: expect.stringContaining('expected type range vector'),
    });
  });

  it('shows labels of a hostile server as text', async () => {
    const bad = '\u001b[31mred';
    const server = await loopback((_, response) =>
      success(response, { resultType: 'vector', result: [{ metric: { [bad]: bad }, value: [1, '1'] }] }),
    );
    try {
      const { out } = await runOn(server.url, [`a{x="${bad}"} / b`]);
      expect(out).not.toContain('\u001b');
      expect(out).toContain('red');
    } finally {
      await server.close();
    }
  });
});
