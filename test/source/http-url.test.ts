import { describe, expect, it } from 'vitest';
import { UnavailableError } from '../../src/model/errors.ts';
import { parseServerUrl } from '../../src/source/http-url.ts';

describe('parseServerUrl', () => {
  it.each([
    ['http://localhost:9090', 'http://localhost:9090'],
    ['localhost:9090', 'http://localhost:9090'],
    ['LOCALHOST:9090/', 'http://localhost:9090'],
    ['127.0.0.1:9090', 'http://127.0.0.1:9090'],
    ['[::1]:9090', 'http://[::1]:9090'],
    [':9090', 'http://localhost:9090'],
    ['  example.com/prom/  ', 'http://example.com/prom'],
    ['//example.com', 'http://example.com'],
    ['example.com:443/prom', 'https://example.com'.concat('/prom')],
    ['http:example.com', 'http://example.com'],
    ['https://example.com:443', 'https://example.com'],
    ['HTTPS://Example.com/Prometheus', 'https://example.com/Prometheus'],
    ['http://vm:8481/select/0/prometheus/', 'http://vm:8481/select/0/prometheus'],
    ['http://h:9090/graph?g0.expr=up', 'http://h:9090'],
    ['http://h:9090/p/classic/graph?g0.expr=up', 'http://h:9090/p'],
    ['http://h:9090/query?g0.expr=up', 'http://h:9090'],
    ['http://h:9090/graph', 'http://h:9090/graph'],
    ['http://localhost:9090/api/v1/query?query=up', 'http://localhost:9090'],
    ['http://localhost:9090/prom/api/v1/', 'http://localhost:9090/prom'],
    ['http://h/#x', 'http://h'],
    ['prometheus', 'http://prometheus'],
  ])('reads %j as %s', (text, base) => {
    expect(parseServerUrl(text)).toEqual({ base, origin: new URL(base).origin });
  });

  it.each([
    ['http://me:secret@h:1/p', { base: 'http://h:1/p', username: 'me', password: 'secret' }],
    ['me:se%40cret@h:1', { base: 'http://h:1', username: 'me', password: 'se@cret' }],
    ['http://me@h', { base: 'http://h', username: 'me' }],
    ['http://me:100%@h', { base: 'http://h', username: 'me', password: '100%' }],
  ])('takes the credentials out of %s', (text, expected) => {
    expect(parseServerUrl(text)).toMatchObject(expected);
  });

  it.each([
    '',
    ' ',
    'http://',
    'ftp://h',
    'file:///etc/passwd',
    'http://h:99999',
    'a b',
    'http://me:secret@h:x',
    '::1',
  ])('refuses %j without showing a password', (text) => {
    try {
      expect.fail(`read as ${parseServerUrl(text).base}`);
    } catch (error) {
      expect(error).toBeInstanceOf(UnavailableError);
      expect(error).toMatchObject({ kind: 'bad-url', hint: expect.stringContaining('http://localhost:9090') });
      expect(JSON.stringify([(error as Error).message, (error as UnavailableError).url])).not.toContain('secret');
    }
  });
});
