import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { Interrupted } from '../../src/model/errors.ts';
import { type FakeIo, fakeIo } from '../helpers/fake-io.ts';
import { expectClean } from '../helpers/hostile.ts';
import { type Answer, json, type Loopback, loopback, success } from '../helpers/loopback.ts';
import { freePort } from '../helpers/prometheus.ts';
import { styleOf } from '../helpers/styles.ts';

const open: { close(): unknown }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()));
});

async function serve(answer: Answer): Promise<Loopback> {
  const server = await loopback(answer);
  open.push(server);
  return server;
}

type Ran = { readonly code: number; readonly out: string; readonly err: string };

async function run(argv: readonly string[], options: Parameters<typeof fakeIo>[0] = {}): Promise<Ran> {
  const io = fakeIo(options);
  const code = await main(argv, io);
  return { code, out: io.outText(), err: io.errText() };
}

const T = 1763816400;
const UP = {
  resultType: 'vector',
  result: [
    { metric: { __name__: 'up', job: 'sse-streaming', instance: 'sse-app:8000' }, value: [T, '1'] },
    { metric: { __name__: 'up', job: 'prometheus', instance: 'localhost:9090' }, value: [T, '0'] },
  ],
};
const RANGE = {
  resultType: 'matrix',
  result: [
    { metric: { job: 'a' }, values: Array.from({ length: 61 }, (_, minute) => [T + minute * 60, String(minute % 10)]) },
  ],
};
const NOTHING = { resultType: 'vector', result: [] };

describe('query', () => {
  it('shows an instant vector as a table, rows by their labels', async () => {
    const { url } = await serve((_, response) => success(response, UP));
    const { code, out, err } = await run(['query', 'up', '-s', url, '--tz', 'UTC'], {
      tty: true,
      columns: 80,
      env: { LANG: 'C.UTF-8' },
    });
    expect(code).toBe(0);
    expect(err).toBe('');
    const bare = out.replace(/\x1b\[\d+m/g, '');
    expect(bare.split('\n')).toEqual([
      'all rows: metric=up',
      'value  instance        job',
      '─────  ──────────────  ─────────────',
      '    0  localhost:9090  prometheus',
      '    1  sse-app:8000    sse-streaming',
      '2 rows, at 2025-11-22 13:00:00 UTC',
      '',
    ]);
  });

  it.each<[string, readonly string[]]>([
    ['csv', ['__name__,instance,job,value,timestamp', 'up,sse-app:8000,sse-streaming,1,2025-11-22T13:00:00Z']],
    ['raw', ['1', '0']],
    ['promql', ['up{instance="sse-app:8000", job="sse-streaming"} => 1 @[1763816400]']],
    [
      'jsonl',
      ['{"metric":{"__name__":"up","job":"sse-streaming","instance":"sse-app:8000"},"value":[1763816400,"1"]}'],
    ],
    ['json', [JSON.stringify({ status: 'success', data: UP })]],
    ['wide', ['value  metric  instance        job', '─────  ──────  ──────────────  ─────────────']],
  ])('writes -o %s', async (format, lines) => {
    const { url } = await serve((_, response) => success(response, UP));
    const { code, out } = await run(['query', 'up', '-s', url, '-o', format]);
    expect(code).toBe(0);
    expect(out.split('\n').slice(0, lines.length)).toEqual(lines);
  });

  it('writes the whole envelope with --json, warnings included, and nothing else on stdout', async () => {
    const { url } = await serve((_, response) =>
      success(response, UP, { warnings: ['results truncated due to limit'] }),
    );
    const { out, err } = await run(['query', 'up', '-s', url, '--json']);
    expect(JSON.parse(out)).toEqual({ status: 'success', data: UP, warnings: ['results truncated due to limit'] });
    expect(err).toBe('warning: results truncated due to limit\n');
  });

  it('limits rows on a terminal and says so, and gives a pipe everything on lines of any length', async () => {
    const result = Array.from({ length: 50 }, (_, index) => ({
      metric: { n: `${index}-${'x'.repeat(100)}` },
      value: [T, '1'],
    }));
    const { url } = await serve((_, response) => success(response, { resultType: 'vector', result }));
    const onTerminal = await run(['query', 'x', '-s', url], { tty: true, columns: 80 });
    expect(onTerminal.out).toContain('+30 more; --limit 0 shows all');
    const inPipe = await run(['query', 'x', '-s', url]);
    expect(inPipe.out.split('\n').filter((line) => line.includes('-xxx')).length).toBe(50);
    expect(inPipe.out).not.toContain('more');
  });

  it('asks the server for fewer series only where its answer is passed on', async () => {
    const server = await serve((_, response) => success(response, UP));
    const csv = await run(['query', 'up', '-s', server.url, '-o', 'csv', '--limit', '1', '--no-headers']);
    expect(csv.out).toBe('up,sse-app:8000,sse-streaming,1,2025-11-22T13:00:00Z\n');
    expect(csv.err).toBe('note: 1 more left out by --limit 1\n');
    await run(['query', 'up', '-s', server.url, '--json', '--limit', '1']);
    expect(server.seen.map(({ params }) => params.get('limit'))).toEqual([null, '1']);
  });

  it('asks for the times that were typed', async () => {
    const server = await serve((seen, response) => success(response, seen.url.includes('range') ? RANGE : UP));
    await run(['query', 'up', '-s', server.url, '--time', '2025-11-22T13:00:00Z', '--stats', '--timeout', '5s']);
    await run([
      'query',
      'up',
      '-s',
      server.url,
      '--start',
      '1763816400',
      '--end',
      '1763820000',
      '--step',
      '1m',
      '-o',
      'csv',
    ]);
    const asked = server.seen.map(({ url, method, params }) => ({ url, method, ...Object.fromEntries(params) }));
    expect(asked).toEqual([
      { url: '/api/v1/query', method: 'POST', query: 'up', time: '1763816400', stats: 'true', timeout: '5' },
      { url: '/api/v1/query_range', method: 'POST', query: 'up', start: '1763816400', end: '1763820000', step: '60' },
    ]);
  });

  it('draws a range as a chart', async () => {
    const { url } = await serve((_, response) => success(response, RANGE));
    const argv = ['query', 'x', '-s', url, '--start', String(T), '--end', String(T + 3600), '--tz', 'UTC'];
    const { out } = await run([...argv, '--ascii'], { tty: true, columns: 80, env: { NO_COLOR: '1' } });
    expect(out).toContain('2025-11-22 13:00 to 14:00 UTC, step 1m');
    expect(out).toContain('A  {job="a"}: last 0, min 0, max 9');
    expect(out).not.toMatch(/[^\x20-\x7e\n]/);
    const spoken = await run([...argv, '--accessible']);
    expect(spoken.out).toContain('The series job a: goes up and down');
  });

  it('takes the query from standard input', async () => {
    const server = await serve((_, response) => success(response, UP));
    const { code } = await run(['query', '-', '-s', server.url], { input: 'up ==\n  0\n' });
    expect(code).toBe(0);
    expect(server.seen[0]?.params.get('query')).toBe('up ==\n  0');
  });

  it('puts warnings and infos on stderr, with a caret at their place', async () => {
    const infos = [
      'PromQL info: metric might not be a counter, name does not end in _total/_sum/_count/_bucket: "up" (1:6)',
    ];
    const { url } = await serve((_, response) => success(response, UP, { infos }));
    const { out, err } = await run(['query', 'rate(up[1m])', '-s', url]);
    expect(out).not.toContain('might not be');
    expect(err).toContain('info: metric might not be a counter');
    expect(err).toContain('\n  rate(up[1m])\n       ^\n');
  });

  it('says what the server had to read', async () => {
    const stats = { timings: { execTotalTime: 0.001 }, samples: { totalQueryableSamples: 5, peakSamples: 2 } };
    const { url } = await serve((_, response) => success(response, { ...UP, stats }));
    const { err } = await run(['query', 'up', '-s', url, '--stats']);
    expect(err).toBe('stats: 5 samples read, at most 2 at a time in memory, 1 ms in the server\n');
  });
});

describe('query without a result', () => {
  const empty: Answer = (seen, response) => {
    if (seen.url.includes('/label/__name__/values'))
      return json(response, { status: 'success', data: ['sse_requests_total', 'up'] });
    if (seen.url.includes('/series')) return json(response, { status: 'success', data: [] });
    return success(response, NOTHING);
  };

  it('is never blank: it names the metric that was meant', async () => {
    const { url } = await serve(empty);
    const { code, out, err } = await run(['query', 'sse_request_total', '-s', url]);
    expect(code).toBe(0);
    expect(out).toBe('Empty: no series has a value at that time.\n');
    expect(err.split('\n')).toEqual([
      'no data: There is no metric `sse_request_total`. Did you mean',
      '`sse_requests_total`?',
      'there: sse_requests_total',
      `why: prom-tutor why sse_request_total -s ${url}`,
      '',
    ]);
  });

  it('ends with 4 when that was asked for', async () => {
    const { url } = await serve(empty);
    const { code, out } = await run(['query', 'x', '-s', url, '--fail-on-empty', '-o', 'csv']);
    expect(code).toBe(4);
    expect(out).toBe('value,timestamp\n');
  });

  it('keeps the answer when the reason cannot be found out', async () => {
    const { url } = await serve((seen, response) => {
      if (seen.params.get('query') === 'x') success(response, NOTHING);
      else response.destroy();
    });
    const { code, err } = await run(['query', 'x', '-s', url]);
    expect(code).toBe(0);
    expect(err).toContain('no data: the query is valid');
  });
});

describe('query that Prometheus refuses', () => {
  const QUERY = 'sum(rate(sse_requests_total{provider=openai}[5m]))';
  const refuse: Answer = (_, response) =>
    json(
      response,
      {
        status: 'error',
        errorType: 'bad_data',
        error:
          'invalid parameter "query": 1:38: parse error: unexpected identifier "openai" in label matching, expected string',
      },
      400,
    );

  it("shows Prometheus' words, the place, and what they mean", async () => {
    const { url } = await serve(refuse);
    const { code, out, err } = await run(['query', QUERY, '-s', url]);
    expect(code).toBe(1);
    expect(out).toBe('');
    expect(err.split('\n')).toEqual([
      'error: unexpected identifier "openai" in label matching, expected string',
      `  ${QUERY}`,
      `${' '.repeat(39)}^`,
      'meaning: The value of a label stands in quotes: "openai".',
      '',
    ]);
  });

  it('writes one JSON document with --json', async () => {
    const { url } = await serve(refuse);
    const { code, out } = await run(['query', QUERY, '-s', url, '--json']);
    expect(code).toBe(1);
    expect(JSON.parse(out)).toEqual({
      status: 'error',
      errorType: 'bad_data',
      error: 'unexpected identifier "openai" in label matching, expected string',
      position: { line: 1, column: 38 },
    });
  });

  it('speaks the place for screen readers', async () => {
    const { url } = await serve(refuse);
    const { err } = await run(['query', QUERY, '-s', url, '--accessible']);
    expect(err).toContain('at character 38, the word openai');
    expect(err).not.toContain('^');
  });
});

describe('query that was typed wrongly', () => {
  it.each<[readonly string[], string]>([
    [['query'], "missing required argument 'promql'"],
    [['query', 'sum', 'by', '(x)'], 'the query came as 3 words; the shell has split it'],
    [['query', '  '], 'there is no query'],
    [['query', '-'], 'there is no query'],
    [['query', 'up', '-o', 'xml'], "argument 'xml' is invalid"],
    [['query', 'up', '--range', '1x'], 'error: --range: "1x" is not a duration above zero'],
    [['query', 'up', '--range', '1h', '--step', '0'], 'error: --step: "0" is not a duration above zero'],
    [['query', 'up', '--limit', '-1'], 'error: --limit: "-1" is not a whole number from 0 up'],
    [['query', 'up', '--watch', '0'], 'error: --watch: "0" is not a duration above zero'],
    [['query', 'up', '--tz', 'Moon'], 'error: --tz: unknown time zone "Moon"'],
    [['query', 'up', '--watch', '10ms'], '--watch 10ms is too often'],
    [['query', 'up', '--step', '5s'], '--step needs a range'],
    [['query', 'up', '--time', 'incident'], 'a moment in the history of the bundled stack'],
    [['query', 'up', '--json', '-o', 'csv'], '--json and -o csv exclude each other'],
  ])('%j', async (argv, message) => {
    const { code, err } = await run(argv, { env: { PROMETHEUS_URL: 'http://127.0.0.1:1' } });
    expect(err).toContain(message);
    expect(err).toMatch(/\nhint: /);
    expect(code).toBe(2);
  });
});

describe('query without a usable answer', () => {
  /** Bytes on a bare socket, for answers that no HTTP server would send. */
  async function raw(answer: (socket: Socket) => void): Promise<string> {
    const sockets = new Set<Socket>();
    const server: Server = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.once('data', () => answer(socket));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    open.push({
      close: () => {
        for (const socket of sockets) socket.destroy();
        server.close();
      },
    });
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    return `http://127.0.0.1:${address.port}`;
  }

  const endless = (socket: Socket) => {
    socket.write('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n{"status":"success","data":"');
    const chunk = 'x'.repeat(65_536);
    const more = () => {
      while (!socket.destroyed && socket.write(chunk));
    };
    socket.on('drain', more);
    more();
  };

  const CASES: readonly (readonly [name: string, url: () => Promise<string>, message: RegExp, code: number])[] = [
    ['nothing listens', async () => `http://127.0.0.1:${await freePort()}`, /^error: nothing listens at http/, 3],
    [
      'a login page',
      async () =>
        (
          await serve((_, response) => {
            response.writeHead(200, { 'content-type': 'text/html' });
            response.end('<!doctype html><title>Sign in \x1b[2J</title>');
          })
        ).url,
      /answers with a web page/,
      3,
    ],
    [
      'a 503 of a proxy',
      async () =>
        (
          await serve((_, response) => {
            response.writeHead(503, { 'content-type': 'text/plain' });
            response.end('Service Unavailable\x1b]0;x\x07');
          })
        ).url,
      /failed with status 503: Service Unavailable/,
      3,
    ],
    [
      'a 503 of Prometheus itself',
      async () =>
        (
          await serve((_, response) =>
            json(response, { status: 'error', errorType: 'timeout', error: 'query timed out' }, 503),
          )
        ).url,
      /^error: query timed out/,
      1,
    ],
    [
      'a truncated body',
      () =>
        raw((socket) => {
          socket.end(
            'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 5000\r\n\r\n{"status":"succ',
          );
        }),
      /broke off before its end/,
      3,
    ],
    ['an endless body', () => raw(endless), /is larger than 1 MB/, 3],
    [
      'a redirect loop',
      async () =>
        (
          await serve((seen, response) => {
            response.writeHead(307, { location: seen.url });
            response.end();
          })
        ).url,
      /redirect/,
      3,
    ],
    [
      'a wrong prefix',
      async () =>
        `${
          (
            await serve((_, response) => {
              response.writeHead(404, { 'content-type': 'text/plain' });
              response.end('404 page not found');
            })
          ).url
        }/prom`,
      /has no Prometheus API/,
      3,
    ],
  ];

  it.each(CASES)('%s', async (_name, address, message, code) => {
    const url = await address();
    const ran = await run(['query', 'up', '-s', url, '--max-response', '1MB', '--timeout', '5s']);
    expect(ran.err).toMatch(message);
    expect(ran.err.match(/^error:/gm)?.length).toBe(1);
    expect(ran.out).toBe('');
    expect(ran.code).toBe(code);
    expectClean(ran.err, styleOf());
    const asJson = await run(['query', 'up', '-s', url, '--max-response', '1MB', '--timeout', '5s', '--json']);
    expect(JSON.parse(asJson.out).status).toBe('error');
    expect(asJson.code).toBe(code);
  });
});

describe('labels full of escape sequences', () => {
  const EVIL = '\x1b[2J\x1b]0;pwned\x07\u009b31m\r\n\u202e\x7f"\\';
  const hostile: Answer = (seen, response) =>
    success(
      response,
      seen.url.includes('range')
        ? {
            resultType: 'matrix',
            result: [
              {
                metric: { [EVIL]: EVIL },
                values: [
                  [T, '1'],
                  [T + 60, '2'],
                ],
              },
            ],
          }
        : {
            resultType: 'vector',
            result: [
              { metric: { __name__: EVIL, job: EVIL }, value: [T, '1'] },
              { metric: { [EVIL]: EVIL }, value: [T, 'NaN'] },
            ],
          },
      { warnings: [`${EVIL} (1:1)`], infos: [EVIL] },
    );

  it.each(['table', 'wide', 'graph', 'bars', 'timeline', 'json', 'jsonl', 'csv', 'tsv', 'promql', 'raw'])(
    '-o %s',
    async (format) => {
      const { url } = await serve(hostile);
      for (const extra of [[], ['--ascii'], ['--accessible'], ['--color', 'always']]) {
        const argv = [
          'query',
          `x{a="${EVIL}"}`,
          '-s',
          url,
          '-o',
          format,
          '--start',
          String(T),
          '--end',
          String(T + 60),
          ...extra,
        ];
        const plain =
          format === 'graph' || format === 'timeline' ? argv : argv.filter((_, index) => index < 6 || index > 9);
        const { code, out, err } = await run(plain, { tty: true, columns: 60 });
        expect(code).toBe(0);
        const style = styleOf({ colour: true });
        expectClean(out, style);
        expectClean(err, style);
      }
    },
  );
});

describe('query --watch', () => {
  /** The longest wait that is one for an answer. */
  const LATE_MS = 3_000;

  /**
   * A world in which the time between questions takes none, and the person presses Ctrl-C after so many frames. An answer
   * comes before it is said that it is late, unless `late`.
   */
  function watched(frames: number, options: Parameters<typeof fakeIo>[0] = {}, late = false): FakeIo {
    const controller = new AbortController();
    let slept = 0;
    return fakeIo({
      ...options,
      now: () => T * 1000,
      signal: controller.signal,
      sleep: async (ms, signal) => {
        if (ms <= LATE_MS) {
          if (!late) await new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
          return;
        }
        slept++;
        if (slept >= frames) controller.abort(new Interrupted());
        signal?.throwIfAborted();
      },
    });
  }

  function counting(): Answer {
    let asked = 0;
    return (request, response) => {
      if (request.url?.includes('/targets') === true)
        return success(response, { activeTargets: [], droppedTargets: [] });
      asked++;
      success(response, {
        resultType: 'vector',
        result: [{ metric: { a: 'b' }, value: [T + asked, String(asked * 2)] }],
      });
    };
  }

  it('writes JSON lines into a pipe until Ctrl-C', async () => {
    const { url } = await serve(counting());
    const io = watched(3);
    expect(await main(['query', 'x', '-s', url, '--watch', '5s'], io)).toBe(130);
    expect(io.outText()).toBe([1, 2, 3].map((n) => `{"metric":{"a":"b"},"value":[${T + n},"${n * 2}"]}\n`).join(''));
  });

  it('writes the head of csv once', async () => {
    const { url } = await serve(counting());
    const io = watched(2);
    await main(['query', 'x', '-s', url, '--watch', '5s', '-o', 'csv'], io);
    expect(io.outText()).toBe('a,value,timestamp\nb,2,2025-11-22T13:00:01Z\nb,4,2025-11-22T13:00:02Z\n');
  });

  it('draws each frame over the last on a terminal, says what changed, and leaves the last one', async () => {
    const { url } = await serve(counting());
    const io = watched(2, { tty: true, columns: 80, env: { NO_COLOR: '1', LANG: 'C.UTF-8' } });
    expect(await main(['query', 'x', '-s', url, '--watch', '5s', '--tz', 'UTC'], io)).toBe(130);
    const text = io.outText();
    expect(text).toMatch(/x\r\nevery 5s, asked at \d\d:\d\d:\d\d, q leaves\r\n/);
    // Nothing above the frame is touched: no page, no clearing of the screen.
    expect(text).not.toMatch(/\x1b\[(?:2J|3J|H|\?1049h)/);
    const last = text.slice(text.lastIndexOf('every 5s'));
    expect(last).toMatch(/ 4 +b +▲ 2\r\n1 row, at 2025-11-22 13:00:02 UTC\r\n/);
  });

  it.each([
    [{ ascii: true }, '+2'],
    [{ ascii: false }, '▲ 2'],
  ])('says a change with a sign, too: %j', async ({ ascii }, change) => {
    const { url } = await serve(counting());
    const io = watched(2, { tty: true, columns: 80, env: { NO_COLOR: '1', LANG: 'C.UTF-8' } });
    await main(['query', 'x', '-s', url, '--watch', '5s', ...(ascii ? ['--ascii'] : [])], io);
    expect(io.outText()).toContain(change);
  });

  it('tells in accessible mode the answer once and then only what changes', async () => {
    const { url } = await serve(counting());
    const io = watched(2, { tty: true, columns: 80 });
    await main(['query', 'x', '-s', url, '--watch', '5s', '--accessible'], io);
    expect(io.outText()).not.toContain('\x1b');
    expect(io.outText().match(/every 5s/g)?.length).toBe(1);
    expect(io.outText()).toMatch(/\d\d:\d\d:\d\d:\na b: 4, up by 2\.\n$/);
  });

  it('says in the frame that the server does not answer, and goes on with it when it does', async () => {
    let asked = 0;
    const { url } = await serve((request, response) => {
      if (request.url?.includes('/targets') === true)
        return success(response, { activeTargets: [], droppedTargets: [] });
      asked++;
      if (asked !== 2) return success(response, { resultType: 'scalar', result: [T, String(asked)] });
      response.writeHead(502, { 'content-type': 'text/plain' });
      response.end('bad gateway');
    });
    const io = watched(3, { tty: true, columns: 80, env: { NO_COLOR: '1', LANG: 'C.UTF-8' } });
    expect(await main(['query', '1', '-s', url, '--watch', '5s'], io)).toBe(130);
    expect(io.outText()).toMatch(/no answer since [\d:]+: .*502/);
    expect(io.outText()).toMatch(/below is the answer of/);
    expect(io.outText().slice(io.outText().lastIndexOf('every 5s'))).not.toContain('no answer');
  });

  it('says in the frame that an answer is waited for, and no longer when it has come', async () => {
    let asked = 0;
    let tell = () => {};
    const told = new Promise<void>((resolve) => {
      tell = resolve;
    });
    const { url } = await serve((request, response) => {
      if (request.url?.includes('/targets') === true)
        return success(response, { activeTargets: [], droppedTargets: [] });
      asked++;
      const reply = () => success(response, { resultType: 'scalar', result: [T, String(asked)] });
      if (asked === 2) told.then(reply);
      else reply();
    });
    const io = watched(2, { tty: true, columns: 80, env: { NO_COLOR: '1', LANG: 'C.UTF-8' } }, true);
    const write = io.stdout.write.bind(io.stdout);
    io.stdout.write = (text: string) => {
      if (text.includes('no answer yet')) tell();
      return write(text);
    };
    expect(await main(['query', '1', '-s', url, '--watch', '5s'], io)).toBe(130);
    expect(io.outText()).toMatch(/asked again at [\d:]+, no answer yet[\s\S]*?below is the answer of/);
    expect(io.outText().slice(io.outText().lastIndexOf('every 5s'))).not.toContain('no answer yet');
  });

  it('goes on after a failure in between, and ends at once when the first question fails', async () => {
    let asked = 0;
    const { url } = await serve((_, response) => {
      asked++;
      if (asked !== 2) return success(response, { resultType: 'scalar', result: [T, String(asked)] });
      response.writeHead(502, { 'content-type': 'text/plain' });
      response.end('bad gateway');
    });
    const io = watched(3);
    expect(await main(['query', '1', '-s', url, '--watch', '5s'], io)).toBe(130);
    expect(io.outText()).toBe(`{"value":[${T},"1"]}\n{"value":[${T},"3"]}\n`);
    expect(io.errText()).toMatch(/error: .* failed with status 502: bad gateway; asking again/);
    const dead = await run(['query', '1', '-s', `http://127.0.0.1:${await freePort()}`, '--watch', '5s']);
    expect(dead.code).toBe(3);
  });
});
