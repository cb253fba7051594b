import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { METRICS } from '../../src/app/schema.ts';
import { storageWithHistory } from '../../src/backends/embedded-stack.ts';
import { type CompleterOptions, promqlCompleter } from '../../src/explorer/complete.ts';
import type { CompletionItem, Completions } from '../../src/explorer/completion.ts';
import { QueryError, UnavailableError } from '../../src/model/errors.ts';
import { parse } from '../../src/promql/parse.ts';
import { embeddedSource } from '../../src/source/embedded.ts';
import type { Source } from '../../src/source/source.ts';
import { hostileText, SEEDED } from '../helpers/hostile.ts';

const T0_MS = 1_763_800_005_000;
const now = () => T0_MS;

let demo: Source;

beforeAll(() => {
  const described = new Map(
    Object.values(METRICS).map(({ name, type, help }) => [name, [{ type, help, unit: '' }]] as const),
  );
  const storage = storageWithHistory({ t0Ms: T0_MS, seed: 1, historyMs: 3 * 3_600_000 });
  demo = embeddedSource({ storage, name: 'the demo', now, metadata: () => described });
});

/** What is offered in the end; `¦` is the cursor. */
async function offered(marked: string, options: Partial<CompleterOptions> = {}): Promise<Completions> {
  const cursor = marked.indexOf('¦');
  const text = marked.replace('¦', '');
  const { complete } = promqlCompleter({ source: demo, nowMs: now, clockMs: now, ...options });
  const { now: first, later } = complete(text, cursor);
  return (await later) ?? first;
}

/** The text after the item was taken. */
function taken(marked: string, { from }: Completions, item: CompletionItem | undefined): string {
  const cursor = marked.indexOf('¦');
  return marked.slice(0, from) + (item?.insert ?? '') + marked.slice(cursor + 1);
}

describe('what is offered', () => {
  it.each<[string, string]>([
    // Operands.
    ['¦', 'sum, sum by, avg, count'],
    ['ra¦', 'rate, rad, range'],
    ['sse_err¦', 'sse_errors_total'],
    ['SSE_ERR¦', 'sse_errors_total'],
    ['errors¦', 'sse_errors_total'],
    ['ssetot¦', 'sse_errors_total, sse_requests_total'],
    ['sum(rate(sse_requests¦', 'sse_requests_total'],
    ['sum by (provider) (rate(sse_requests_t¦[5m]))', 'sse_requests_total'],
    ['rate(sse_a¦', 'sse_active_connections, sse_app_info'],
    ['rate(¦', 'process_cpu_seconds_total, sse_errors_total, sse_first_token_seconds_count'],
    ['delta(¦', 'nodejs_eventloop_lag_seconds, nodejs_heap_size_used_bytes'],
    ['topk(5, sse_requ¦', 'sse_request_duration_seconds_bucket'],
    ['up / sse_requests¦', 'sse_requests_total'],
    ['up # first\n+ sse_requests¦', 'sse_requests_total'],
    ['atan2¦', ''],
    // Labels and their values.
    ['sse_requests_total{¦', 'instance, job, provider, status'],
    ['sse_requests_total{¦}', 'instance, job, provider, status'],
    ['sse_requests_total{st¦', 'status'],
    ['sse_requests_total{provider="openai",st¦', 'status'],
    ['{"sse_requests_total", st¦', 'status'],
    ['sum by (¦) (sse_requests_total)', 'instance, job, provider, status'],
    ['sum by ("sta¦") (sse_requests_total)', 'status'],
    ['sum(sse_requests_total) by (job, st¦', 'status'],
    ['up / on (¦) sse_requests_total', 'instance, job'],
    ['sse_requests_total{provider="¦', 'anthropic, mistral, openai'],
    ['sse_requests_total{provider=¦', 'anthropic, mistral, openai'],
    ['sse_requests_total{provider!=¦', 'anthropic, mistral, openai'],
    ["sse_requests_total{provider='op¦'}", 'openai'],
    ['sse_requests_total{provider=`op¦', 'openai'],
    ['sse_requests_total{provider=~"openai|¦"}', 'anthropic, mistral, openai'],
    ['up{instance="¦', 'localhost:9090, sse-app-2:8000, sse-app:8000'],
    ['up{job="sse-streaming", instance="¦"}', 'sse-app-2:8000, sse-app:8000'],
    ['up{instance="¦", job="sse-streaming"}', 'sse-app-2:8000, sse-app:8000'],
    ['{__name__="sse_act¦', 'sse_active_connections'],
    ['{"sse_act¦', 'sse_active_connections'],
    ['up{job!¦', '!=, !~'],
    ['up{job ¦', '=, !=, =~, !~'],
    // Words of the language.
    ['up ¦', 'and, or, unless, atan2, +'],
    ['up un¦', 'unless'],
    ['up of¦', 'offset'],
    ['sum ¦', 'by, without'],
    ['sum(up) b¦', 'by'],
    ['up > bo¦', 'bool'],
    ['up / ig¦', 'ignoring'],
    ['up / on (job) gr¦', 'group_left, group_right, group'],
    ['up @ ¦', 'start(), end(), 1763800005'],
    // Windows that fit a scrape every 15 s.
    ['rate(sse_requests_total[¦', '1m, 5m, 1h, 1d'],
    ['rate(sse_requests_total[5¦', '5m, 5s, 5h'],
    ['rate(sse_requests_total[1h:¦', '15s, 1m, 5m, 1h'],
    ['max_over_time(rate(sse_requests_total[5m])[¦', '1m:, 5m:'],
    ['up offset ¦', '5m, 1h, 1d, 1w'],
    ['up offset -3¦', '3m, 3s, 3h'],
    // Nothing fits, and nothing is made up.
    ['# a comm¦', ''],
    ['label_replace(up, "x¦', ''],
    ['5¦', ''],
    ['up{job="a" ¦', ''],
  ])('for %s: %s', async (marked, wanted) => {
    const { items } = await offered(marked);
    const labels = items.map(({ label }) => label);
    expect(wanted === '' ? labels.join() : labels.slice(0, wanted.split(', ').length).join(', ')).toBe(wanted);
  });

  it.each<[string, string, string]>([
    ['sum(ra¦', 'rate', 'sum(rate('],
    ['ra¦(up[5m])', 'rate', 'rate(up[5m])'],
    ['sum b¦', 'by', 'sum by ('],
    ['su¦', 'sum by', 'sum by ('],
    ['sse_requests_total{pro¦', 'provider', 'sse_requests_total{provider='],
    ['sse_requests_total{pro¦="x"}', 'provider', 'sse_requests_total{provider="x"}'],
    ['sum by (jo¦) (up)', 'job', 'sum by (job) (up)'],
    ['sse_requests_total{provider=¦}', 'openai', 'sse_requests_total{provider="openai"}'],
    ['sse_requests_total{provider="op¦', 'openai', 'sse_requests_total{provider="openai"'],
    ['sse_requests_total{provider="op¦"}', 'openai', 'sse_requests_total{provider="openai"}'],
    ['sse_requests_total{provider=~"mistral|op¦"}', 'openai', 'sse_requests_total{provider=~"mistral|openai"}'],
    ['up{instance=~"sse¦', 'sse-app:8000', 'up{instance=~"sse-app:8000"'],
    ['rate(up[¦', '5m', 'rate(up[5m]'],
    ['rate(up[¦]', '5m', 'rate(up[5m]'],
    ['rate(up[1h:¦', '1m', 'rate(up[1h:1m]'],
    ['up @ en¦', 'end()', 'up @ end()'],
  ])('%s with %s becomes %s', async (marked, label, wanted) => {
    const found = await offered(marked);
    expect(
      taken(
        marked,
        found,
        found.items.find((item) => item.label === label),
      ),
    ).toBe(wanted);
  });

  it('tells type and help of a metric, and signature and meaning of a function, from our own table', async () => {
    const [metric] = (await offered('sse_request_duration_seconds_b¦')).items;
    expect(metric).toMatchObject({ kind: 'metric', detail: 'histogram: bucket', help: expect.stringMatching(/\w/) });
    const [call] = (await offered('histogram_quantile¦')).items;
    expect(call).toMatchObject({ detail: '(scalar, instant vector) → instant vector' });
    const byLabel = (await offered('sort_by_label¦')).items[0];
    expect(byLabel?.detail).toBe('(instant vector, [string, …]) → instant vector');
  });
});

describe('words of the caller', () => {
  const commands = {
    complete: (text: string) =>
      text.startsWith('\\') ? { from: 0, items: [item('\\d'), item('\\l')], only: true } : undefined,
    words: (text: string) => ('hint'.startsWith(text) ? { from: 0, items: [item('hint')], only: false } : undefined),
  };
  const item = (label: string): CompletionItem => ({ kind: 'command', label, insert: label });

  it('stand alone where they say so, and before the others where not', async () => {
    const extras = [commands.complete, commands.words];
    expect((await offered('\\¦', { extras })).items.map(({ label }) => label)).toEqual(['\\d', '\\l']);
    const both = await offered('hi¦', { extras });
    expect(both.items[0]?.label).toBe('hint');
    expect(both.items.map(({ label }) => label)).toContain('histogram_quantile');
    expect((await offered('up + hi¦', { extras })).items.map(({ kind }) => kind)).not.toContain('command');
  });
});

/** A server of which only names matter, and every question of it waits to be answered. */
function slowServer(): { readonly source: Source; answer(names: readonly string[]): void; readonly asked: string[] } {
  const asked: string[] = [];
  let release: (names: readonly string[]) => void = () => undefined;
  const names = new Promise<readonly string[]>((resolve) => {
    release = resolve;
  });
  const source: Source = {
    ...demo,
    labelValues: async (label) => {
      asked.push(label);
      return { items: await names, warnings: [] };
    },
    labelNames: async () => ({ items: await names, warnings: [] }),
    metadata: async () => new Map(),
    targets: async () => [],
  };
  return { source, answer: (items) => release(items), asked };
}

describe('a server that takes its time', () => {
  it('keeps nobody waiting, is asked once, and its answer is kept', async () => {
    const { source, answer, asked } = slowServer();
    const { complete } = promqlCompleter({ source, nowMs: now, clockMs: now });
    const first = complete('re', 2);
    const second = complete('req', 3);
    expect(first.now.note).toBe('the server is still being asked for names');
    expect(first.now.items.map(({ label }) => label)).toContain('resets');
    answer(['requests_total']);
    expect((await second.later)?.items[0]?.label).toBe('requests_total');
    expect((await first.later)?.note).toBeUndefined();
    expect(complete('requ', 4).later).toBeUndefined();
    expect(complete('requ', 4).now.items.map(({ label }) => label)).toEqual(['requests_total']);
    expect(asked).toEqual(['__name__']);
  });

  it('is asked again after five minutes, and the old answer is offered meanwhile', async () => {
    let clockMs = 0;
    const { source, answer, asked } = slowServer();
    const { complete } = promqlCompleter({ source, nowMs: now, clockMs: () => clockMs });
    answer(['requests_total']);
    await complete('r', 1).later;
    clockMs = 299_999;
    complete('r', 1);
    expect(asked).toHaveLength(1);
    clockMs = 300_000;
    expect(complete('req', 3).now.items[0]?.label).toBe('requests_total');
    expect(asked).toHaveLength(2);
  });

  it('ends with the prompt', async () => {
    const signals: (AbortSignal | undefined)[] = [];
    const source: Source = {
      ...demo,
      labelValues: (_label, options) => {
        signals.push(options?.signal);
        return new Promise(() => undefined);
      },
    };
    const { complete, close } = promqlCompleter({ source, nowMs: now, clockMs: now });
    const { later } = complete('up', 2);
    close();
    expect(signals.map((signal) => signal?.aborted)).toEqual([true]);
    expect((await later)?.note).toBe('the server does not answer: its names are not offered');
  });
});

describe('a server that does not help', () => {
  const refusing = (error: Error): Source => {
    const fail = () => Promise.reject(error);
    return { ...demo, labelValues: fail, labelNames: fail, metadata: fail, targets: fail, instant: fail };
  };
  const dead = new UnavailableError({ kind: 'refused', url: 'http://x', message: 'refused' });
  const wrong = new QueryError({ query: '', errorType: 'bad_data', status: 400, message: 'no' });

  it.each<[string, Error, string]>([
    ['dead', dead, 'the server does not answer: its names are not offered'],
    ['unwilling', wrong, 'the server does not tell its names'],
  ])('says so: %s', async (_name, error, note) => {
    const found = await offered('ra¦', { source: refusing(error) });
    expect(found.note).toBe(note);
    expect(found.items[0]?.label).toBe('rate');
    const windows = await offered('rate(x[¦', { source: refusing(error) });
    expect(windows.items.map(({ label }) => label)).toEqual(['5m', '1h', '1d']);
  });

  it('is left alone for a while', async () => {
    let clockMs = 0;
    let asked = 0;
    const fail = () => {
      asked++;
      return Promise.reject(dead);
    };
    const source = { ...demo, labelValues: fail };
    const { complete } = promqlCompleter({ source, nowMs: now, clockMs: () => clockMs });
    await complete('r', 1).later;
    clockMs = 9_999;
    expect(complete('ra', 2).later).toBeUndefined();
    clockMs = 10_000;
    await complete('rat', 3).later;
    expect(asked).toBe(2);
  });

  it('tells the distance of samples where it knows no targets', async () => {
    const source = { ...demo, targets: () => Promise.reject(dead) };
    expect((await offered('rate(up[¦', { source })).items[0]?.label).toBe('1m');
  });

  it('is asked about everything when it does not take what is selected', async () => {
    const found = await offered('{instance!="x", job="¦');
    expect(found.items.map(({ label }) => label)).toContain('sse-streaming');
  });
});

describe('names nobody would choose', () => {
  const withNames = (names: readonly string[]): Source => ({
    ...demo,
    labelValues: async () => ({ items: names, warnings: [] }),
    labelNames: async () => ({ items: names, warnings: [] }),
  });

  it.each<[string, string, string, string]>([
    ['http.re¦', 'http.requests', 'http.requests', '{"http.requests"}'],
    ['up{a¦', 'a b', 'a b', 'up{"a b"='],
    ['sum by (a¦) (up)', 'a"b', 'a"b', 'sum by ("a\\"b") (up)'],
    ['up{job="a¦"}', 'a"\\b', 'a"\\b', 'up{job="a\\"\\\\b"}'],
    ["up{job='a¦'}", 'a"\'b', 'a"\'b', "up{job='a\"\\'b'}"],
    ['up{job=`a¦`}', 'a\\b', 'a\\b', 'up{job=`a\\b`}'],
    ['up{job=~"a¦"}', 'a.b|c', 'a.b|c', 'up{job=~"a\\\\.b\\\\|c"}'],
    ['up{job="\\u00¦"}', 'é', 'é', 'up{job="é"}'],
    ['{"é¦"}', 'é\n', 'é\n', '{"é\\n"}'],
  ])('are written so that the query is right: %s', async (marked, name, label, wanted) => {
    const found = await offered(marked.replace('\\u00¦', '¦'), { source: withNames([name]) });
    const shown = marked.replace('\\u00¦', '¦');
    expect(
      taken(
        shown,
        found,
        found.items.find((item) => item.label === label),
      ),
    ).toBe(wanted);
  });

  it('select what they name, whatever they hold', async () => {
    await fc.assert(
      fc.asyncProperty(hostileText, async (name) => {
        for (const [before, behind] of [
          ['up{job="', '"}'],
          ["up{job=~'", "'}"],
          ['', ''],
          ['sum by (', ') (up)'],
        ] as const) {
          const found = await offered(`${before}¦${behind}`, { source: withNames([name]) });
          const item = found.items.find(
            ({ label, kind }) => label === name && kind !== 'function' && kind !== 'aggregation',
          );
          if (item === undefined) continue;
          expect(parse(before + item.insert + behind), item.insert).toMatchObject({ kind: 'ok' });
        }
      }),
      { ...SEEDED, numRuns: Math.min(SEEDED.numRuns, 100) },
    );
  });

  it('never end a completer, whatever is typed and wherever the cursor is', async () => {
    const { complete } = promqlCompleter({ source: withNames(['up']), nowMs: now, clockMs: now });
    const pieces = fc.constantFrom(
      'sum',
      ' by ',
      '(',
      ')',
      '{',
      '}',
      '[',
      ']',
      '"',
      "'",
      '`',
      ',',
      '=~',
      '@ ',
      'offset ',
      'x',
      '5m',
      '#',
      '\n',
      ':',
      '.',
    );
    const queries = fc.oneof(
      hostileText,
      fc.array(pieces, { maxLength: 20 }).map((all) => all.join('')),
    );
    fc.assert(
      fc.property(queries, fc.nat(60), (text, place) => {
        const cursor = Math.min(place, text.length);
        const { from } = complete(text, cursor).now;
        expect(from).toBeLessThanOrEqual(cursor);
        expect(from).toBeGreaterThanOrEqual(0);
      }),
      SEEDED,
    );
  });
});

describe('a server with very many names', () => {
  const many = Array.from({ length: 30_000 }, (_, index) => `node_${index}_requests_total`);
  const source = (): Source => ({ ...demo, labelValues: async () => ({ items: many, warnings: [] }) });

  it('offers the best hundred and says how many there are', async () => {
    const found = await offered('node_1¦', { source: source() });
    expect(found.items).toHaveLength(100);
    expect(found.note).toBe('100 of 11111 that fit: type on');
    expect((await offered('requests¦', { source: source() })).note).toBe('100 of more than 2000 that fit: type on');
    expect((await offered('node_29999_r¦', { source: source() })).items.map(({ label }) => label)).toEqual([
      'node_29999_requests_total',
    ]);
  });

  it('keeps functions within reach when nothing is typed', async () => {
    const { items } = await offered('¦', { source: source() });
    expect(items.filter(({ kind }) => kind === 'metric')).toHaveLength(50);
    expect(items.map(({ label }) => label)).toContain('histogram_quantile');
  });
});
