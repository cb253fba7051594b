import { afterEach, describe, expect, it } from 'vitest';
import { httpSource } from '../../src/source/http.ts';
import type { TlsOptions } from '../../src/source/http-options.ts';
import { testAuthority } from '../helpers/certificates.ts';
import { type Loopback, loopback, success } from '../helpers/loopback.ts';

const authority = testAuthority();
const { ca } = authority;
const CERTIFICATES = {
  server: authority.issue({ commonName: 'server', names: ['127.0.0.1', 'localhost'] }),
  stranger: authority.issue({ commonName: 'stranger', names: ['stranger.example.com'] }),
  expired: authority.issue({ commonName: 'expired', names: ['127.0.0.1'], validUntilMs: Date.now() - 3_600_000 }),
};
const client = authority.issue({ commonName: 'client' });

const open: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()));
});

async function serving(name: keyof typeof CERTIFICATES, extra: object = {}): Promise<Loopback> {
  const server = await loopback((_, response) => success(response, { resultType: 'scalar', result: [1, '1'] }), {
    ...CERTIFICATES[name],
    ...extra,
  });
  open.push(server);
  return server;
}

function ask(url: string, tls: TlsOptions = {}) {
  const source = httpSource({ url, tls, timeoutMs: 5_000 });
  open.push(source);
  return source.instant('1');
}

describe('TLS', () => {
  it('with the authority named', async () => {
    const server = await serving('server');
    expect((await ask(server.url, { ca })).data.kind).toBe('scalar');
    expect((await ask(server.url, { ca: async () => ca })).data.kind).toBe('scalar');
  });

  it('without any check, when asked for', async () => {
    const server = await serving('stranger');
    expect((await ask(server.url, { insecure: true })).data.kind).toBe('scalar');
  });

  it('with the name the certificate is for', async () => {
    const server = await serving('stranger');
    const tls = { ca, serverName: 'stranger.example.com' };
    expect((await ask(server.url, tls)).data.kind).toBe('scalar');
  });

  it('with a client certificate', async () => {
    const server = await serving('server', { requestCert: true, rejectUnauthorized: true, ca });
    const tls = { ca, ...client };
    expect((await ask(server.url, tls)).data.kind).toBe('scalar');
  });

  it.each<[string, keyof typeof CERTIFICATES, () => TlsOptions, RegExp, RegExp]>([
    [
      'an authority nobody knows',
      'server',
      () => ({}),
      /signed by an authority this machine does not know/,
      /--ca-file FILE.*--insecure/,
    ],
    ['a certificate for another name', 'stranger', () => ({ ca }), /is for another host name/, /server_name/],
    ['a certificate that has expired', 'expired', () => ({ ca }), /has expired/, /--insecure/],
    [
      'a version of TLS the server does not speak',
      'server',
      () => ({ ca, maxVersion: 'TLSv1.1' as const }),
      /no secure connection|refused the TLS handshake|TLS/,
      /./,
    ],
    [
      'a file that is no certificate',
      'server',
      () => ({ ca, cert: 'nonsense', key: 'nonsense' }),
      /no secure connection came about/,
      /--cert-file/,
    ],
  ])('refuses %s', async (_, name, tls, message, hint) => {
    const server = await serving(name);
    await expect(ask(server.url, tls())).rejects.toMatchObject({
      kind: 'tls',
      exitCode: 3,
      message: expect.stringMatching(message),
      hint: expect.stringMatching(hint),
    });
  });

  it('tells when the server wants a client certificate', async () => {
    const server = await serving('server', { requestCert: true, rejectUnauthorized: true, ca });
    await expect(ask(server.url, { ca })).rejects.toMatchObject({
      // TLS 1.3 tells it after the handshake: as an alert, or by closing the connection.
      kind: expect.stringMatching(/^(tls|reset)$/),
      hint: expect.stringContaining('--cert-file FILE --key-file FILE'),
    });
  });
});
