import { afterEach, describe, expect, it } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { COOKBOOK } from '../../src/explorer/cookbook.ts';
import { fakeIo } from '../helpers/fake-io.ts';
import { type Answer, json, type Loopback, loopback, success } from '../helpers/loopback.ts';
import { freePort } from '../helpers/prometheus.ts';

const open: Loopback[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()));
});

async function serve(answer: Answer): Promise<string> {
  const server = await loopback(answer);
  open.push(server);
  return server.url;
}

async function run(argv: readonly string[], options: Parameters<typeof fakeIo>[0] = {}) {
  const io = fakeIo({ columns: 80, ...options });
  return { code: await main(['cookbook', ...argv, '--tz', 'UTC'], io), out: io.outText(), err: io.errText() };
}

const T = 1763816400;

/** One row for sums, a failing breaker, an unhappy percentile; the last hour for every range. */
const service: Answer = (seen, response) => {
  const query = seen.params.get('query') ?? '';
  if (seen.url.includes('range')) {
    const values = Array.from({ length: 20 }, (_, index) => [T - 3600 + index * 180, String(index)]);
    return success(response, { resultType: 'matrix', result: [{ metric: { provider: 'openai' }, values }] });
  }
  if (query.includes('anthropic')) return success(response, { resultType: 'vector', result: [] });
  if (query.includes('breaker')) {
    const result = ['0', '0', '2'].map((value, index) => ({ metric: { provider: `p${index}` }, value: [T, value] }));
    return success(response, { resultType: 'vector', result });
  }
  if (query.startsWith('histogram_quantile(0.99')) {
    return json(response, { status: 'error', errorType: 'execution', error: 'out of luck' }, 422);
  }
  if (query.startsWith('histogram')) {
    const result = ['0.5', 'NaN', '2.25'].map((value, index) => ({
      metric: { provider: `p${index}` },
      value: [T, value],
    }));
    return success(response, { resultType: 'vector', result });
  }
  return success(response, { resultType: 'vector', result: [{ metric: {}, value: [T, '8.25'] }] });
};

describe('cookbook', () => {
  it('lists all ten queries with their values', async () => {
    const { code, out } = await run(['-s', await serve(service)]);
    expect(code).toBe(0);
    const lines = out.split('\n');
    expect(lines.slice(0, 2)).toEqual([' 1  Request rate: 8.25 requests/s', '    sum(rate(sse_requests_total[5m]))']);
    expect(lines).toContain(' 4  P50 latency, the median: 3 rows, 0.5 to 2.25 seconds, 1 NaN');
    expect(lines).toContain(' 6  P99 latency: failed: out of luck');
    expect(lines).toContain(' 8  Circuit breaker status: 3 rows: 2 closed, 1 open');
    expect(lines).toContain('10  Anthropic error rate: no data');
    for (const { query } of COOKBOOK) expect(lines).toContain(`    ${query}`);
  });

  it.each(['3', 'error-percentage', 'percentage'])('shows one in full, found as %s', async (wanted) => {
    const { code, out } = await run([wanted, '-s', await serve(service)]);
    expect(code).toBe(0);
    expect(out).toMatch(/^3\. Error percentage\n {2}\(sum\(rate/);
    expect(out).toMatch(/\nShows: .*\n[\s\S]*\nMisleads: .*\n[\s\S]*\nBetter: .*\n/);
    expect(out.match(/8\.25 {2}\{\}/g)?.length).toBe(2);
    expect(out).toContain('The last hour of the better form');
  });

  it('names states, and draws no chart of them', async () => {
    const { out } = await run(['8', '-s', await serve(service)]);
    expect(out).toContain('2 open  p2');
    expect(out).not.toContain('The last hour');
  });

  it('writes JSON', async () => {
    const url = await serve(service);
    const all = JSON.parse((await run(['-s', url, '--json'])).out);
    expect(all.map(({ number }: { number: number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(all[0].now.data.result[0].value).toEqual([T, '8.25']);
    expect(all[5].now).toEqual({ status: 'error', error: 'out of luck' });
    const one = JSON.parse((await run(['1', '-s', url, '--json'])).out);
    expect(one).toMatchObject({
      slug: 'request-rate',
      better: { query: COOKBOOK[0].better.query, now: { status: 'success' } },
    });
  });

  it('reads well aloud', async () => {
    const { out } = await run(['-s', await serve(service), '--accessible']);
    expect(out).toContain(
      'Recipe 1 of 10: Request rate, now 8.25 requests/s\nQuery: sum(rate(sse_requests_total[5m]))\n',
    );
    expect(out).not.toContain('\x1b');
  });

  it('asks about the moment that was typed', async () => {
    const times = new Set<string | null>();
    const url = await serve((seen, response) => {
      times.add(seen.params.get('time'));
      service(seen, response);
    });
    await run(['--time', String(T), '-s', url]);
    expect([...times]).toEqual([String(T)]);
  });

  it('says so when the server knows nothing of the service', async () => {
    const url = await serve((_, response) => success(response, { resultType: 'vector', result: [] }));
    const { code, err } = await run(['-s', url]);
    expect(code).toBe(0);
    expect(err).toBe('note: This server has no data of the demo service. To start it: prom-tutor start\n');
  });

  it('shows the queries without their values when nothing answers, and says why', async () => {
    const { code, out, err } = await run(['-s', `http://127.0.0.1:${await freePort()}`]);
    expect(code).toBe(3);
    expect(out).toContain(' 1  Request rate\n    sum(rate(sse_requests_total[5m]))');
    expect(err).toMatch(/^error: nothing listens at/);
  });

  it.each(['99', '0', '11'])('refuses the number %s and says which there are', async (wanted) => {
    const { code, out, err } = await run([wanted]);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(`the cookbook has no query ${wanted}: its queries are numbered 1 to 10`);
  });

  it.each([
    ['nothing', 'Give a number from 1 to 10'],
    ['latency', 'Did you mean p50 or p95 or p99?'],
    ['p9x', 'Did you mean'],
  ])('refuses %s and helps', async (wanted, hint) => {
    const { code, err } = await run([wanted]);
    expect(code).toBe(2);
    expect(err).toContain(`the cookbook has no query "${wanted}"`);
    expect(err).toContain(hint);
  });
});
