import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { identityOf, type Owner } from '../../src/doctor/report-identity.ts';
import { redactor } from '../../src/doctor/report-redact.ts';
import { SEEDED } from '../helpers/hostile.ts';

const OWNER: Owner = { homeDir: '/home/grace', user: 'grace', hostname: 'turing.corp.example' };

const ENV = {
  HOME: '/home/grace',
  USER: 'grace',
  PROMETHEUS_TOKEN: 'tok-5ecret',
  PROMETHEUS_URL: 'https://ada:pa%2Fss@prom.corp.example:9443/prometheus?key=abc',
  HTTP_PROXY: 'http://hugo:swordfish@cache:3128',
  NO_PROXY: 'localhost,.intern.example,db7',
  DOCKER_HOST: 'ssh://linus@office-box',
  PROM_TUTOR_ORG_ID: 'team-blue',
};

describe('what strangers may see', () => {
  const redact = redactor(identityOf(ENV, OWNER, ['stack-token-1']));

  it.each([
    ['nobody answers on 127.0.0.1:9090', 'nobody answers on 127.0.0.1:9090'],
    ['http://localhost:9090 (the stack)', 'http://localhost:9090 (the stack)'],
    ['lookup sse-app on 127.0.0.11:53: no such host', 'lookup sse-app on 127.0.0.11:53: no such host'],
    ['image prom/prometheus:v3.5.3, node:22-alpine', 'image prom/prometheus:v3.5.3, node:22-alpine'],
    ['172.18.0.3 and 10.1.2.3 and 192.168.7.7', '172.18.0.3 and 10.1.2.3 and 192.168.7.7'],
    ['prometheus.yml:12 of 3.5.3 at 2026-11-23T01:08:00Z', 'prometheus.yml:12 of 3.5.3 at 2026-11-23T01:08:00Z'],
    ['Node.js 22.1.0 can run prom-tutor.', 'Node.js 22.1.0 can run prom-tutor.'],
    ['sum(increase(sse_requests_total[2m])) is 902', 'sum(increase(sse_requests_total[2m])) is 902'],
    ['https://docs.docker.com/compose/install/linux/', 'https://docs.docker.com/compose/install/linux/'],
    ['TERM=xterm, C.UTF-8', 'TERM=xterm, C.UTF-8'],
    ['export NO_PROXY=localhost,127.0.0.1', 'export NO_PROXY=localhost,127.0.0.1'],
  ])('leaves %j', (text, left) => {
    expect(redact(text)).toBe(left);
  });

  it.each([
    ['/home/grace/.local/state/prom-tutor', '~/.local/state/prom-tutor'],
    ['PATH=/home/alan/bin:/Users/mary/bin:/usr/bin', 'PATH=~/bin:~/bin:/usr/bin'],
    ['C:\\Users\\John Smith\\AppData\\Local', '~\\AppData\\Local'],
    ['"C:\\\\Users\\\\John\\\\x"', '"~\\\\x"'],
    ['/mnt/c/Users/John/x', '~/x'],
    ['\\\\fileserver\\home\\x', '\\\\<host>\\home\\x'],
    ['Authorization: Bearer abc.def', 'Authorization: <hidden> <hidden>'],
    ['{"password":"hunter2","up":1}', '{"password":<hidden>,"up":1}'],
    ['{"password":"hun\\"ter2","up":1}', '{"password":<hidden>,"up":1}'],
    ['body: "{\\"password\\":\\"hunter2\\",\\"up\\":1}"', 'body: "{\\"password\\":<hidden>,\\"up\\":1}"'],
    ['{"token":"hunter2 and what', '{"token":<hidden>'],
    ['Cookie: theme=dark; sid=hunter2', 'Cookie: <hidden>'],
    ['X-Scope-OrgID: team-a', 'X-Scope-OrgID: <hidden>'],
    ['PROMETHEUS_URL is prod.example:9090', 'PROMETHEUS_URL is <host>:9090'],
    ['asked as https://ada:pa%2Fss@prom.corp.example:9443/prometheus', 'asked as https://<host>:9443/prometheus'],
    ['cache refused, db7 too, and turing', '<host> refused, <host> too, and <host>'],
    ['getaddrinfo ENOTFOUND bigserver', 'getaddrinfo ENOTFOUND <host>'],
    ['Get "http://web01:8080/metrics?auth=1": EOF', 'Get "http://<host>:8080/metrics?auth=<hidden>": EOF'],
    ['dial tcp 203.0.113.9:9090: i/o timeout', 'dial tcp <address>:9090: i/o timeout'],
    ['dial tcp [2001:db8::1]:9090', 'dial tcp [<address>]:9090'],
    ['container 4f1c2b3a4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f70', 'container <hidden>'],
    ['stack-token-1 of grace', '<hidden> of <user>'],
    ['mail ada@corp.example', 'mail <email>'],
  ])('hides what is in %j', (text, left) => {
    expect(redact(text)).toBe(left);
  });

  it('lets nothing through that names somebody or opens something, wherever it stands', () => {
    fc.assert(
      fc.property(
        people,
        fc.array(fc.tuple(fc.nat(CONTEXTS.length - 1), glue, glue), { minLength: 1, maxLength: 6 }),
        (who, uses) => {
          const text = uses.map(([index, before, after]) => before + CONTEXTS[index]?.(who) + after).join('\n');
          const shown = redactor(identityOf(envOf(who), ownerOf(who), [who.token])).call(undefined, text);
          for (const [what, value] of Object.entries(who)) {
            expect({ what, found: shown.toLowerCase().includes(value.toLowerCase()) }).toEqual({ what, found: false });
            expect(shown).not.toContain(encodeURIComponent(value));
            expect(shown).not.toContain(btoa(value));
          }
        },
      ),
      SEEDED,
    );
  });
});

/** Somebody's names and secrets; none of them is a part of our own words. */
type Person = {
  readonly user: string;
  readonly host: string;
  readonly domain: string;
  readonly password: string;
  readonly token: string;
  readonly address: string;
};

const LETTERS = 'abcdefghijklmnopqrstuvwxyz'.split('');
const word = (min: number, max: number) =>
  fc.array(fc.constantFrom(...LETTERS), { minLength: min, maxLength: max }).map((all) => all.join(''));
/** Signs that programs escape, quote or split at; never a blank, which ends a value in every shell and header. */
const wild = fc
  .array(fc.constantFrom(...LETTERS, ...'ABCXYZ0189!$%&*+-./:;=?@^_~|()[]{}#,'.split('')), {
    minLength: 8,
    maxLength: 40,
  })
  .map((all) => `q${all.join('')}`);

const people: fc.Arbitrary<Person> = fc.record({
  user: word(4, 8).map((text) => `zq${text}`),
  host: word(4, 8).map((text) => `xk${text}`),
  domain: fc
    .tuple(word(4, 8), fc.constantFrom('com', 'io', 'corp', 'internal', 'de', 'co.uk'))
    .map(([name, end]) => `wj${name}.${end}`),
  password: wild,
  token: wild,
  address: fc
    .tuple(fc.integer({ min: 193, max: 223 }), fc.nat(255), fc.nat(255), fc.integer({ min: 100, max: 255 }))
    .map((parts) => parts.join('.')),
});

const glue = fc.constantFrom('', ' ', ': ', '"', "'", '(', ')', '\n', ', ', '; ', ' - ', 'at ', '`');

function envOf({ user, host, domain, password, token }: Person): Record<string, string> {
  return {
    USER: user,
    HOME: `/home/${user}`,
    HOSTNAME: host,
    PROMETHEUS_TOKEN: token,
    PROMETHEUS_PASSWORD: password,
    PROMETHEUS_URL: `https://${user}:${encodeURIComponent(password)}@prom.${domain}/x`,
  };
}

function ownerOf({ user, host }: Person): Owner {
  return { homeDir: `/home/${user}`, user, hostname: host };
}

/** Where a program, a server or a system writes such things. */
const CONTEXTS: readonly ((who: Person) => string)[] = [
  ({ user }) => `/home/${user}/.local/state`,
  ({ user }) => `/Users/${user}/Library`,
  ({ user }) => `C:\\Users\\${user}\\AppData`,
  ({ user }) => JSON.stringify({ path: `C:\\Users\\${user}\\x` }),
  ({ user, host }) => `${user}@${host}: permission denied`,
  ({ user, host }) => `ssh://${user}@${host}`,
  ({ user, password, domain }) => `http://${user}:${encodeURIComponent(password)}@prom.${domain}:9090/x`,
  ({ password }) => `--password ${password}`,
  ({ password }) => `password=${password}`,
  ({ token }) => `Authorization: Bearer ${token}`,
  ({ token }) => `{"token":${JSON.stringify(token)}}`,
  ({ token }) => `/api/v1/query?query=up&token=${encodeURIComponent(token)}`,
  ({ user, password }) => `Authorization: Basic ${btoa(`${user}:${password}`)}`,
  ({ token }) => btoa(token),
  ({ domain }) => `getaddrinfo ENOTFOUND prom.${domain}`,
  ({ domain }) => `certificate is for DNS:a.${domain}, DNS:*.${domain}`,
  ({ host }) => `dial tcp: lookup ${host} on 127.0.0.11:53: no such host`,
  ({ host }) => `http://${host}:9090/metrics`,
  ({ host }) => `instance ${host}:9100 is down`,
  ({ address }) => `dial tcp ${address}:443: i/o timeout`,
  ({ address }) => `http://${address}/`,
  ({ user }) => `owner ${user}, group ${user.toUpperCase()}`,
  ({ token }) => token,
  ({ password }) => password,
];
