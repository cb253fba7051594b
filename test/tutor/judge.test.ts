import { describe, expect, it } from 'vitest';
import { UnavailableError } from '../../src/model/errors.ts';
import { scenarioGround } from '../../src/tutor/ground.ts';
import { judge } from '../../src/tutor/judge.ts';
import type { QueryExercise } from '../../src/tutor/lesson.ts';
import type { FeedbackKind, Verdict, VerdictKind } from '../../src/tutor/verdict.ts';
import { type Entry, type Rows, TABLE_T0_MS, tableSource } from '../helpers/table-source.ts';

const one = { instance: 'one', job: 'app' };
const two = { instance: 'two', job: 'app' };
const prom = { instance: 'prom', job: 'prometheus' };

const base: QueryExercise = {
  kind: 'query',
  line: 1,
  id: 'x/1',
  number: 1,
  hash: 'h',
  task: 'Requests per second.',
  at: 'quiet',
  reference: 'rate(c[5m])',
  accept: [],
  acceptWithNote: [],
  compare: 'values',
  nan: 'ignore',
  window: 'fixed',
  constraints: [],
  detected: [],
  equivalents: [],
  misconceptions: [],
  hints: ['', '', '', 'rate(c[5m])'],
  why: 'Because it is.',
};

const reference: Rows = [
  [one, 2],
  [two, 4],
];

const table: Record<string, Entry> = {
  'rate(c[5m])': reference,
  up: [
    [{ __name__: 'up', ...one }, 1],
    [{ __name__: 'up', ...two }, 1],
    [{ __name__: 'up', ...prom }, 1],
  ],
};

/** Judges on a table of answers; the exercise is the one above with some fields changed. */
function verdictOf(
  answer: string,
  more: Record<string, Entry> = {},
  change: Partial<QueryExercise> = {},
  names?: readonly string[],
) {
  const source = tableSource({ ...table, ...more }, names);
  return judge({ ...base, ...change }, answer, scenarioGround(source, { t0Ms: TABLE_T0_MS }));
}

function kinds({ feedback }: Verdict): readonly FeedbackKind[] {
  return feedback.map(({ kind }) => kind);
}

describe('what equals the reference', () => {
  const cases: readonly [string, Record<string, Entry>, Partial<QueryExercise>, VerdictKind][] = [
    ['the reference itself', { a: reference }, {}, 'right'],
    ['other order of rows', { a: [reference[1]!, reference[0]!] }, {}, 'right'],
    [
      'other metric names',
      {
        a: [
          [{ __name__: 'm', ...one }, 2],
          [two, 4],
        ],
      },
      {},
      'right',
    ],
    [
      'rounding of the last digits',
      {
        a: [
          [one, 2 + 1e-12],
          [two, 4],
        ],
      },
      {},
      'right',
    ],
    [
      'a difference in the eighth digit',
      {
        a: [
          [one, 2 + 1e-7],
          [two, 4],
        ],
      },
      {},
      'wrong',
    ],
    [
      'infinity is no number',
      {
        a: [
          [one, Number.POSITIVE_INFINITY],
          [two, 4],
        ],
      },
      {},
      'wrong',
    ],
    ['a row of NaN more', { a: [...reference, [prom, Number.NaN]] }, {}, 'right'],
    ['a row of NaN more, strictly', { a: [...reference, [prom, Number.NaN]] }, { nan: 'strict' }, 'wrong'],
    [
      'NaN on both sides, strictly',
      { a: [[one, Number.NaN]], 'rate(c[5m])': [[one, Number.NaN]] },
      { nan: 'strict' },
      'right',
    ],
    [
      'other values, only labels asked',
      {
        a: [
          [one, 7],
          [two, 8],
        ],
      },
      { compare: 'labels' },
      'right',
    ],
    ['other rows, only labels asked', { a: [[one, 7]] }, { compare: 'labels' }, 'wrong'],
    ['other order, order asked', { a: [reference[1]!, reference[0]!] }, { compare: 'order' }, 'wrong'],
    ['a scalar for a vector', { a: 2, 'rate(c[5m])': [[{}, 2]] }, {}, 'wrong'],
    ['a range vector for a vector', { a: { matrix: reference } }, {}, 'wrong'],
    ['right now, wrong at another moment', { a: { by: { restart: [[one, 2]], else: reference } } }, {}, 'wrong'],
    ['nothing at all', { a: [], c: [] }, { at: 'quiet' }, 'empty'],
  ];
  it.each(cases)('%s', async (_name, more, change, expected) => {
    const { verdict, solved } = await verdictOf('a', more, change, ['a']);
    expect(verdict).toBe(expected);
    expect(solved).toBe(expected === 'right');
  });

  it('says why after success and shows the result', async () => {
    const verdict = await verdictOf('a', { a: reference });
    expect(verdict.feedback).toEqual([{ kind: 'why', message: 'Because it is.', evidence: [] }]);
    expect(verdict.shown?.moment.name).toBe('quiet');
    expect(verdict.shown?.result.data.kind).toBe('vector');
  });

  it('judges nothing on data where the reference is empty, too', async () => {
    const { solved, verdict } = await verdictOf('a', { a: [], 'rate(c[5m])': [] });
    expect([solved, verdict]).toEqual([false, 'empty']);
  });

  it('asks every query once for every moment', async () => {
    const source = tableSource({
      ...table,
      a: [
        [one, 1],
        [two, 4],
      ],
      m: [
        [one, 9],
        [two, 4],
      ],
    });
    const exercise = { ...base, misconceptions: [{ query: 'm', message: 'M' }] };
    await judge(exercise, 'a', scenarioGround(source, { t0Ms: TABLE_T0_MS }));
    const counts = Object.fromEntries(
      ['a', 'rate(c[5m])', 'm'].map((query) => [query, source.asked.filter((text) => text === query).length]),
    );
    expect(counts).toEqual({ a: 7, 'rate(c[5m])': 7, m: 1 });
  });

  it('takes no words of the answer or the server for numbers of the lesson', async () => {
    const label = { note: '{{ count(up) }}' };
    const verdict = await verdictOf('a', { a: [[label, 1]], b: { error: '{{ count(up) }}' } });
    expect(JSON.stringify(verdict.feedback)).toContain('{{ count(up) }}');
    expect((await verdictOf('b', { b: { error: '{{ count(up) }}' } })).feedback[0]?.message).toBe('{{ count(up) }}');
  });

  it('says so when another server cannot run the reference', async () => {
    await expect(verdictOf('up', { 'rate(c[5m])': { error: 'unknown function' } })).rejects.toThrow(
      /this server cannot run what the exercise compares with: unknown function/,
    );
  });

  it('lets a silent server through as what it is', async () => {
    const source = {
      ...tableSource(table),
      instant: () => Promise.reject(new UnavailableError({ kind: 'refused', message: 'nobody', url: 'x' })),
    };
    await expect(judge(base, 'up', scenarioGround(source, { t0Ms: 0 }))).rejects.toThrow(UnavailableError);
  });
});

describe('remarks on right answers', () => {
  const acceptWithNote = [{ query: 'avg(c)', pattern: '\\bavg\\b', message: 'Sum is the idiom.' }];
  it.each([
    ['avg(c)', 'right-with-note'],
    ['avg by (job) (c)', 'right-with-note'],
    ['sum(c)', 'right'],
  ] as const)('%s: %s', async (answer, verdict) => {
    const found = await verdictOf(answer, { [answer]: reference }, { acceptWithNote });
    expect(found.verdict).toBe(verdict);
    expect(found.solved).toBe(true);
  });

  it("passes Prometheus' own remarks on", async () => {
    const warnings = ['PromQL info: metric might not be a counter'];
    const verdict = await verdictOf('a', { a: { rows: reference, warnings } });
    expect(verdict.feedback.map(({ kind, message }) => [kind, message])).toEqual([
      ['prometheus', warnings[0]],
      ['why', 'Because it is.'],
    ]);
  });
});

describe('mistakes that were seen coming', () => {
  const misconceptions = [
    { query: 'sum(c)', message: 'One number for all.' },
    { query: 'delta(c[5m])', pattern: '^delta', message: 'For gauges.' },
    { query: 'count(c)', message: 'Counts rows.' },
  ];
  const results: Record<string, Entry> = {
    'sum(c)': [[{}, 6]],
    'sum ( c )': [[{}, 6]],
    'delta(c[5m])': [
      [one, 1],
      [two, 1],
    ],
    'delta(c[1m])': [
      [one, 0.5],
      [two, 1],
    ],
    'count(c)': [[{}, 2]],
    '0 + sum(c)': [[{}, 6]],
    'max(c)': [[{}, 4]],
  };
  const cases: readonly [string, string, string | undefined][] = [
    ['by its text', 'sum(c)', 'One number for all.'],
    ['by its text with other spaces', 'sum ( c )', 'One number for all.'],
    ['by its pattern', 'delta(c[1m])', 'For gauges.'],
    ['by its results at every moment', '0 + sum(c)', 'One number for all.'],
    ['not by anything', 'max(c)', undefined],
  ];
  it.each(cases)('are recognised %s', async (_name, answer, message) => {
    const { feedback, verdict } = await verdictOf(answer, results, { misconceptions });
    expect(verdict).toBe('wrong');
    expect(feedback.find(({ kind }) => kind === 'misconception')?.message).toBe(message);
  });

  it('carry the evidence of the data', async () => {
    const { feedback } = await verdictOf('delta(c[5m])', results, { misconceptions });
    expect(feedback[0]?.evidence).toContain('{instance="one", job="app"}  yours 1, expected 2');
  });

  it('are not recognised by their results when two of them fit', async () => {
    const twins = [...misconceptions, { query: 'max(c)', message: 'Another.' }];
    const { feedback } = await verdictOf('0 + sum(c)', { ...results, 'max(c)': [[{}, 6]] }, { misconceptions: twins });
    expect(feedback.map(({ kind }) => kind)).toEqual(['difference']);
  });

  it('are not recognised by results that are empty everywhere', async () => {
    const empties = [{ query: 'a', message: 'A' }];
    const verdict = await verdictOf('b', { a: [], b: [] }, { misconceptions: empties }, ['b', 'bb']);
    expect(kinds(verdict)).not.toContain('misconception');
  });

  it('may name numbers of the data', async () => {
    const named = [{ query: 'sum(c)', message: 'It is {{ sum(c) @ quiet | 1 }}.' }];
    const { feedback } = await verdictOf('sum(c)', results, { misconceptions: named });
    expect(feedback[0]?.message).toBe('It is 6.0.');
  });
});

describe('the wrong unit', () => {
  const times = (factor: number): Rows => reference.map(([labels, value]) => [labels, value * factor]);
  it.each([60, 1 / 60, 100, 0.01, 300, 1 / 300, 3600])('is named when every value is off by %d', async (factor) => {
    const { feedback, verdict } = await verdictOf('a', { a: times(factor) });
    expect(verdict).toBe('wrong');
    expect(feedback[0]?.kind).toBe('unit');
    expect(feedback[0]?.message).toMatch(/^Right shape, wrong unit\./);
    expect(feedback[0]?.evidence[0]).toMatch(/yours .*expected/);
  });
  it.each<[string, Entry]>([
    [
      'only some values are off by it',
      [
        [one, 120],
        [two, 4],
      ],
    ],
    ['it is another factor at another moment', { by: { restart: times(100), else: times(60) } }],
    ['it is no factor between units', times(7)],
    ['rows are missing', [[one, 120]]],
  ])('is not named when %s', async (_name, entry) => {
    const verdict = await verdictOf('a', { a: entry });
    expect(kinds(verdict)).toEqual(['difference']);
  });
  it('counts 0 and 0 as fitting any factor', async () => {
    const zeros: Rows = [
      [one, 0],
      [two, 4],
    ];
    const verdict = await verdictOf('a', {
      'rate(c[5m])': zeros,
      a: [
        [one, 0],
        [two, 240],
      ],
    });
    expect(kinds(verdict)).toEqual(['unit']);
  });
});

describe('how a result differs', () => {
  const cases: readonly [string, Entry, RegExp, RegExp?][] = [
    ['rows are missing', [[one, 2]], /^1 row of 2 is missing\.$/, /missing.*two.*4/],
    ['rows are too many', [...reference, [prom, 1]], /^1 row of your 3 does not belong here\.$/, /too many.*prom/],
    ['a label is too many', reference.map(([labels, value]) => [{ ...labels, zone: 'a' }, value]), /split by `zone`/],
    ['labels are lost', [[{}, 6]], /You return 1 row, expected are 2\. Your rows have lost `instance` and `job`/],
    [
      'values are other',
      [
        [one, 2],
        [two, 5],
      ],
      /the values are not in 1 of 2 rows/,
      /two.*yours 5, expected 4/,
    ],
    [
      'values are other by one factor',
      [
        [one, 14],
        [two, 28],
      ],
      /every value is 7 times what is expected/,
    ],
    [
      'all values are the same',
      [
        [one, 1],
        [two, 1],
      ],
      /every value is 1\./,
    ],
    [
      'values are below zero',
      [
        [one, -3],
        [two, 4],
      ],
      /below zero/,
    ],
    [
      'values are NaN',
      [
        [one, Number.NaN],
        [two, Number.NaN],
      ],
      /2 rows of yours are NaN/,
    ],
    ['it is a scalar', 3, /returns a scalar/],
    ['it is a range vector', { matrix: reference }, /returns a range vector/],
    [
      'it is right at most moments',
      { by: { restart: [[one, 2]], else: reference } },
      /^Your query is right at 6 of 7 moments, but not at `restart` \(instance/,
    ],
  ];
  it.each(cases)('%s', async (_name, entry, message, evidence) => {
    const { feedback } = await verdictOf('a', { a: entry });
    expect(feedback).toHaveLength(1);
    expect(feedback[0]?.kind).toBe('difference');
    expect(feedback[0]?.message).toMatch(message);
    if (evidence !== undefined) expect(feedback[0]?.evidence.join('\n')).toMatch(evidence);
  });

  it('something is returned where nothing should be', async () => {
    const down: Entry = { by: { 'target-down': [[two, 0]], else: [] } };
    const { feedback } = await verdictOf('up', { r: down }, { reference: 'r' });
    expect(feedback[0]?.message).toBe('Nothing is to be returned here, and you return 3 rows.');
  });
});

describe('a query that Prometheus refuses', () => {
  const bad = (error: string, column = 1): Entry => ({ error, column });
  it('shows its words and place first, then ours, with a correction that runs', async () => {
    const { feedback, verdict, solved } = await verdictOf('up = 0', {
      'up = 0': bad('unexpected "="', 4),
      'up == 0': [],
    });
    expect([solved, verdict]).toEqual([false, 'error']);
    expect(feedback).toEqual([
      { kind: 'prometheus', message: 'unexpected "="', evidence: [], position: { line: 1, column: 4 } },
      { kind: 'syntax', message: expect.stringContaining('`==`'), evidence: [], fix: 'up == 0', detector: 'M24' },
    ]);
  });
  it('leaves out a correction that is refused as well', async () => {
    const { feedback } = await verdictOf('up = !', { 'up = !': bad('x'), 'up == !': bad('y') });
    expect(feedback.at(-1)).not.toHaveProperty('fix');
  });
  it('knows the mistake by its text', async () => {
    const misconceptions = [{ query: 'up = 0', message: 'Two signs.' }];
    const { feedback } = await verdictOf('up=0', { 'up=0': bad('e'), 'up == 0': [] }, { misconceptions });
    expect(feedback[1]).toEqual({ kind: 'misconception', message: 'Two signs.', evidence: [], fix: 'up == 0' });
  });
  it('knows the mistake by the same refusal when nothing better is known', async () => {
    const misconceptions = [{ query: 'strange(up)', message: 'Strange.' }];
    const { feedback } = await verdictOf(
      'odd(up)',
      { 'odd(up)': bad('odd thing'), 'strange(up)': bad('odd thing') },
      { misconceptions },
    );
    expect(feedback.map(({ message }) => message)).toEqual(['odd thing', 'Strange.']);
  });
  it('says where it is when nothing is known', async () => {
    const { feedback } = await verdictOf('odd(up)', { 'odd(up)': bad('odd thing', 5) });
    expect(feedback.map(({ kind }) => kind)).toEqual(['prometheus', 'syntax']);
    expect(feedback[1]?.message).toBe('Prometheus reads it up to `up)` and expects something else there.');
  });
  it('is told when it fails at one moment only', async () => {
    const error =
      'found duplicate series for the match group {job="app"} on the right hand-side of the operation: [...]';
    const entry: Entry = { by: { restart: { error, type: 'execution' }, else: reference } };
    const { verdict, feedback } = await verdictOf('a', { a: entry });
    expect(verdict).toBe('error');
    expect(feedback[1]?.message).toContain('several rows share the labels {job="app"}');
  });
  it('needs something typed', async () => {
    expect((await verdictOf('  ')).verdict).toBe('error');
  });
});

describe('the window, where the task leaves it open', () => {
  const free = { window: 'free' } as const;
  const other: Rows = [
    [one, 2.1],
    [two, 4.3],
  ];
  const cases: readonly [string, VerdictKind, RegExp][] = [
    ['rate(c[2m])', 'right-with-note', /quicker to show a change than `\[5m\]`/],
    ['rate(c[1h])', 'right-with-note', /smoother than `\[5m\]`/],
    ['rate(c[45s])', 'right-with-note', /one lost scrape/],
    ['rate(c[20s])', 'wrong', /right but for the window `\[20s\]`/],
  ];
  it.each(cases)('%s is %s', async (answer, verdict, message) => {
    const found = await verdictOf(answer, { [answer]: other }, free);
    expect(found.verdict).toBe(verdict);
    expect(found.feedback[0]?.message).toMatch(message);
  });
  it('is wrong when the task names it', async () => {
    expect((await verdictOf('rate(c[2m])', { 'rate(c[2m])': other })).verdict).toBe('wrong');
  });
  it('does not excuse another query', async () => {
    const found = await verdictOf('rate(d[2m])', { 'rate(d[2m])': other, 'rate(d[5m])': other }, free);
    expect(found.verdict).toBe('wrong');
  });
});

describe('why nothing came', () => {
  const names = [
    'up',
    'c',
    'requests_total',
    'duration_seconds_bucket',
    'duration_seconds_count',
    'duration_seconds_sum',
  ];
  const labelled: Rows = [
    [{ ...one, code: '200' }, 1],
    [{ ...two, code: '500' }, 1],
  ];
  const cases: readonly [string, string, Record<string, Entry>, RegExp, RegExp?][] = [
    [
      'metric misspelt',
      'requests_totl',
      { requests_totl: [] },
      /no metric `requests_totl`\. Did you mean `requests_total`/,
    ],
    ['family of a histogram', 'duration_seconds', { duration_seconds: [] }, /stored as `duration_seconds_bucket`/],
    ['metric of other moments', 'c', { c: [] }, /has no sample at this moment, but/],
    [
      'value misspelt',
      'c{job="ap"}',
      { 'c{job="ap"}': [], c: labelled },
      /`job="ap"` matches nothing\. Did you mean `"app"`/,
      /^job: app$/m,
    ],
    [
      'label unknown',
      'c{jop="app"}',
      { 'c{jop="app"}': [], c: labelled },
      /`c` has no label `jop`\. Did you mean `job`/,
      /^labels: code, instance, job$/m,
    ],
    ['capital letters', 'c{job="APP"}', { 'c{job="APP"}': [], c: labelled }, /Capital letters count/],
    ['a pattern with =', 'c{code="2.."}', { 'c{code="2.."}': [], c: labelled }, /patterns need `=~`/],
    ['a part of the value', 'c{code=~"20"}', { 'c{code=~"20"}': [], c: labelled }, /has to match the WHOLE value/],
    [
      'a number written otherwise',
      'c{code="200.0"}',
      { 'c{code="200.0"}': [], c: labelled },
      /The value is written `"200"`/,
    ],
    [
      'two values of one label',
      'c{job="a",job="b"}',
      { 'c{job="a",job="b"}': [], c: labelled },
      /no row has two values of `job`/,
    ],
    [
      'two filters, one of them wrong',
      'c{code="200",job="x"}',
      { 'c{code="200",job="x"}': [], c: labelled, 'c{job="x"}': [], 'c{code="200"}': [labelled[0]!] },
      /^`job="x"` matches nothing/,
    ],
    [
      'a window too short',
      'rate(c[5s])',
      {
        'rate(c[5s])': [],
        'max(count_over_time(c[5s]))': [],
        c: labelled,
        'max(count_over_time(c[5m]))': [[{}, 20]],
        'max(count_over_time(c[5m] offset 5m))': [[{}, 20]],
      },
      /The window `\[5s\]` is too short: it holds no sample/,
      /= 20$/,
    ],
    [
      'a window without unit',
      'rate(c[5])',
      {
        'rate(c[5])': [],
        'max(count_over_time(c[5s]))': [[{}, 1]],
        c: labelled,
        'max(count_over_time(c[5m]))': [[{}, 20]],
      },
      /The window `\[5\]` is too short.*means seconds: 5 seconds/,
    ],
    ['a filter on values', 'up > 5', { 'up > 5': [] }, /No row passes the comparison `> 5`/, /prom.*1/],
    [
      'sides with other labels',
      'sum(c) / c',
      { 'sum(c) / c': [], 'sum(c)': [[{}, 2]], c: labelled },
      /only the right side has `code`, `instance` and `job`/,
      /^\{instance="one"/m,
    ],
    [
      'buckets without le',
      'histogram_quantile(0.9, sum(rate(c[5m])))',
      { 'histogram_quantile(0.9, sum(rate(c[5m])))': [], 'sum(rate(c[5m]))': [[{}, 2]] },
      /needs the label `le`.*dropped it/,
    ],
    [
      'the inside of an aggregation',
      'sum(rate(nope[5m]))',
      {
        'sum(rate(nope[5m]))': [],
        'rate(nope[5m])': [],
        'max(count_over_time(nope[5m]))': [],
        nope: [],
      },
      /no metric `nope`/,
    ],
  ];
  it.each(cases)('%s', async (_name, answer, more, message, evidence) => {
    const { verdict, feedback } = await verdictOf(answer, more, {}, names);
    expect(verdict).toBe('empty');
    expect(feedback.map(({ kind }) => kind)).toEqual(['empty']);
    expect(feedback[0]?.message).toMatch(message);
    if (evidence !== undefined) expect(feedback[0]?.evidence.join('\n')).toMatch(evidence);
  });
  it('lists the values of a label that stands alone, without asking for all series', async () => {
    const { feedback } = await verdictOf('{job="ap"}', { '{job="ap"}': [] }, {}, ['app', 'prometheus']);
    expect(feedback).toEqual([
      {
        kind: 'empty',
        message: '`job="ap"` matches nothing. Did you mean `"app"`?',
        evidence: ['job: app, prometheus'],
        detector: 'M23',
      },
    ]);
  });
  it('says only what is missing when no cause is certain', async () => {
    const { feedback } = await verdictOf('absent(c)', { 'absent(c)': [], c: labelled }, {}, names);
    expect(feedback[0]?.message).toBe('You return no row here; 2 rows should come.');
  });
});
