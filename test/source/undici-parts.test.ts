import { createRequire } from 'node:module';
import * as whole from 'undici';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Agent, errors, request } from '../../src/source/undici-parts.ts';
import { type Loopback, loopback } from '../helpers/loopback.ts';

const manifest = createRequire(import.meta.url)('../../package.json') as { dependencies: Record<string, string> };

let server: Loopback;
beforeEach(async () => {
  server = await loopback((seen, response) => response.writeHead(200, { 'x-url': seen.url }).end(seen.body));
});
afterEach(() => server.close());

describe('the parts of undici that are loaded by themselves', () => {
  it('are those of its index', () => {
    expect(Agent).toBe(whole.Agent);
    expect(errors.HTTPParserError).toBe(whole.errors.HTTPParserError);
    expect(errors.UndiciError).toBe(whole.errors.UndiciError);
  });

  it.each([
    ['/api?a=1&b=%20', { method: 'GET' as const }],
    ['/a%2Fb', { method: 'POST' as const, body: 'x=1' }],
    ['', { method: 'GET' as const, headers: { a: ['1', '2'] } }],
  ])('ask as its request does: %s', async (path, options) => {
    const dispatcher = new Agent();
    const answers = [
      await request(`${server.url}${path}`, { ...options, dispatcher }),
      await whole.request(`${server.url}${path}`, { ...options, dispatcher }),
    ];
    const [ours, theirs] = await Promise.all(
      answers.map(async ({ statusCode, headers, body }) => ({
        statusCode,
        url: headers['x-url'],
        body: await body.text(),
      })),
    );
    await dispatcher.close();
    expect(ours).toEqual(theirs);
    const [first, second] = server.seen;
    expect({ ...first?.headers, body: first?.body }).toEqual({ ...second?.headers, body: second?.body });
  });

  it('work with a dispatcher of somebody else', async () => {
    const mock = new whole.MockAgent();
    mock.disableNetConnect();
    mock.get('http://a.example.org').intercept({ path: '/x?y=1' }).reply(200, 'mocked');
    const { body } = await request('http://a.example.org/x?y=1', { method: 'GET', dispatcher: mock });
    expect(await body.text()).toBe('mocked');
  });

  it('are pinned to the minor version whose files these are', () => {
    expect(manifest.dependencies.undici).toMatch(/^~/);
  });
});
