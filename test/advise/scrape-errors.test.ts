import { describe, expect, it } from 'vitest';
import { explainLastError } from '../../src/advise/scrape-errors.ts';

/** Texts of a running Prometheus 3.5.3, gathered by scrape-errors.real.test.ts; the last ones from older and other versions. */
const CASES: readonly (readonly [kind: string, lastError: string, scrapeUrl: string])[] = [
  [
    'refused',
    'Get "http://sse-app:8000/metrics": dial tcp 172.18.0.3:8000: connect: connection refused',
    'http://sse-app:8000/metrics',
  ],
  [
    'localhost-in-container',
    'Get "http://localhost:8000/metrics": dial tcp 127.0.0.1:8000: connect: connection refused',
    'http://localhost:8000/metrics',
  ],
  [
    'localhost-in-container',
    'Get "http://[::1]:8000/metrics": dial tcp [::1]:8000: connect: connection refused',
    'http://[::1]:8000/metrics',
  ],
  [
    'no-such-host',
    'Get "http://sse-ap:8000/metrics": dial tcp: lookup sse-ap on 127.0.0.11:53: no such host',
    'http://sse-ap:8000/metrics',
  ],
  [
    'no-such-host',
    'Get "http://sse-ap:8000/metrics": dial tcp: lookup sse-ap on 127.0.0.11:53: server misbehaving',
    'http://sse-ap:8000/metrics',
  ],
  [
    'no-route',
    'Get "http://10.0.0.9:8000/metrics": dial tcp 10.0.0.9:8000: connect: no route to host',
    'http://10.0.0.9:8000/metrics',
  ],
  ['not-found', 'server returned HTTP status 404 Not Found', 'http://sse-app:8000/metric'],
  ['auth', 'server returned HTTP status 401 Unauthorized', 'http://sse-app:8000/metrics'],
  ['auth', 'server returned HTTP status 403 Forbidden', 'http://sse-app:8000/metrics'],
  ['server-error', 'server returned HTTP status 500 Internal Server Error', 'http://sse-app:8000/metrics'],
  ['server-error', 'server returned HTTP status 503 Service Unavailable', 'http://sse-app:8000/metrics'],
  ['http-status', 'server returned HTTP status 429 Too Many Requests', 'http://sse-app:8000/metrics'],
  ['redirects', 'Get "/metrics": stopped after 10 redirects', 'http://sse-app:8000/metrics'],
  [
    'http-on-https',
    'Get "https://sse-app:8000/metrics": http: server gave HTTP response to HTTPS client',
    'https://sse-app:8000/metrics',
  ],
  [
    'https-on-http',
    'Get "http://a:22/metrics": net/http: HTTP/1.x transport connection broken: malformed HTTP response "SSH-2.0-x"',
    'http://a:22/metrics',
  ],
  [
    'tls',
    'Get "https://a:8443/metrics": tls: failed to verify certificate: x509: certificate signed by unknown authority',
    'https://a:8443/metrics',
  ],
  ['timeout', 'Get "http://sse-app:8000/metrics": context deadline exceeded', 'http://sse-app:8000/metrics'],
  [
    'timeout',
    'context deadline exceeded (Client.Timeout or context cancellation while reading body)',
    'http://sse-app:8000/metrics',
  ],
  [
    'timeout',
    'Get "http://10.0.0.9:8000/metrics": dial tcp 10.0.0.9:8000: i/o timeout',
    'http://10.0.0.9:8000/metrics',
  ],
  [
    'reset',
    'Get "http://a:8000/metrics": read tcp 10.0.0.1:58284->10.0.0.2:8000: read: connection reset by peer',
    'http://a:8000/metrics',
  ],
  ['cut-off', 'Get "http://a:8000/metrics": EOF', 'http://a:8000/metrics'],
  ['cut-off', 'unexpected EOF', 'http://a:8000/metrics'],
  [
    'content-type',
    'received unsupported Content-Type "text/html" and no fallback_scrape_protocol specified for target',
    'http://a:8000/',
  ],
  [
    'no-content-type',
    'non-compliant scrape target sending blank Content-Type and no fallback_scrape_protocol specified for target',
    'http://a:8000/metrics',
  ],
  [
    'no-content-type',
    'cannot parse Content-Type "text/plain; version=0.0.4, charset=utf-8" and no fallback_scrape_protocol for target\nmime: invalid media parameter',
    'http://a:8000/metrics',
  ],
  ['html', 'expected a valid start token, got "<" ("INVALID") while parsing: "<"', 'http://a:8000/metrics'],
  ['html', '"INVALID" is not a valid start token', 'http://a:8000/metrics'],
  ['no-eof', 'data does not end with # EOF', 'http://a:8000/metrics'],
  ['limit', 'sample limit exceeded', 'http://a:8000/metrics'],
  ['limit', 'body size limit exceeded', 'http://a:8000/metrics'],
  [
    'limit',
    'label_value_length_limit exceeded (metric: x, label name: cmdline, value: "y", length: 4478, limit: 200)',
    'http://a:8000/metrics',
  ],
  [
    'unreadable',
    'expected next entry after timestamp, got "3\\n" ("TIMESTAMP") while parsing: "a 1 2 3\\n"',
    'http://a:8000/metrics',
  ],
  ['unreadable', 'strconv.ParseFloat: parsing "abc": invalid syntax while parsing: "a abc"', 'http://a:8000/metrics'],
  ['bad-address', '"http://sse-app:8000" is not a valid hostname', 'http://http://sse-app:8000/metrics'],
  ['other', 'the cat sat on the cable', 'http://a:8000/metrics'],
];

describe('explainLastError', () => {
  it.each(CASES)('%s: %s', (kind, lastError, scrapeUrl) => {
    const trouble = explainLastError(lastError, scrapeUrl, 'unknown');
    expect(trouble.kind).toBe(kind);
    expect(trouble.sentence).toMatch(/^\S.*\.$/);
    expect(trouble.sentence).not.toContain('undefined');
    expect(trouble.advice.length).toBeGreaterThan(20);
  });

  it('talks of containers only where Prometheus may run in one', () => {
    const text = 'Get "http://127.0.0.1:8000/metrics": dial tcp 127.0.0.1:8000: connect: connection refused';
    const kindIn = (place: 'container' | 'here' | 'unknown') =>
      explainLastError(text, 'http://127.0.0.1:8000/metrics', place).kind;
    expect([kindIn('container'), kindIn('here'), kindIn('unknown')]).toEqual([
      'localhost-in-container',
      'refused',
      'localhost-in-container',
    ]);
  });

  it('does not claim a container where it cannot know of one', () => {
    const text = 'Get "http://127.0.0.1:8000/metrics": dial tcp 127.0.0.1:8000: connect: connection refused';
    const trouble = explainLastError(text, 'http://127.0.0.1:8000/metrics', 'unknown');
    expect(trouble.sentence).toContain('the program is not running, or Prometheus is in a container');
    expect(trouble.advice).toMatch(/^Start the program/);
  });

  it('names the address, the path and the status it is about', () => {
    const at = (text: string) => explainLastError(text, 'http://shop:81/stats', 'container').sentence;
    expect(at('server returned HTTP status 404 Not Found')).toContain('shop:81 answers, but has no page /stats');
    expect(at('server returned HTTP status 403 Forbidden')).toContain('(403)');
    expect(at('received unsupported Content-Type "text/html" and no …')).toContain('text/html');
  });

  it('survives an address that is no URL', () => {
    expect(explainLastError('connection refused', '', 'here').kind).toBe('refused');
  });
});

it('names an address that a server made up as one word of a shell', () => {
  const { advice } = explainLastError('odd', 'http://x/$(id); rm -rf ~', 'unknown');
  expect(advice).toContain("curl -v 'http://x/$(id); rm -rf ~'");
});
