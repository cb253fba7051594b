import { describe, expect, it } from 'vitest';
import { refusal } from '../../src/server/guard.ts';

describe('who is served', () => {
  it.each([
    ['GET', 'localhost:9090', undefined, true],
    ['GET', '127.0.0.1:9090', undefined, true],
    ['GET', '127.1.2.3', undefined, true],
    ['GET', '[::1]:9090', undefined, true],
    ['GET', 'LOCALHOST:1', undefined, true],
    ['GET', 'prometheus:9090', undefined, true],
    ['GET', 'evil.example:9090', undefined, false],
    ['GET', '127.0.0.1.evil.example', undefined, false],
    ['GET', 'localhost.evil.example', undefined, false],
    ['GET', '10.0.0.1:9090', undefined, false],
    ['GET', 'localhost@evil.example', undefined, false],
    ['GET', '', undefined, false],
    ['GET', 'localhost', 'https://evil.example', true],
    ['POST', 'localhost', undefined, true],
    ['POST', 'localhost', 'http://localhost:3000', true],
    ['POST', 'localhost', 'https://evil.example', false],
    ['DELETE', 'localhost', 'null', false],
  ])('%s Host %j Origin %j: %s', (method, host, origin, served) => {
    const headers = new Headers({ host, ...(origin === undefined ? {} : { origin }) });
    const request = { method, headers } as Request;
    const reason = refusal(request, new URL('http://localhost/'), ['prometheus']);
    expect(reason === undefined).toBe(served);
  });
});
