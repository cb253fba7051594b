import { describe, expect, it } from 'vitest';
import { scenarioGround } from '../../src/tutor/ground.ts';
import { judge } from '../../src/tutor/judge.ts';
import type { QueryExercise } from '../../src/tutor/lesson.ts';
import type { Feedback } from '../../src/tutor/verdict.ts';
import { ADVISE_T0_MS, scenarioSource } from '../helpers/advise-source.ts';

const source = await scenarioSource();
const ground = scenarioGround(source, { t0Ms: ADVISE_T0_MS });

const P99 = 'histogram_quantile(0.99, sum by (provider, le) (rate(sse_request_duration_seconds_bucket[5m])))';

const exercise: QueryExercise = {
  kind: 'query',
  line: 1,
  id: 'x/1',
  number: 1,
  hash: 'h',
  task: 'Do it.',
  at: 'quiet',
  reference: P99,
  accept: [],
  acceptWithNote: [],
  compare: 'values',
  nan: 'ignore',
  window: 'fixed',
  constraints: [],
  misconceptions: [],
  detected: [],
  equivalents: [],
  hints: [],
  why: 'So.',
};

async function told(answer: string, change: Partial<QueryExercise> = {}) {
  const { feedback, verdict, solved } = await judge({ ...exercise, ...change }, answer, ground);
  const ours = feedback.filter(({ kind }) => kind !== 'prometheus');
  return { feedback, verdict, solved, ours, first: ours[0] as Feedback };
}

describe('what a wrong answer is told, on the real history', () => {
  const REQUESTS = 'sum by (provider) (rate(sse_requests_total[5m]))';
  const cases: readonly [string, string, string, Feedback['kind'], string | undefined, RegExp][] = [
    ['le is gone', P99, P99.replace('provider, le', 'provider'), 'empty', 'M11', /needs the label `le`/],
    ['buckets of all time', P99, P99.replace(/rate\((.*)\[5m\]\)/, '$1'), 'detected', 'M12', /since the processes/],
    ['99 for 0.99', P99, P99.replace('0.99', '99'), 'detected', 'M12', /from 0 to 1/],
    [
      'added percentiles',
      P99,
      `sum by (provider) (histogram_quantile(0.99, rate(sse_request_duration_seconds_bucket[5m])))`,
      'detected',
      'M15',
      /cannot be added/,
    ],
    ['a raw counter', REQUESTS, 'sum by (provider) (sse_requests_total)', 'detected', 'M01', /is a counter/],
    ['per minute', REQUESTS, `${REQUESTS} * 60`, 'unit', 'M34', /60 times too large/],
    ['summed first', REQUESTS, 'rate(sum by (provider) (sse_requests_total)[5m:15s])', 'detected', 'M03', /made first/],
    [
      'a misspelt metric',
      REQUESTS,
      'sum by (provider) (rate(sse_request_total[5m]))',
      'empty',
      'M23',
      /Did you mean `sse_requests_total`/,
    ],
    [
      'a misspelt label',
      REQUESTS,
      'sum by (provder) (rate(sse_requests_total[5m]))',
      'detected',
      'M23',
      /Did you mean `provider`/,
    ],
    [
      'a window of seconds',
      REQUESTS,
      'sum by (provider) (rate(sse_requests_total[5]))',
      'empty',
      'M06',
      /means seconds/,
    ],
    [
      'another label',
      REQUESTS,
      'sum by (instance) (rate(sse_requests_total[5m]))',
      'difference',
      undefined,
      /split by `instance`/,
    ],
    [
      'an average',
      REQUESTS,
      'avg by (provider) (rate(sse_requests_total[5m]))',
      'difference',
      undefined,
      /The rows are right/,
    ],
    ['bool', 'up == 0', 'up == bool 0', 'detected', 'M25', /keeps every row/],
    ['a list of samples', 'sse_active_connections', 'sse_active_connections[5m]', 'detected', 'M05', /20 samples/],
    [
      'nothing matches',
      'sum(rate(sse_errors_total[5m])) / sum(rate(sse_requests_total[5m]))',
      'rate(sse_errors_total[5m]) / rate(sse_requests_total[5m])',
      'empty',
      'M16',
      /no two have the same labels/,
    ],
  ];
  it.each(cases)('%s', async (_name, reference, answer, kind, detector, message) => {
    const { solved, ours, first } = await told(answer, { reference });
    expect(solved).toBe(false);
    expect(ours).toHaveLength(1);
    expect([first.kind, first.detector]).toEqual([kind, detector]);
    expect(first.message).toMatch(message);
    expect(first.evidence.length).toBeGreaterThan(0);
    // A correction would be the solution; only what Prometheus refuses is corrected.
    expect(first.fix).toBeUndefined();
  });

  it('is told at the moment where the answer differs, with what the data says there', async () => {
    const { first } = await told('delta(sse_requests_total[5m])', { reference: 'increase(sse_requests_total[5m])' });
    expect(first.detector).toBe('M02');
    expect(first.message).toMatch(/^At `restart` \(instance sse-app-2 has just restarted\): .* here it says -/);
  });

  it('never is only "try again"', async () => {
    for (const answer of [
      'up',
      'vector(1)',
      '1',
      '"text"',
      'time()',
      'sse_app_info',
      'up offset 1h',
      'absent(up)',
      'sort(up)',
    ]) {
      const { first } = await told(answer);
      expect(first.message, answer).not.toMatch(/^The results differ\.$/);
      expect(first.message.length, answer).toBeGreaterThan(20);
    }
  });
});

describe('what Prometheus refuses', () => {
  const cases: readonly [string, string, RegExp][] = [
    ['rate(sse_requests_total)', 'rate(sse_requests_total[5m])', /looks along time/],
    [
      'rate(sum by (provider) (sse_requests_total)[5m])',
      'sum by (provider) (rate(sse_requests_total[5m]))',
      /rate each counter first/,
    ],
    ['sse_requests_total{provider=openai}', 'sse_requests_total{provider="openai"}', /stands in quotes/],
    ['sum(rate(sse_requests_total[5m])', 'sum(rate(sse_requests_total[5m]))', /is missing/],
    ['max(sse_active_connections[30m])', 'max_over_time(sse_active_connections[30m])', /`max_over_time\(\)`/],
    ['up && up', 'up and up', /in words/],
  ];
  it.each(cases)(
    '%s: its own words with their place, then ours, then a line that runs',
    async (answer, fix, message) => {
      const { feedback, verdict } = await told(answer);
      expect(verdict).toBe('error');
      expect(feedback[0]?.kind).toBe('prometheus');
      expect(feedback[0]?.position).toBeDefined();
      expect(feedback[1]?.message).toMatch(message);
      expect(feedback[1]?.fix).toBe(fix);
      await source.instant(fix, { timeMs: ADVISE_T0_MS });
    },
  );

  it('is explained where many rows meet many, with the rows', async () => {
    const { feedback } = await told(
      'rate(sse_errors_total[5m]) / on (provider) group_left rate(sse_requests_total[5m])',
    );
    expect(feedback[1]?.detector).toBe('M17');
    expect(feedback[1]?.message).toMatch(/On the right 4 rows share .* differ in `instance` and `status`/);
    expect(feedback[1]?.evidence.join('\n')).toContain('status="error"');
  });

  it('is shown with its place when nobody knows better', async () => {
    const { feedback } = await told('sum by (provider) (rate(sse_requests_total[5m]))) )');
    expect(feedback[1]?.kind).toBe('syntax');
    expect(feedback[1]?.message).toMatch(/reads it up to `\)`/);
  });
});

describe('a pattern', () => {
  const misconceptions = [
    {
      query: P99.replace('provider, le', 'provider'),
      pattern: 'sum by\\s*\\(\\s*provider\\s*\\)',
      message: 'Empty: le is gone.',
    },
    { query: `sum(le) (up)`, pattern: 'sum\\s*\\(\\s*le', message: 'Write by.' },
  ];
  it('speaks when the answer fares like its example', async () => {
    const { first } = await told(P99.replace('0.99', '0.9').replace('provider, le', 'provider'), { misconceptions });
    expect(first).toMatchObject({ kind: 'misconception', message: 'Empty: le is gone.' });
  });
  it('is silent when what is refused is something else', async () => {
    const { ours } = await told(`${P99.replace('provider, le', 'provider')})`, { misconceptions });
    expect(ours.map(({ message }) => message)).not.toContain('Empty: le is gone.');
  });
  it('speaks when its example is refused in the same words', async () => {
    const { ours } = await told('sum(le) (sse_active_connections)', { misconceptions });
    expect(ours[0]).toMatchObject({ kind: 'misconception', message: 'Write by.' });
  });
  it('is silent when the answer returns rows and its example does not', async () => {
    const { first } = await told('sum by (provider) (sse_requests_total)', { misconceptions });
    expect(first.detector).toBe('M01');
  });
});

describe('declared answers', () => {
  it('a misconception speaks before a detector', async () => {
    const query = P99.replace('0.99', '99');
    const { first } = await told(query, { misconceptions: [{ query, message: 'Mine.' }] });
    expect(first).toMatchObject({ kind: 'misconception', message: 'Mine.' });
  });
  it('a detector that is named speaks for its example, whatever else would', async () => {
    const query = 'increase(sse_errors_total{provider="anthropic"}[5m])';
    const { first } = await told(query, {
      at: 'incident',
      reference: 'rate(sse_errors_total{provider="openai"}[5m])',
      detected: [{ detector: 'M07', query }],
    });
    expect(first.detector).toBe('M07');
  });
  it('an accepted answer is right by its own result, and what equals it, too', async () => {
    const change = {
      reference: 'sum(rate(sse_requests_total{status="error"}[5m]))',
      accept: ['sum(rate(sse_errors_total[5m]))'],
    };
    expect((await told('sum(rate(sse_errors_total[5m]))', change)).solved).toBe(true);
    expect((await told('sum(sum by (type) (rate(sse_errors_total[5m])))', change)).solved).toBe(true);
    expect((await told('sum(rate(sse_errors_total[5m]))', { ...change, accept: [] })).solved).toBe(false);
  });
  it('an answer that loses a row at another moment is accepted with its note', async () => {
    const share = (part: string) =>
      `sum by (provider) (rate(${part}[5m])) / sum by (provider) (rate(sse_requests_total[5m]))`;
    const noted = share('sse_errors_total');
    const { verdict, ours } = await told(noted, {
      reference: share('sse_requests_total{status="error"}'),
      acceptWithNote: [{ query: noted, message: 'A row is lost.' }],
    });
    expect(verdict).toBe('right-with-note');
    expect(ours.map(({ kind, message }) => [kind, message])).toEqual([
      ['note', 'A row is lost.'],
      ['why', 'So.'],
    ]);
  });
  it('a right result that is not written as the task wants is not solved, and told so', async () => {
    const change = { reference: 'sum(up)', constraints: [{ kind: 'uses', name: 'sum' }] } as const;
    const { solved, first } = await told('count(up == 1)', { ...change, at: 'quiet', compare: 'labels' });
    expect(solved).toBe(false);
    expect(first.message).toBe('The result is right. The task wants it with `sum`.');
  });
  it('an answer that looks at another time is not right by chance', async () => {
    const { solved, first } = await told('up{job="prometheus"} offset 5m', { reference: 'up{job="prometheus"}' });
    expect(solved).toBe(false);
    expect(first.message).toMatch(/looks at another time/);
  });
});
