import { describe, expect, it } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { demoServer } from '../helpers/demo-server.ts';
import { fakeIo } from '../helpers/fake-io.ts';
import { json, loopback, success } from '../helpers/loopback.ts';

const ask = demoServer();
const run = (argv: readonly string[], options?: Parameters<typeof fakeIo>[0]) => ask(['metrics', ...argv], options);

async function runOn(url: string, argv: readonly string[]) {
  const io = fakeIo({ columns: 80 });
  return { code: await main(['metrics', ...argv, '-s', url], io), out: io.outText(), err: io.errText() };
}

type Inspected = {
  readonly metric: { readonly name: string };
  readonly series: number;
  readonly labels: readonly { readonly name: string; readonly values: number; readonly present: number }[];
  readonly tries: readonly { readonly query: string }[];
};

const inspect = async (name: string) => JSON.parse((await run([name, '--json'])).out) as Inspected;

describe('metrics on the history of the demo service', () => {
  it('lists every family once, with its type and what it tells', async () => {
    const { code, out } = await run([]);
    expect(code).toBe(0);
    expect(out).toMatch(/^sse_requests_total +counter\n {2}Requests that ended/m);
    expect(out).toMatch(/^sse_request_duration_seconds +histogram$/m);
    expect(out).toMatch(/^up +gauge\n {2}Whether the last scrape/m);
    expect(out).not.toContain('_bucket');
    expect(out.split('\n').every((line) => line.length <= 80)).toBe(true);
  });

  it('says what the data says: series, labels and their values', async () => {
    const { metric, series, labels } = await inspect('sse_request_duration_seconds');
    expect(metric.name).toBe('sse_request_duration_seconds');
    expect(labels.find(({ name }) => name === 'le')).toMatchObject({ values: 8, present: 48 });
    expect(series).toBe(60);
  });

  it.each([
    ['reqtot', 'sse_requests_total'],
    ['sse_request_duration_seconds_bucket', 'sse_request_duration_seconds'],
    ['circuit breaker state', 'sse_circuit_breaker_state'],
  ])('finds what "%s" means', async (text, name) => {
    expect((await inspect(text)).metric.name).toBe(name);
  });

  it('says what to do when nothing is found', async () => {
    expect(await run(['zebra'])).toMatchObject({
      code: 1,
      err: expect.stringContaining('See them all: prom-tutor metrics'),
    });
  });

  it.each([{ columns: 40 }, { columns: 120 }])('keeps to %o', async (options) => {
    const { out } = await run(['sse_requests_total'], options);
    const prose = out.split('\n').filter((line) => !line.includes('('));
    expect(prose.every((line) => line.length <= options.columns)).toBe(true);
  });
});

describe('metrics of a server', () => {
  it('shows names, labels and help texts of a hostile server as text', async () => {
    const bad = '\u001b[31mred\u0007';
    const server = await loopback((seen, response) => {
      if (seen.url.includes('/label/')) return success(response, ['a_total', bad]);
      if (seen.url.includes('/metadata'))
        return success(response, { a_total: [{ type: 'counter', help: bad, unit: bad }] });
      if (seen.url.includes('/series')) return success(response, [{ __name__: 'a_total', [bad]: bad }]);
      return json(response, { status: 'error', errorType: 'not_found', error: 'no targets here' }, 404);
    });
    try {
      const list = await runOn(server.url, []);
      const one = await runOn(server.url, ['a_total']);
      for (const { code, out } of [list, one]) {
        expect(code).toBe(0);
        expect(out).not.toContain('\u001b');
        expect(out).not.toContain('\u0007');
      }
      expect(one.out).toContain('rate(a_total[5m])');
    } finally {
      await server.close();
    }
  });
});

describe('metrics --raw', () => {
  const exposing = () =>
    loopback((_, response) => {
      response.setHeader('content-type', 'text/plain; version=0.0.4');
      response.end('# TYPE jobs_total counter\njobs_total{queue="\u001b[31m"} 3\nother 1\n');
    });

  it('shows what an address exposes, control characters as text', async () => {
    const server = await exposing();
    try {
      const { code, out, err } = await run(['--raw', `${server.url}/metrics`]);
      expect(code).toBe(0);
      expect(out).toContain('jobs_total{queue="');
      expect(out).toContain('# ^ A counter only grows');
      expect(out).not.toContain('\u001b');
      expect(err).toContain(`${server.url}/metrics`);
    } finally {
      await server.close();
    }
  });

  it.each<[string, readonly string[], number, string]>([
    ['nothing listens', ['http://127.0.0.1:1/metrics'], 3, 'connection refused'],
    ['recorded samples', ['--data', 'x.om'], 2, 'Leave one of them out'],
  ])('says what is wrong: %s', async (_, argv, code, said) => {
    const result = await run(['--raw', ...argv]);
    expect(result.code).toBe(code);
    expect(result.err).toContain(said);
  });
});
