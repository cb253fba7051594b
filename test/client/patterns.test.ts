import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PrometheusClient } from '../../src/client/index.ts';
import { codeBlocks, runExample } from '../helpers/doc-examples.ts';
import { type Loopback, loopback, success } from '../helpers/loopback.ts';
import { freePort } from '../helpers/prometheus.ts';

/** The patterns of docs/library.md and of the README, run as they stand there. */
const [contextManager = '', tryFinally = '', handler = '', timeRange = '', ...others] = codeBlocks('docs/library.md');

let server: Loopback;
beforeEach(async () => {
  server = await loopback((seen, response) => {
    if (seen.url === '/api/v1/query') {
      return success(response, { resultType: 'vector', result: [{ metric: {}, value: [1, '42'] }] });
    }
    const row = (provider: string, ...values: [number, string][]) => ({ metric: { provider }, values });
    const result = [row('openai', [1, '1'], [2, '2.5']), row('anthropic', [1, '3'])];
    success(response, { resultType: 'matrix', result });
  });
  process.env.PROM_TUTOR_URL = server.url;
});
afterEach(async () => {
  delete process.env.PROM_TUTOR_URL;
  await server.close();
});

describe('docs/library.md', () => {
  it('has the patterns this file runs, and no others', () => {
    expect(others).toEqual([]);
  });

  it.each([
    ['await using', contextManager],
    ['try and finally', tryFinally],
  ])('a client for one question, with %s', async (_, code) => {
    const { activeConnections } = await runExample<{ activeConnections(): Promise<number | undefined> }>(code);
    expect(await activeConnections()).toBe(42);
    expect(server.seen.map(({ params }) => params.get('query'))).toEqual(['sum(sse_active_connections)']);
  });

  it('a client handed to a request handler', async () => {
    const { adminServer } = await runExample<{ adminServer(client: PrometheusClient): Server }>(handler);
    const answerOf = async (client: PrometheusClient, path: string) => {
      const app = adminServer(client);
      await new Promise<void>((resolve) => app.listen(0, '127.0.0.1', () => resolve()));
      const answer = await fetch(`http://127.0.0.1:${(app.address() as AddressInfo).port}${path}`);
      const text = await answer.text();
      app.closeAllConnections();
      await new Promise((resolve) => app.close(resolve));
      return { status: answer.status, text };
    };
    expect(await answerOf(new PrometheusClient(), '/admin/metrics')).toEqual({
      status: 200,
      text: '{"active_connections":42}',
    });
    expect((await answerOf(new PrometheusClient(), '/')).status).toBe(404);
    const gone = `http://127.0.0.1:${await freePort()}`;
    expect(await answerOf(new PrometheusClient({ url: gone }), '/admin/metrics')).toEqual({
      status: 503,
      text: JSON.stringify({ error: `nothing listens at ${gone} (connection refused)` }),
    });
  });

  it('a range of time', async () => {
    const { requestRates } = await runExample<{ requestRates(): Promise<Map<string, number>> }>(timeRange);
    expect([...(await requestRates())]).toEqual([
      ['{provider="openai"}', 2.5],
      ['{provider="anthropic"}', 3],
    ]);
    const params = server.seen[0]?.params;
    expect(params?.get('step')).toBe('15');
    expect(Number(params?.get('end')) - Number(params?.get('start'))).toBe(3600);
  });
});

describe('README', () => {
  const blocks = codeBlocks('README.md');

  it('shows how to use the library', () => {
    expect(blocks.length).toBeGreaterThan(0);
  });

  /** The pieces of the README lean on a `client` and a `server` that stand around them. */
  it.each(blocks.map((code) => [code.trim().split('\n')[0], code]))('%s', async (_, code) => {
    const lines: unknown[][] = [];
    const listeners = new Map<string, (...args: unknown[]) => unknown>();
    const body = code.replace(/^import .*$/gm, '').replaceAll('http://localhost:9090', server.url);
    const { run } = await runExample<{ run(...args: readonly unknown[]): Promise<void> }>(
      `import { PrometheusClient } from 'prom-tutor';
       export async function run(console, server${/^(?:const|await using) client\b/m.test(code) ? '' : ', client'}) {
         ${body}
       }`,
    );
    const console = { log: (...words: unknown[]) => lines.push(words) };
    const app = { on: (event: string, listener: (...args: unknown[]) => unknown) => listeners.set(event, listener) };
    const client = new PrometheusClient();
    await run(console, app, client);
    const ended: unknown[] = [];
    await listeners.get('request')?.({}, { end: (text: unknown) => ended.push(text) });
    await listeners.get('close')?.();
    await client.close();
    if (code.includes('console.log')) expect(lines.length).toBeGreaterThan(0);
    if (listeners.has('request')) expect(ended).toEqual(['{"connections":42}']);
  });
});
