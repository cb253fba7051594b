import { afterEach, describe, expect, it } from 'vitest';
import { httpSource } from '../../src/source/http.ts';
import type { OAuth2Options } from '../../src/source/http-options.ts';
import { type Answer, json, loopback, vectorOf } from '../helpers/loopback.ts';
import { freePort } from '../helpers/prometheus.ts';

const open: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()));
});

/** A token server, a Prometheus that takes the tokens named, and a source with a clock the test moves. */
async function setUp(
  answerToken: Answer,
  accepts: (authorization: string) => boolean,
  oauth2: Partial<OAuth2Options> = {},
) {
  const tokens = await loopback(answerToken);
  const prometheus = await loopback((seen, response) =>
    accepts(seen.headers.authorization ?? '')
      ? vectorOf(response, {})
      : response.writeHead(401, { 'www-authenticate': 'Bearer' }).end('Unauthorized'),
  );
  const clock = { ms: 0 };
  const source = httpSource({
    url: prometheus.url,
    timeoutMs: 2_000,
    monotonicMs: () => clock.ms,
    auth: {
      kind: 'oauth2',
      oauth2: {
        clientId: 'id:1',
        clientSecret: async () => 'hunter2',
        tokenUrl: `${tokens.url}/token`,
        scopes: ['metrics', 'read'],
        endpointParams: { audience: 'prom' },
        ...oauth2,
      },
    },
  });
  open.push(source, prometheus, tokens);
  return { tokens, prometheus, source, clock };
}

const fresh = (): Answer => {
  let count = 0;
  return (_, response) => json(response, { access_token: `t${++count}`, token_type: 'Bearer', expires_in: 60 });
};

describe('OAuth 2.0', () => {
  it('gets a token with the client credentials, and keeps it until shortly before it ends', async () => {
    const { tokens, prometheus, source, clock } = await setUp(fresh(), (auth) => auth.startsWith('Bearer t'));
    await source.instant('up');
    await source.instant('up');
    clock.ms = 49_000;
    await source.instant('up');
    clock.ms = 51_000;
    await source.instant('up');
    expect(prometheus.seen.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer t1',
      'Bearer t1',
      'Bearer t1',
      'Bearer t2',
    ]);
    expect(tokens.seen[0]?.headers.authorization).toBe(`Basic ${Buffer.from('id%3A1:hunter2').toString('base64')}`);
    expect(Object.fromEntries(tokens.seen[0]?.params ?? [])).toEqual({
      grant_type: 'client_credentials',
      scope: 'metrics read',
      audience: 'prom',
    });
  });

  it('puts the credentials into the form for servers that want them there', async () => {
    const { tokens, source } = await setUp(
      (seen, response) =>
        seen.params.get('client_secret') === 'hunter2'
          ? json(response, { access_token: 't', token_type: 'bearer' })
          : json(response, { error: 'invalid_client' }, 401),
      () => true,
    );
    await source.instant('up');
    expect(tokens.seen).toHaveLength(2);
    expect(tokens.seen[1]?.params.get('client_id')).toBe('id:1');
    expect(tokens.seen[1]?.headers.authorization).toBeUndefined();
  });

  it('gets a new token once when the server refuses the one it has', async () => {
    const { tokens, prometheus, source } = await setUp(fresh(), (auth) => auth === 'Bearer t1' || auth === 'Bearer t2');
    await source.instant('up');
    const { tokens: others, source: refused } = await setUp(fresh(), (auth) => auth === 'Bearer t2');
    await refused.instant('up');
    expect(others.seen).toHaveLength(2);
    expect([tokens.seen.length, prometheus.seen.length]).toEqual([1, 1]);
  });

  it('tells a refusal that a new token does not change', async () => {
    const { tokens, source } = await setUp(fresh(), () => false);
    await expect(source.instant('up')).rejects.toMatchObject({ kind: 'auth', status: 401 });
    expect(tokens.seen).toHaveLength(2);
  });

  it.each<[string, Answer, RegExp]>([
    [
      'a refusal',
      (_, response) => json(response, { error: 'invalid_client', error_description: 'who?' }, 401),
      /no OAuth 2\.0 token: http:\/\/127.*\/token answered with status 401: invalid_client: who\?/,
    ],
    [
      'a web page',
      (_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>'),
      /status 200: it holds no access_token/,
    ],
    ['a broken server', (_, response) => response.writeHead(500).end('oops'), /status 500: oops/],
  ])('tells %s of the token server', async (_, answer, message) => {
    const { prometheus, source } = await setUp(answer, () => true);
    const error = await source.instant('up').catch((thrown) => thrown);
    expect(error).toMatchObject({ kind: 'auth', message: expect.stringMatching(message) });
    expect(`${error.message}${error.hint}`).not.toContain('hunter2');
    expect(prometheus.seen).toEqual([]);
  });

  it('tells when there is no token server', async () => {
    const port = await freePort();
    const { source } = await setUp(fresh(), () => true, { tokenUrl: `http://127.0.0.1:${port}/token` });
    await expect(source.instant('up')).rejects.toMatchObject({
      kind: 'refused',
      message: `no OAuth 2.0 token: nothing listens at http://127.0.0.1:${port}/token (connection refused)`,
    });
  });

  it('counts a token server that never answers against the question', async () => {
    const { source } = await setUp(
      () => undefined,
      () => true,
    );
    await expect(source.instant('up')).rejects.toMatchObject({ kind: 'timeout' });
  });
});
