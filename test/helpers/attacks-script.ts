import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { main } from '../../src/cli/main.ts';
import { fakeIo } from './fake-io.ts';

/** A command line that would like to take all memory or time, and the words that have to come of it. */
type Attack = {
  readonly name: string;
  readonly argv: (url: string) => readonly string[];
  readonly input?: string;
  readonly code: number;
  readonly says: RegExp;
};

/** What came of one, a line of JSON each on stdout: run in a process of its own, with little memory. */
export type AttackOutcome = {
  readonly name: string;
  readonly held: boolean;
  readonly code: number;
  readonly said: string;
};

const DEEP = 10_000;
const nested = (open: string, close: string) => `${open.repeat(DEEP)}up${close.repeat(DEEP)}`;

const DEEP_QUERIES: Readonly<Record<string, string>> = {
  parentheses: nested('(', ')'),
  aggregations: nested('sum(', ')'),
  functions: nested('abs(', ')'),
  signs: `${'-'.repeat(DEEP)}up`,
  operators: `up${' + up'.repeat(DEEP)}`,
  subqueries: `up${'[1m:]'.repeat(DEEP)}`,
  'open parentheses': '('.repeat(DEEP),
};

const ON_QUERIES: readonly (readonly string[])[] = [
  ['format'],
  ['explain', '--data', '-'],
  ['lint', '--offline'],
  ['query', '--data', '-'],
  ['why', '--data', '-'],
];

const DUMP = `up{a="${'a'.repeat(5_000)}!"} 1\n`;
const data = ['--data', '-'];

const ATTACKS: readonly Attack[] = [
  ...Object.entries(DEEP_QUERIES).flatMap(([what, query], index) =>
    // Every command meets some, and `format` all of them.
    ON_QUERIES.filter((_, at) => at === 0 || (index + at) % 3 === 0).map(
      ([command = '', ...options]): Attack => ({
        name: `${command} of ${DEEP} ${what}`,
        argv: () => [command, ...options, '--', query],
        input: DUMP,
        code: 1,
        says: /nests too deeply|too many operators|more than|only allowed on instant vector|unclosed|open at the end/,
      }),
    ),
  ),
  ...Object.entries(DEEP_QUERIES).map(
    ([what, query]): Attack => ({
      name: `completing ${DEEP} ${what}`,
      argv: (url) => ['__complete', 'bash', `prom-tutor query -s ${url} '${query}`],
      code: 0,
      says: /^words/,
    }),
  ),
  ...['(a+)+$', '(a|a)*$', '(a|aa)+$', '(.*a){20}', '([a-zA-Z]+)*b', '(?:a*)*b'].flatMap((pattern): Attack[] => [
    {
      name: `a matcher ${pattern}`,
      argv: () => ['query', `up{a=~"${pattern}"} or vector(7)`, '-o', 'raw', ...data],
      input: DUMP,
      code: 0,
      says: /^[17]/m,
    },
    {
      name: `label_replace with ${pattern}`,
      argv: () => ['query', `label_replace(up, "b", "$1", "a", "${pattern}") * 0 + 7`, '-o', 'raw', ...data],
      input: DUMP,
      code: 0,
      says: /^7$/m,
    },
  ]),
  {
    name: 'a pattern that repeats repeats',
    argv: () => ['query', 'up{a=~"((a{1000}){1000}){1000}"}', ...data],
    input: DUMP,
    code: 1,
    says: /invalid repeat count|too large/,
  },
  ...['up[100y:1ms]', 'up[10y:1ms]'].map(
    (selector): Attack => ({
      name: `a subquery of more than 10^9 points, ${selector}`,
      argv: () => ['query', `count_over_time(${selector})`, ...data],
      input: DUMP,
      code: 1,
      says: /too many samples/,
    }),
  ),
  {
    name: 'a range of more than 10^9 points',
    argv: () => ['query', 'up', '--range', '10y', '--step', '1ms', ...data],
    input: DUMP,
    code: 2,
    says: /11,?000 points/,
  },
  ...['a', ' ', '(', '"', '{', 'rate(', 'up{a="', '# ', '\\', '[5m', 'by ('].map(
    (piece): Attack => ({
      name: `lint of ${JSON.stringify(piece)} again and again`,
      argv: () => ['lint', '--offline', '-'],
      input: piece.repeat(20_000 / piece.length),
      code: -1,
      says: /\S/,
    }),
  ),
  {
    name: 'a search with an endless word',
    argv: () => ['metrics', 'u'.repeat(100_000), ...data],
    input: DUMP,
    code: 1,
    says: /none of the/,
  },
  ...['gzip', 'deflate', 'br', 'gzip, gzip'].map(
    (coding): Attack => ({
      name: `an answer that unpacks a thousandfold, ${coding}`,
      argv: (url) => ['query', 'up', '-s', `${url}/${encodeURIComponent(coding)}`, '--max-response', '1MB'],
      code: 3,
      says: /larger than|more than|encoding/,
    }),
  ),
  {
    name: 'an answer that never ends',
    argv: (url) => ['query', 'up', '-s', `${url}/endless`, '--max-response', '1MB'],
    code: 3,
    says: /larger than|more than/,
  },
  {
    name: 'an answer nested ten thousand deep',
    argv: (url) => ['query', 'up', '-s', `${url}/deep`],
    code: 3,
    says: /error:/,
  },
  ...(process.env.PROM_TUTOR_VERIFY === '1' ? (['table', 'json', 'raw'] as const) : []).map(
    (format): Attack => ({
      name: `a million series as ${format}`,
      argv: (url) => ['query', 'up', '-s', `${url}/million`, '-o', format, '--time', '1763800005'],
      code: 0,
      says: /\S/,
    }),
  ),
];

const MILLION = 1_000_000;

/** A server that means harm, at a path for each way of it. */
async function harmful(): Promise<{ readonly url: string; close(): void }> {
  const spaces = Buffer.concat([Buffer.alloc(64 * 1024 * 1024, ' '), Buffer.from('{}')]);
  const packed: Readonly<Record<string, () => Buffer>> = {
    gzip: () => gzipSync(spaces),
    deflate: () => deflateSync(spaces),
    br: () => brotliCompressSync(spaces, { params: { 1: 1 } }),
    'gzip, gzip': () => gzipSync(gzipSync(spaces)),
  };
  const server = createServer(async (request, response) => {
    request.resume();
    const first = decodeURIComponent((request.url ?? '').split('/')[1] ?? '');
    const bomb = packed[first];
    response.setHeader('content-type', 'application/json');
    response.on('error', () => undefined);
    if (bomb !== undefined) response.writeHead(200, { 'content-encoding': first }).end(bomb());
    else if (first === 'deep') response.end(`{"status":"success","data":${'['.repeat(100_000)}`);
    else if (first === 'endless') {
      const more = () => {
        while (!response.destroyed && response.write(' '.repeat(65_536)));
      };
      response.on('drain', more);
      more();
    } else if (first === 'million') {
      response.write('{"status":"success","data":{"resultType":"vector","result":[');
      for (let at = 0; at < MILLION && !response.destroyed; at += 1_000) {
        const rows = Array.from({ length: 1_000 }, (_, n) => `{"metric":{"i":"${at + n}"},"value":[1763800005,"1"]}`);
        const room = response.write(`${at === 0 ? '' : ','}${rows.join(',')}`);
        if (!room) await new Promise((resolve) => setImmediate(resolve));
      }
      response.end(']}}');
    } else response.end('{"status":"success","data":[]}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Runs them all and writes a line for each. */
async function attack(): Promise<void> {
  const only = process.argv[2] ?? '';
  const { url, close } = await harmful();
  for (const { name, argv, input = '', code, says } of ATTACKS) {
    if (!name.includes(only)) continue;
    const io = fakeIo({ input, columns: 80, env: { XDG_STATE_HOME: '/nonexistent', XDG_CONFIG_HOME: '/nonexistent' } });
    const got = await main([...argv(url)], io);
    const out = io.outText();
    const said = `${io.errText().slice(0, 400)}${out.slice(0, 400)}`;
    const held = (code === -1 || got === code) && says.test(said) && !said.includes('internal error');
    const outcome: AttackOutcome = { name, held, code: got, said: said.slice(0, 300) };
    process.stdout.write(`${JSON.stringify(outcome)}\n`);
  }
  close();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await attack();
