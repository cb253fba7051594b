import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { explainEmpty } from '../../src/advise/diagnose.ts';
import { main } from '../../src/cli/main.ts';
import { COOKBOOK } from '../../src/explorer/cookbook.ts';
import { checkpointMs } from '../../src/model/scenario.ts';
import { httpSource } from '../../src/source/http.ts';
import { EMPTY_CASES } from '../helpers/empty-cases.ts';
import { fakeIo } from '../helpers/fake-io.ts';
import type { LessonStack } from '../helpers/lesson-stack.ts';

/** What `query` and `cookbook` show of the written history, whoever answers. */
export function queryHistory(startStack: () => Promise<LessonStack>): void {
  let stack: LessonStack;
  beforeAll(async () => {
    stack = await startStack();
  });
  afterAll(() => stack?.close());

  const { run, quiet } = askerOf(() => stack);

  it('draws a full hour', async () => {
    const argv = ['query', 'sum by (provider) (rate(sse_requests_total[5m]))', '--range', '1h', '-o', 'graph'];
    const { code, out, err } = await run([...argv, '--time', quiet()], { tty: true, env: { NO_COLOR: '1' } });
    expect(code).toBe(0);
    expect(err).toBe('');
    const plot = out.split('\n').filter((line) => /[┤│]/.test(line));
    expect(plot.length).toBeGreaterThan(8);
    expect(Math.max(...plot.map((line) => line.length))).toBeGreaterThanOrEqual(62);
    expect(out).toContain('requests/s');
    for (const provider of ['anthropic', 'mistral', 'openai']) {
      const legend = new RegExp(`^[ABC] {2}\\{provider="${provider}"\\}: last \\S+, min \\S+, max [\\d.]+$`, 'm');
      expect(out).toMatch(legend);
    }
  });

  it('answers all ten queries of the guide', async () => {
    const { code, out, err } = await run(['cookbook', '--time', quiet()]);
    expect(err).toBe('');
    expect(code).toBe(0);
    expect(out).not.toMatch(/no data|failed/);
    expect(out).toMatch(/Request rate: \d\.\d+ requests\/s/);
    expect(out).toMatch(/Error percentage: \d\.\d+ %/);
    for (const { number } of COOKBOOK) {
      const one = await run(['cookbook', String(number), '--time', quiet()]);
      expect(one.code).toBe(0);
      expect(one.out).not.toMatch(/^failed:/m);
    }
  });

  it('looks at the incident by its name', async () => {
    const { out } = await run(['cookbook', '8', '--time', 'incident']);
    expect(out).toMatch(/2 open .*anthropic/);
    const { out: percent } = await run(['query', COOKBOOK[2].query, '--time', 'incident', '-o', 'raw']);
    expect(Number(percent)).toBeGreaterThan(10);
  });

  it.each([
    ['rate(sse_requests_total)', 'rate(sse_requests_total)', 5, 'put a window after the selector'],
    ['sum by provider (up)', 'sum by provider (up)', 7, 'stand in brackets'],
    ['up{job=prometheus}', 'up{job=prometheus}', 7, 'stands in quotes: "prometheus"'],
    ['rate(\n  up\n)', 'line 2:   up', 10, 'put a window after the selector'],
    [
      'label_replace(up, "日本", "x", "", "") = 1',
      'label_replace(up, "日本", "x", "", "") = 1',
      37,
      'compared with ==',
    ],
  ])('points at the mistake in %j', async (query, line, column, words) => {
    const { code, err } = await run(['query', query]);
    expect(code).toBe(1);
    const lines = err.split('\n');
    const at = lines.findIndex((each) => each.trimStart() === line.trimStart());
    expect(at).toBeGreaterThan(0);
    const indent = (lines[at]?.length ?? 0) - line.length;
    expect(lines[at + 1]).toMatch(/^ *\^$/);
    // Two of the characters before the caret are two columns wide.
    const wide = query.includes('日') ? 2 : 0;
    expect((lines[at + 1]?.length ?? 0) - 1 - indent - wide).toBe(column);
    expect(err).toContain(words);
  });

  it('tells what a range query cannot be asked', async () => {
    const { code, err } = await run(['query', 'up[5m]', '--range', '1h']);
    expect(code).toBe(1);
    expect(err).toContain('invalid expression type "range vector" for range query');
    expect(err).toContain('A chart needs one value at each point');
  });

  it('shows warnings at their place', async () => {
    const query = 'histogram_quantile(0.9, sum by (provider) (rate(sse_request_duration_seconds_bucket[5m])))';
    const { code, out, err } = await run(['query', query, '--time', quiet()]);
    expect(code).toBe(0);
    expect(out).toContain('Empty');
    expect(err).toMatch(/^warning: bucket label "le" is missing[^\n]*\n {2}histogram_quantile/);
    expect(err).toContain(
      'try: histogram_quantile(0.9, sum by (provider, le) (rate(sse_request_duration_seconds_bucket[5m])))',
    );
  });

  describe('why a result is empty', () => {
    it.each(EMPTY_CASES)('%s', async (query, { id, culprit, says, fix }) => {
      const source = httpSource({ url: stack.url });
      try {
        const found = await explainEmpty({ query, source, timeMs: checkpointMs(stack.scenario, 'quiet') });
        expect({ id: found.finding?.id, culprit: found.culprit?.kind }).toEqual({ id, culprit });
        expect(found.finding?.sentence).toContain(says);
        if (fix !== undefined) expect(found.finding?.fix?.query).toBe(fix);
      } finally {
        await source.close();
      }
    });

    it('finds the same over a range', async () => {
      const { code, out, err } = await run([
        'query',
        'rate(sse_requests_total[15s])',
        '--range',
        '10m',
        '--time',
        quiet(),
      ]);
      expect(code).toBe(0);
      expect(out).toContain('Empty: no series has a sample in that time.');
      expect(err).toContain('too short');
    });

    it('says when there was data, before and after', async () => {
      const late = await run(['query', 'up', '--time', 'now+2h', '--fail-on-empty']);
      expect(late.code).toBe(4);
      expect(late.err).toMatch(/its last one is 2 hours\s+older/);
      expect(late.err).toMatch(/try: --time \d{4}-\d\d-\d\dT/);
      const early = await run(['query', 'up', '--time', `${Math.round(stack.scenario.t0Ms / 1000 - 5 * 3600)}`]);
      expect(early.err).toMatch(/its\s+samples begin/);
    });
  });
}

/** The commands in process on a stack that is there by then, and the quiet moment at the end of its history, in seconds. */
export function askerOf(stack: () => LessonStack) {
  return {
    async run(argv: readonly string[], options: Parameters<typeof fakeIo>[0] = {}) {
      const io = fakeIo({
        columns: 80,
        ...options,
        env: { XDG_STATE_HOME: stack().stateHome, LANG: 'C.UTF-8', ...options.env },
      });
      return { code: await main([...argv, '--tz', 'UTC'], io), out: io.outText(), err: io.errText() };
    },
    quiet: () => String(checkpointMs(stack().scenario, 'quiet') / 1000),
  };
}
